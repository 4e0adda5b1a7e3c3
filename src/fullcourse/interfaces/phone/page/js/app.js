/* Starts the page, holds what is open, and shows the screen that the address names. */

import { h, button, link } from './dom.js';
import { Watch } from './clock.js';
import { filesOf, hearNumbers, language, speak, t, wanted } from './language.js';
import { unmarked } from './core/words.js';
import { Person, heard } from './person.js';
import { personIcon, phoneIcon } from './pictures.js';
import * as store from './store.js';
import { hearRecordings, hush } from './spoken.js';
import { statusOf } from './standing.js';
import { SCREENS } from './screens.js';
import { seenEvent } from './engine.js';

const EVERY = 15000;
const LIVE = new Set(['today', 'missed', 'people', 'hidden', 'ended', 'welcome']);
const LEFT_MS = 5 * 60000;
const WORD = /^#([A-Za-z0-9_-]{16,200})$/;

const part = (id) => document.getElementById(id);

export const app = {
  people: [],
  person: null,
  watch: new Watch(null),
  invitation: '',
  fault: '',
  worker: null,
  passing: {},

  go(to) {
    if (location.hash === `#/${to}`) this.show(true);
    else location.hash = `#/${to}`;
  },

  /** Opens a person, or the screen on which the PIN is asked. */
  async choose(person) {
    this.person = person;
    sessionStorage.setItem('person', person?.id ?? '');
    if (person && !person.isOpen && !person.row.lock) await person.open();
    if (person?.isOpen) this.listen(person);
  },

  listen(person) {
    if (!person.listeners.length) person.listeners.push((what) => (what === 'ended' ? this.show(true) : this.refresh()));
    person.way?.now();
  },

  async reload() {
    const rows = (await store.people()).sort((one, other) => one.order - other.order);
    this.people = rows.map((row) => {
      const known = this.people.find((it) => it.id === row.id);
      if (known) known.row = row;
      return known ?? new Person(row, this.watch);
    });
    if (this.person && !this.people.includes(this.person)) this.person = null;
  },

  /** Puts the page into a language, and the plan at its next contact. */
  async speak(name) {
    localStorage.setItem('language', name);
    await speak(name);
    this.show();
    this.person?.way?.now();
    keepLanguage();
    await Promise.all([hearNumbers(), hearRecordings()]);
    this.hear();
  },

  get now() { return Date.now(); },
  async keepWatch() { localStorage.setItem('clock', JSON.stringify(this.watch.state)); },

  /** Draws the screen; what is in focus stays so, and a new screen is read from its heading. */
  show(isNew = false) {
    const name = location.hash.slice(2).split('/')[0] || 'today';
    const screen = SCREENS[this.allowed(name)] ?? SCREENS.today;
    const focused = document.activeElement?.id;
    const scrolled = scrollY;
    const drawn = h('div', {}, screen(this));
    const there = part('screen');
    const isSame = !isNew && there.dataset.screen === this.allowed(name) && drawn.innerHTML === there.innerHTML;
    if (!isSame) there.replaceChildren(...drawn.childNodes); // a finger that is down on a button keeps its button
    there.dataset.screen = this.allowed(name);
    this.frame(name);
    this.confirm();
    if (isSame) return;
    if (isNew) {
      scrollTo(0, 0);
      (part('screen').querySelector('h1') ?? part('screen')).focus();
    } else {
      if (focused) part(focused)?.focus({ preventScroll: true });
      scrollTo(0, scrolled);
    }
  },

  /** Draws what may have changed; a screen on which somebody types or chooses stays as it is. */
  refresh() {
    if (LIVE.has(part('screen').dataset.screen)) this.show();
    else this.tell();
  },

  /** Shows what came to be heard or called, unless somebody is typing. */
  hear() {
    if (!part('screen').querySelector('input:not([type=radio])')) this.show();
  },

  /** Returns the screen that may be shown: help always, and what is locked only with its PIN. */
  allowed(name) {
    if (['help', 'hidden', 'language'].includes(name)) return name;
    if (this.invitation) return 'join';
    if (name === 'join' || name === 'people') return name;
    if (!this.people.length) return 'welcome';
    if (!this.person) return 'people';
    if (this.person.row.lock && !this.person.isOpen) return 'unlock';
    if (this.person.isEnded) return 'ended';
    return name in SCREENS ? name : 'today';
  },

  /** Tells the clinic that this phone shows what was stopped: once it does, and not before. */
  async confirm() {
    const { person } = this;
    if (!person?.plan || !person.isOpen || document.hidden || part('screen').dataset.screen !== 'today') return;
    const seen = seenEvent({ ...this, person, now: this.now });
    if (!seen) return;
    await person.set({ shown: seen.stops });
    await person.note([seen.event]).catch(() => {});
  },

  frame(name) {
    const isHidden = name === 'hidden';
    part('help').hidden = isHidden;
    const { person } = this;
    const who = this.people.length > 1 && person
      ? link(person.name || t('people.this'), '#/people', { class: 'who' }, personIcon(person.row.sign)) : null;
    const back = name !== 'today' && person ? link(t('back.today'), '#/today', { class: 'back' }) : null;
    const top = h('div', {}, ...(isHidden ? [] : [back ?? who ?? h('span', { class: 'mark' }, t('name')),
      button(t('hide'), () => this.go('hidden'), { class: 'hide', id: 'hide' })]));
    if (top.innerHTML !== part('top').innerHTML) part('top').replaceChildren(...top.childNodes);
    part('help').setAttribute('aria-label', t('help.label'));
    const help = h('div', {}, link(t('help.get'), '#/help', name === 'help' ? { 'aria-current': 'page' } : {}, phoneIcon()));
    if (help.innerHTML !== part('help').innerHTML) part('help').replaceChildren(...help.childNodes);
    document.title = unmarked(t('name'));
    this.tell();
  },

  /** Says how it stands with what was written down: only where that changed, so that nothing is read out twice. */
  tell() {
    const words = location.hash === '#/hidden' ? '' : statusOf(this);
    const status = part('status');
    const told = h('p', {}, words);
    if (status.innerHTML !== told.innerHTML) status.replaceChildren(...told.childNodes);
    status.hidden = !words;
    status.classList.toggle('waiting', Boolean(this.person?.unsent));
  },
};

async function takeInvitation() {
  const word = WORD.exec(location.hash)?.[1];
  if (word) {
    sessionStorage.setItem('invitation', word);
    history.replaceState(null, '', location.pathname + '#/join'); // the word stays in no history
  }
  app.invitation = sessionStorage.getItem('invitation') ?? '';
}

/** Keeps the files on the phone, and takes new ones when nothing is being written down. */
async function keepShell() {
  const worker = await navigator.serviceWorker?.register('sw.js', { type: 'classic', updateViaCache: 'none' });
  if (!worker) return;
  const waits = () => { if (worker.waiting && navigator.serviceWorker.controller) { app.worker = worker.waiting; app.refresh(); } };
  worker.addEventListener('updatefound', () => worker.installing?.addEventListener('statechange', waits));
  waits();
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (app.renewing) location.reload(); });
}

/** Has the worker keep the files of the language, and the one that waits to follow it too. */
async function keepLanguage() {
  const keeper = await navigator.serviceWorker?.ready;
  for (const it of [keeper?.active, keeper?.waiting]) it?.postMessage(filesOf(language));
}

function listen() {
  addEventListener('hashchange', async () => { hush(); await takeInvitation(); app.show(true); });
  addEventListener('online', () => app.person?.way?.now());
  addEventListener('offline', () => { if (app.person?.way) app.person.way.isOnline = false; app.tell(); });
  addEventListener('keydown', (event) => { if (event.key === 'Escape') app.go('hidden'); });
  let left = 0;
  document.addEventListener('visibilitychange', () => {
    document.documentElement.classList.toggle('away', document.hidden); // the picture among recent apps is blank
    if (document.hidden) { left = Date.now(); hush(); }
    else {
      if (app.person?.row.lock && Date.now() - left > LEFT_MS) app.person.close();
      app.watch.look();
      app.person?.way?.now();
      if (app.person?.row.lock && !app.person.isOpen) app.show(true);
      else app.refresh();
    }
  });
  heard(async ({ person }) => {
    await app.reload();
    if (app.person?.id === person && app.person.isOpen) await app.person.load();
    app.refresh();
  });
  setInterval(() => {
    app.watch.look();
    app.keepWatch();
    if (['today', 'hidden'].includes(part('screen').dataset.screen) && !document.hidden) app.show();
  }, EVERY);
}

async function start() {
  let told = null;
  try { told = JSON.parse(localStorage.getItem('clock')); } catch { /* nothing was kept */ }
  app.watch = new Watch(told);
  await speak(localStorage.getItem('language') ?? wanted());
  await takeInvitation();
  listen();
  app.show(); // at once: help is there before anything was read
  hearNumbers().then(() => { if (location.hash === '#/help') app.show(); });
  hearRecordings().then(() => app.hear());
  try {
    await app.reload();
    const last = sessionStorage.getItem('person');
    const person = app.people.find((it) => it.id === last) ?? (app.people.length === 1 ? app.people[0] : null);
    if (person) await app.choose(person);
    app.fault = await store.storageFault();
  } catch {
    app.fault = 'none';
  }
  const there = part('screen').dataset.screen;
  if (app.allowed(location.hash.slice(2).split('/')[0] || 'today') !== there || LIVE.has(there)) app.show(true);
  await keepShell().catch(() => {});
  await keepLanguage();
}

start();

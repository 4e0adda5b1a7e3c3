/* What is needed now and then: people, language, PIN, papers, what was refused, and taking somebody off this phone. */

import { h, button, link } from '../dom.js';
import { leafletIn, t } from '../language.js';
import { pinFault } from '../lock.js';
import { languages, removed } from './people.js';

export const more = (app) => {
  const { person } = app;
  // Reminders are set with a network alone, so that what sets them is not kept on the phone.
  if (navigator.onLine) person.remind ??= import('../../later/remind.js').then((it) => it.panel(app));
  return [
    h('h1', { tabindex: -1 }, t('more.open')),
    h('section', { class: 'panel', 'aria-labelledby': 'papers' }, h('h2', { id: 'papers' }, t('papers.heading')),
      link(t('papers.leaflet'), '#/leaflet', { class: 'button wide' }),
      button(t('papers.sheet'), () => download(app, 'sheet', 'sheet.pdf'), { class: 'button wide', id: 'sheet' }),
      button(t('papers.calendar'), () => download(app, 'calendar?days=60', 'calendar.ics'), { class: 'button wide', id: 'calendar' }),
      app.passing.paper && h('p', { role: 'alert', class: 'warning' }, t(app.passing.paper)),
      h('p', { class: 'soft' }, t('papers.says'))),
    person.reminders?.(),
    h('section', { class: 'panel', 'aria-labelledby': 'tongue' }, h('h2', { id: 'tongue' }, t('language.heading')), languages(app)),
    h('section', { class: 'panel', 'aria-labelledby': 'private' }, h('h2', { id: 'private' }, t('private.heading')),
      h('p', {}, t('private.says')), link(t(person.row.lock ? 'pin.change' : 'pin.set'), '#/pin', { class: 'button wide' })),
    h('section', { class: 'panel', 'aria-labelledby': 'others' }, h('h2', { id: 'others' }, t('people.heading')),
      h('p', {}, t('people.more')), link(t('people.others'), '#/people', { class: 'button wide' })),
    h('section', { class: 'panel', 'aria-labelledby': 'off' }, h('h2', { id: 'off' }, t('remove.yes')),
      h('details', {}, h('summary', {}, t('remove.open')), h('p', {}, person.unsent ? t('remove.unsent', { count: person.unsent }) : t('remove.says')),
        button(t('remove.yes'), () => removed(app), { class: 'button danger', id: 'remove' }))),
    h('p', {}, link(t('back'), '#/today', { class: 'button' })),
  ];
};

// The worker speaks the language of the page; a page that it wakes fetches what is new, as when the network is back.
const page = document.documentElement;
new MutationObserver(async () => (await caches.open('lang')).put('lang', new Response(page.lang))).observe(page, { attributes: true });
navigator.serviceWorker?.addEventListener('message', () => dispatchEvent(new Event('online')));

/** Hands over a file of one's own under a name that says nothing. */
async function download(app, what, name) {
  const { person } = app;
  const blob = person.keys && await person.way?.file(`/api/v1/courses/${person.keys.patient}/${what}`);
  app.passing = blob ? {} : { paper: 'papers.offline' };
  app.show();
  if (!blob) return;
  const href = URL.createObjectURL(blob);
  h('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}

export function pin(app) {
  const { person } = app;
  const set = async (event) => {
    event.preventDefault();
    const { first, second } = event.target.elements;
    const fault = first.value === second.value ? pinFault(first.value) : 'pin.differ';
    if (!fault) await person.lockWith(first.value);
    app.passing = fault ? { fault } : {};
    if (fault) app.show();
    else app.go('more');
  };
  const field = (name) => [h('label', { for: name }, t(`pin.${name}`)),
    h('input', { id: name, name, type: 'password', inputmode: 'numeric', autocomplete: 'new-password', maxlength: 12, required: true })];
  return [
    h('h1', { tabindex: -1 }, t(person.row.lock ? 'pin.change' : 'pin.set')),
    h('p', {}, t('pin.says')),
    app.passing.fault && h('p', { class: 'warning', role: 'alert' }, t(app.passing.fault)),
    h('form', { class: 'panel', submit: set }, field('first'), field('second'),
      h('button', { type: 'submit', class: 'button main', id: 'pin-set' }, h('span', {}, t('pin.go')))),
    person.row.lock && h('p', {}, button(t('pin.off'), async () => { await person.lockWith(''); app.go('more'); }, { class: 'button', id: 'pin-off' })),
    h('p', {}, link(t('back'), '#/more', { class: 'button' })),
  ];
}

/** The leaflet of the medicines; once read it stays on the phone. */
export function leaflet(app) {
  const { person } = app;
  const kept = person.settings.leaflet;
  if (kept?.language !== leafletIn() && !app.passing.leaflet) {
    app.passing.leaflet = 'coming';
    fetched(app).then((text) => { app.passing.leaflet = text ? '' : 'papers.offline'; app.show(); });
  }
  return [
    h('h1', { tabindex: -1 }, t('papers.leaflet')),
    app.passing.leaflet && h('p', { role: 'status' }, t(app.passing.leaflet === 'coming' ? 'papers.coming' : app.passing.leaflet)),
    kept && h('div', { class: 'leaflet', lang: kept.language }, lined(kept.text)),
    h('p', {}, link(t('back'), '#/more', { class: 'button' })),
  ];
}

/**
 * Lays out a text that was wrapped for a printer: a line in capitals is a heading, one with a dash stands by itself. Of a
 * script without capitals the line is a heading that stands over an item, behind an empty line.
 */
const lined = (text) => text.replace(/\n +(?=\S)/g, ' ').split('\n').map((line, at, lines) => {
  const hasCase = line.toLowerCase() !== line.toUpperCase();
  const isHeading = hasCase ? line === line.toUpperCase() && /\p{L}{2}/u.test(line) : !lines[at - 1] && /^[-[]/.test(lines[at + 1]);
  return line && h(isHeading ? 'h2' : 'p', { class: line.startsWith('- ') ? 'item' : null }, line.replace(/^- /, ''));
});

async function fetched(app) {
  const { plan } = app.person;
  const { address, drugs } = plan.leaflets;
  const language = leafletIn();
  try {
    const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, credentials: 'omit',
      body: JSON.stringify({ drugs, language, form: 'text', country: plan.help?.country || undefined }) });
    if (!answer.ok) return '';
    const text = (await answer.json()).leaflet;
    await app.person.set({ leaflet: { text, language } });
    return text;
  } catch {
    return '';
  }
}


/** The choice of a language by itself, for who cannot read the rest. */
const choose = (app) => [h('h1', { tabindex: -1 }, t('language.heading')), languages(app), h('p', {}, link(t('back'), '#/today', { class: 'button' }))];

export { choose as language };

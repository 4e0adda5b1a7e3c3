/* Who is on this phone: joining by the clinic's link, several people kept apart, a PIN, and an end. */

import { h, button, link } from '../dom.js';
import { isPart, language, LANGUAGES, t } from '../language.js';
import { SIGNS, personIcon, stateIcon } from '../pictures.js';
import { joined } from '../person.js';
import { cardFor } from '../engine.js';
import { timeWords } from '../clock.js';

const languages = (app) => [h('p', { class: 'languages' }, Object.entries(LANGUAGES).map(([code, name]) =>
  button(name, () => app.speak(code), { lang: code, class: 'small', id: `speak-${code}`, 'aria-pressed': String(code === language) }))),
isPart && h('p', { class: 'soft' }, t('language.part'))];

/** Before anybody has joined. */
export const welcome = (app) => [
  h('h1', { tabindex: -1 }, t('name')),
  h('p', { class: 'big' }, t('welcome.says')),
  h('form', { class: 'panel', submit: (event) => paste(event, app) },
    h('label', { for: 'pasted' }, t('welcome.paste')), h('input', { id: 'pasted', name: 'pasted', autocomplete: 'off', required: true }),
    h('button', { type: 'submit', class: 'button wide' }, h('span', {}, t('welcome.go')))),
  app.passing.fault && h('p', { class: 'warning', role: 'alert' }, t(app.passing.fault)),
  languages(app),
];

function paste(event, app) {
  event.preventDefault();
  const word = event.target.elements.pasted.value.trim().split('#').pop();
  if (/^[A-Za-z0-9_-]{16,200}$/.test(word)) location.hash = `#${word}`;
  else {
    app.passing = { fault: 'welcome.wrong' };
    app.show();
  }
}

/** "Start on this phone": a name and a sign of one's own, a PIN for who wants one. */
export function join(app) {
  const { fault } = app.passing;
  return [
    h('h1', { tabindex: -1 }, t('join.heading')),
    h('p', {}, t('join.says')),
    fault && h('p', { class: 'warning', role: 'alert', id: 'join-fault' }, t(fault)),
    h('form', { class: 'panel', submit: (event) => begin(event, app) },
      h('label', { for: 'name' }, t('join.name')),
      h('input', { id: 'name', name: 'name', maxlength: 30, autocomplete: 'off', value: app.passing.name ?? '' }),
      h('fieldset', {}, h('legend', {}, t('join.sign')), h('div', { class: 'signs-of' }, SIGNS.map((sign, at) => h('span', {},
        h('input', { type: 'radio', name: 'sign', id: `sign-${sign}`, value: sign, checked: at === app.people.length % SIGNS.length }),
        h('label', { for: `sign-${sign}` }, personIcon(sign), h('span', { class: 'unseen' }, t(`sign.${sign}`))))))),
      h('label', { for: 'pin' }, t('join.pin')),
      h('input', { id: 'pin', name: 'pin', type: 'password', inputmode: 'numeric', autocomplete: 'new-password', maxlength: 12, 'aria-describedby': 'pin-says' }),
      h('p', { id: 'pin-says', class: 'soft' }, t('pin.says')),
      h('button', { type: 'submit', class: 'button main', id: 'join' }, h('span', {}, t('join.go')))),
    h('p', {}, button(t('join.not'), () => leave(app), { class: 'plain', id: 'join-not' })),
    languages(app),
  ];
}

function leave(app) {
  sessionStorage.removeItem('invitation');
  app.invitation = '';
  app.passing = {};
  app.go('today');
}

async function begin(event, app) {
  event.preventDefault();
  if (app.joining) return;
  const { name, sign, pin } = event.target.elements;
  app.joining = true;
  app.passing = { name: name.value };
  const asked = { name: name.value.trim(), sign: sign.value, pin: pin.value };
  event.target.querySelector('#join').setAttribute('aria-busy', 'true');
  const came = await joined(app.invitation, asked, app.people, app.watch).catch(() => ({ fault: 'join.later' }));
  app.joining = false;
  if (came.fault) {
    app.passing = { name: name.value, fault: came.fault };
    app.show();
    document.getElementById('join-fault')?.focus();
    return;
  }
  sessionStorage.removeItem('invitation');
  app.invitation = '';
  app.passing = {};
  app.people = app.people.filter((it) => it.id !== came.person.id).concat(came.person);
  await app.choose(came.person);
  app.fault = await navigator.storage?.persist?.().then((kept) => (kept ? '' : 'may-go')).catch(() => '') ?? '';
  app.go('today');
}

/** Who is on this phone: for a supporter each with the state of the card, since that is why they look. */
export const peopleList = (app) => [
  h('h1', { tabindex: -1 }, t('people.heading')),
  h('ul', { class: 'people' }, app.people.map((person) => h('li', {}, h('button', { type: 'button', class: 'choice wide', id: `person-${person.id}`, click: async () => {
    await app.choose(person);
    app.go('today');
  } }, personIcon(person.row.sign), h('span', {}, person.name || t('people.this')), stateOf(app, person))))),
  h('p', {}, t('people.more')),
  app.person && h('p', {}, link(t('back'), '#/today', { class: 'button' })),
];

function stateOf(app, person) {
  if (person.row.lock) return h('span', { class: 'soft' }, t('people.locked'));
  if (!person.isSupporter || !person.plan) return null;
  const card = cardFor({ ...app, person, now: app.now, watch: app.watch });
  return h('span', { class: 'soft' }, stateIcon(card.state), h('span', {}, t(`state.${card.state}`),
    card.at ? ` ${timeWords(person.plan.zone, card.at, language)}` : ''));
}

/** The PIN is asked; help stays where it is. */
export function unlock(app) {
  const { person } = app;
  const open = async (event) => {
    event.preventDefault();
    const field = event.target.elements.pin;
    const wait = (person.blockedUntil ?? 0) - Date.now();
    if (wait <= 0 && await person.open(field.value)) {
      person.tries = 0;
      app.passing = {};
      await app.choose(person);
      app.go('today');
      return;
    }
    person.tries = (person.tries ?? 0) + 1;
    if (person.tries >= 5 && wait <= 0) person.blockedUntil = Date.now() + 30000 * (person.tries - 4);
    app.passing = { fault: person.blockedUntil > Date.now() ? 'unlock.wait' : 'unlock.wrong' };
    app.show();
    document.getElementById('pin')?.focus();
  };
  return [
    h('h1', { tabindex: -1 }, t('unlock.heading')),
    h('form', { class: 'panel', submit: open }, h('label', { for: 'pin' }, t('people.locked')),
      h('input', { id: 'pin', name: 'pin', type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 12, required: true }),
      app.passing.fault && h('p', { class: 'warning', role: 'alert' }, t(app.passing.fault)),
      h('button', { type: 'submit', class: 'button main', id: 'unlock' }, h('span', {}, t('hidden.open')))),
    app.people.length > 1 && h('p', {}, link(t('people.others'), '#/people', { class: 'button' })),
    h('details', {}, h('summary', {}, t('unlock.forgot')), h('p', {}, t('unlock.forgot.do')),
      button(t('remove.yes'), () => removed(app), { class: 'button danger', id: 'forgot-remove' })),
  ];
}

export async function removed(app) {
  const { person } = app;
  await person.forget();
  app.person = null;
  sessionStorage.removeItem('person');
  await app.reload();
  app.go('people');
}

/** The clinic ended this phone. */
export const ended = (app) => [
  h('h1', { tabindex: -1 }, t('ended.heading')),
  h('section', { class: 'card held' }, h('p', { class: 'advice' }, t('ended.says')),
    app.person.rows.some((it) => it.state !== 'sent') && h('p', { class: 'advice' }, t('ended.unsent', { count: app.person.rows.filter((it) => it.state !== 'sent').length }))),
  h('p', {}, button(t('remove.yes'), () => removed(app), { class: 'button danger', id: 'ended-remove' })),
];

export { languages };

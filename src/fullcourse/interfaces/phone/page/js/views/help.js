/* Whom to call, without a sign-in and without a network. */

import { h, link } from '../dom.js';
import { language, t } from '../language.js';
import { phoneIcon } from '../pictures.js';

const SIGNS = ['self', 'fit', 'breath', 'hives', 'stroke', 'wake'];
const KINDS = ['emergency', 'crisis', 'poison'];

/** The country whose numbers are shown: of the clinic, or the one that was chosen. */
const countryOf = (app) => app.person?.plan?.help?.country || localStorage.getItem('country') || '';

export function help(app) {
  const listed = app.numbers?.countries ?? {};
  const country = countryOf(app);
  const own = listed[country];
  const from = app.passing.helpFor;
  return [
    h('h1', { tabindex: -1 }, t('help.heading')),
    from && h('p', { class: 'advice strong' }, from),
    h('section', { class: 'card urgent', 'aria-labelledby': 'now' }, h('h2', { id: 'now' }, t('help.now')),
      h('ul', { class: 'signs' }, SIGNS.map((sign) => h('li', {}, t(`help.sign.${sign}`)))),
      own ? calls(own) : h('p', { class: 'big' }, app.numbers?.otherwise?.[language] ?? t('help.local')),
      h('p', {}, t('help.say'))),
    h('section', { class: 'panel', 'aria-labelledby': 'two' }, h('h2', { id: 'two' }, t('help.two')), h('p', {}, t('help.two.do'))),
    h('section', { class: 'panel', 'aria-labelledby': 'clinic' }, h('h2', { id: 'clinic' }, t('help.clinic')), h('p', {}, t('help.clinic.do'))),
    Object.keys(listed).length > 0 && !app.person?.plan?.help?.country && choice(app, listed, country),
    !app.person && h('p', {}, link(t('help.back'), '#/today', { class: 'button' })),
  ];
}

const calls = (own) => h('ul', { class: 'calls' }, KINDS.flatMap((kind) => own[kind].map((it) =>
  h('li', {}, h('a', { class: 'button call', href: `tel:${it.call}` }, phoneIcon(), h('span', {}, t(`help.call.${kind}`), ' ', h('b', { dir: 'ltr' }, it.call)))))));

function choice(app, listed, country) {
  const change = (event) => { localStorage.setItem('country', event.target.value); app.show(); };
  return h('p', {}, h('label', { for: 'country' }, t('help.country')), ' ', h('select', { id: 'country', change },
    h('option', { value: '', selected: !country }, t('help.country.other')),
    Object.entries(listed).map(([code, it]) => h('option', { value: code, selected: code === country }, it.name))));
}

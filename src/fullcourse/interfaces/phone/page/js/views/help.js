/* Whom to call, without a sign-in and without a network. */

import { h, link } from '../dom.js';
import { language, numbers, t } from '../language.js';
import { phoneIcon } from '../pictures.js';

const KINDS = ['emergency', 'crisis', 'poison'];

/** The country whose numbers are shown: of the clinic, or the one that was chosen. */
const countryOf = (app) => app.person?.plan?.help?.country || localStorage.getItem('country') || '';

export function help(app) {
  const { countries = {}, signs = [] } = numbers ?? {};
  const country = countryOf(app);
  const from = app.passing.helpFor;
  const line = (it) => h('li', {}, it.says);
  const hidden = signs.filter((it) => it.names_it);
  return [
    h('h1', { tabindex: -1 }, t('help.get')),
    from && h('p', { class: 'advice strong' }, from),
    h('section', { class: 'card urgent', 'aria-labelledby': 'now' }, h('h2', { id: 'now' }, phoneIcon(), h('span', {}, t('help.now'))),
      callsFor(app), h('p', {}, t('help.say'))),
    Object.keys(countries).length > 0 && !app.person?.plan?.help?.country && choice(app, countries, country),
    h('section', { class: 'panel', 'aria-labelledby': 'signs' }, h('h2', { id: 'signs' }, t('help.signs')),
      h('ul', { class: 'signs' }, signs.filter((it) => !it.names_it).map(line)),
      hidden.length > 0 && h('details', {}, h('summary', {}, t('help.more')), h('ul', { class: 'signs' }, hidden.map(line)))),
    h('section', { class: 'panel', 'aria-labelledby': 'clinic' }, h('h2', { id: 'clinic' }, t('help.clinic')), h('p', {}, t('help.clinic.do'))),
    !app.person && h('p', {}, link(t('back'), '#/today', { class: 'button' })),
  ];
}

/** The numbers of the country, each a link that calls; where no source gives one, that the local number is called. */
export function callsFor(app) {
  const own = numbers?.countries?.[countryOf(app)];
  if (!own) return h('p', { class: 'big' }, numbers?.otherwise ?? t('help.local'));
  return h('ul', { class: 'calls' }, KINDS.flatMap((kind) => own[kind].map((it) =>
    h('li', {}, h('a', { class: 'button call', href: `tel:${it.call}` }, phoneIcon(), h('span', {}, t(`help.call.${kind}`), ' ', h('b', { dir: 'ltr' }, it.shown)))))));
}

function choice(app, listed, country) {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const change = (event) => { localStorage.setItem('country', event.target.value); app.show(); };
  return h('p', {}, h('label', { for: 'country' }, t('help.country')), ' ', h('select', { id: 'country', change },
    h('option', { value: '', selected: !country }, t('help.country.other')),
    Object.keys(listed).map((code) => h('option', { value: code, selected: code === country }, names.of(code)))));
}

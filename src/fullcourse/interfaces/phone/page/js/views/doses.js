/* What got in the way, doses of the last days, a dose that is early, and a second dose. */

import { h, button, link } from '../dom.js';
import { dateWords, dayOf, momentAt, timeWords, isoOf } from '../clock.js';
import { langOf, language, t } from '../language.js';
import { partOfDay, reasonIcon, stateIcon } from '../pictures.js';
import { amountOf } from './today.js';
import { missedCard, openDoses } from '../engine.js';
import { skip, tookAnyway, tookThen } from '../doing.js';
import { speaker } from '../spoken.js';

const WHY = ['forgot', 'ill', 'effect', 'none', 'away', 'other'];

/** "I missed a dose / I can't": what to do now, then why, by six pictures. */
export function missed(app) {
  const { person } = app;
  const { plan } = person;
  const card = missedCard(app);
  const when = card.at && t('missed.which', { time: timeWords(plan.zone, card.at, language), date: dateWords(plan.zone, card.at, language) });
  return [
    h('h1', { tabindex: -1 }, t('missed.heading')),
    when && h('p', { class: 'big' }, when),
    card.words && h('section', { class: `card ${card.state}` }, h('p', { class: 'advice', lang: langOf(plan) }, card.words)),
    h('h2', { id: 'why' }, t('missed.why')),
    h('ul', { class: 'choices', 'aria-labelledby': 'why' }, WHY.map((why) => h('li', {},
      button(t(`why.${why}`), () => because(app, card, why), { class: 'choice', id: `why-${why}` }, reasonIcon(why))))),
    h('p', {}, link(t('missed.earlier'), '#/earlier', { class: 'button' })),
    h('p', {}, link(t('back'), '#/today', { class: 'button' })),
  ];
}

async function because(app, card, why) {
  await skip(app, card.drugs, why);
  if (why === 'effect' || why === 'ill') app.go('feel');
  if (why === 'none') app.passing = { ...app.passing, noPills: true };
}

/** Doses of the last three days of which nobody said anything, each to be said at once. */
export function earlier(app) {
  const { person, now } = app;
  const { plan } = person;
  const open = openDoses(person, now);
  const days = [...new Set(open.map((it) => dayOf(plan.zone, it.at)))];
  return [
    h('h1', { tabindex: -1 }, t('earlier.heading')),
    h('p', {}, t(open.length ? 'earlier.says' : 'earlier.none')),
    days.map((day) => {
      const listed = open.filter((it) => dayOf(plan.zone, it.at) === day);
      return h('section', { class: 'panel', 'aria-label': dateWords(plan.zone, listed[0].at, language) },
        h('h2', {}, dateWords(plan.zone, listed[0].at, language)), listed.map((dose) => openDose(app, dose)));
    }),
    h('p', {}, link(t('back'), '#/today', { class: 'button' })),
  ];
}

function openDose(app, dose) {
  const { plan } = app.person;
  const id = `at-${dose.at}`;
  const time = timeWords(plan.zone, dose.at, language);
  const claims = app.person.isSupporter ? ['observed', 'supporter'] : ['self'];
  const when = h('input', { type: 'time', id, value: isoOf(plan.zone, dose.at).slice(11, 16), required: true });
  const at = () => Math.min(momentAt(plan.zone, dose.at, when.value || isoOf(plan.zone, dose.at).slice(11, 16)), app.now);
  return h('div', { class: 'dose' }, h('p', {}, partOfDay(dose.part), ' ', h('b', {}, time), ' ', dose.drugs.map(amountOf).join(', ')),
    h('p', {}, h('label', { for: id }, t('earlier.when')), ' ', when),
    claims.map((claim) => button(t(`earlier.taken.${claim}`, { time }), () => tookThen(app, dose.drugs, at(), claim), { class: 'button wide', id: `${id}-${claim}` })),
    button(t('earlier.not', { time }), () => skip(app, dose.drugs, 'forgot'), { class: 'button wide', id: `${id}-not` }));
}

/** A dose that is taken before its time. */
export function early(app) {
  const { card } = app.passing;
  if (!card) return [h('h1', { tabindex: -1 }, t('early.heading')), h('p', {}, link(t('back'), '#/today', { class: 'button' }))];
  return [
    h('h1', { tabindex: -1 }, t('early.heading')),
    h('section', { class: 'card late-take' }, h('h2', {}, stateIcon('not-yet'), h('span', {}, t('early.due', { time: timeWords(app.person.plan.zone, card.at, language) }))),
      h('p', { class: 'advice' }, t('early.says')),
      link(t('early.wait'), '#/today', { class: 'button main' }),
      button(t('early.took'), () => tookAnyway(app), { class: 'button wide', id: 'early-took' })),
  ];
}

/** A second dose: stop. */
export function stop(app) {
  const { stop: reason } = app.passing;
  if (!reason) return [h('h1', { tabindex: -1 }, t('stop.heading')), h('p', {}, link(t('back'), '#/today', { class: 'button' }))];
  const { plan } = app.person;
  return [
    h('div', { class: 'stop', role: 'alert' }, stateIcon('stop'), h('h1', { tabindex: -1 }, t('stop.heading')),
      h('p', { class: 'big' }, t('stop.says', { time: timeWords(plan.zone, reason.at, language) })), h('p', { class: 'big' }, t('stop.do')), speaker([t('stop.heading'), t('stop.do')])),
    h('p', {}, button(t('stop.did-not'), () => { app.passing = {}; app.go('today'); }, { class: 'button main', id: 'stop-not' })),
    h('p', {}, link(t('stop.earlier'), '#/earlier', { class: 'button' })),
    h('p', {}, button(t('stop.both'), async () => {
      await tookAnyway(app);
      app.passing = { helpFor: t('stop.both.do') };
      app.go('help');
    }, { class: 'button danger', id: 'stop-both' })),
  ];
}


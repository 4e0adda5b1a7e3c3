/* "What do I do now?": one card, one button, and below it how the course stands. */

import { h, button, link } from '../dom.js';
import { DAY, HOUR, dateWords, dayNumber, dayOf, dayWords, shortDate, timeWords } from '../clock.js';
import { digits, isPart, langOf, language, t } from '../language.js';
import { partOfDay, speakerIcon, stateIcon, unitsPicture } from '../pictures.js';
import { ageOf, warnings } from '../standing.js';
import { unmarked } from '../core/words.js';
import { play, recorded } from '../spoken.js';
import { cardFor, daySlots, doneOf, formOf, isShaped } from '../engine.js';
import { took, skip, undo, UNDO_MS } from '../doing.js';

export function today(app) {
  const { person, now } = app;
  const { plan } = person;
  const heading = h('h1', { tabindex: -1 }, t('today.heading', { date: dateWords(plan?.zone, now, language) }));
  if (!plan) return [heading, waiting(person), h('p', {}, link(t('more.open'), '#/more'))];
  const card = cardFor(app);
  return [
    heading,
    warnings(app),
    app.worker && h('p', { class: 'note' }, t('renew.says'), ' ', button(t('renew.now'), () => renew(app), { id: 'renew', class: 'small' })),
    undoBar(app),
    cardView(app, card),
    h('section', { 'aria-label': t('slots.heading') }, h('ul', { class: 'slots' }, daySlots(person, now).map((slot) => slotView(plan, slot)))),
    h('p', { class: 'two' }, link(t('feel.heading'), '#/feel', { class: 'button' }), link(t('earlier.open'), '#/earlier', { class: 'button' })),
    progressView(person, now),
    supplyView(plan, now),
    visitView(plan, now),
    ageOf(person, now),
    app.fault === 'may-go' && h('p', { class: 'age' }, t('storage.may-go')),
    h('p', {}, link(t('more.open'), '#/more', { class: 'button' })),
  ];
}

const waiting = ({ way }) => h('section', { class: 'card' }, h('p', {}, t(way?.isUnasked ? 'plan.unasked' : way?.isOnline ? 'plan.coming' : 'plan.offline')));

function renew(app) {
  app.renewing = true;
  app.worker.postMessage('take over');
}

const CALLS = new Set(['held', 'call-first']);

function cardView(app, card) {
  const { plan } = app.person;
  const when = card.state === 'done' ? null : card.at;
  const also = card.withheld.filter((it) => !card.drugs.some((other) => other.drug === it.drug) && it.words);
  return h('section', { class: `card ${card.state}`, 'aria-labelledby': 'state' },
    h('h2', { id: 'state' }, stateIcon(card.state), h('span', {}, t(`state.${card.state}`))),
    when && !CALLS.has(card.state) && h('p', { class: 'clock' }, h('time', { datetime: new Date(when).toISOString() }, timeWords(plan.zone, when, language)),
      dayHint(plan, card, app.now)),
    !CALLS.has(card.state) && card.drugs.length > 0 && doses(card),
    card.state === 'call-first' && card.drugs.length > 0 && card.at && h('p', { class: 'soft' }, t('call.then', { time: timeWords(plan.zone, card.at, language) })),
    card.state === 'call-first' && card.drugs.length > 0 && doses(card),
    card.words && card.state !== 'not-yet' && h('p', { class: 'advice', lang: langOf(plan) }, card.words),
    card.nextAt && ['done', 'late-skip', 'late-take'].includes(card.state) && h('p', { class: 'advice next' }, stateIcon('not-yet'),
      h('span', {}, t('next.at', { time: timeWords(plan.zone, card.nextAt, language) }), ' ', dayHint(plan, { state: 'not-yet', at: card.nextAt }, app.now))),
    actions(app, card),
    aside(plan, card, also),
    h('div', { class: 'below' }, listen(app, card, also), named(card).length > 0 && names(card)));
}

/** What is not taken now beside the rest: its picture, and in words why. */
function aside(plan, card, also) {
  if (!also.length) return null;
  const spoken = [...new Set(also.map((it) => it.words))];
  return h('div', { class: 'aside' }, spoken.map((words) => h('div', {},
    h('ul', { class: 'doses' }, also.filter((it) => it.words === words && it.mg).map((it) => h('li', {}, stateIcon('held'), pills(it)))),
    words !== card.words && h('p', { lang: langOf(plan) }, words))));
}

const pills = (it) => [h('span', { class: 'units' }, unitsPicture(formOf(it), it.units || 1, it.drug)), h('b', {}, amountOf(it))];

/** Says how far a time is away, or that it is another day. */
function dayHint(plan, card, now) {
  const away = card.at - now;
  if (card.state === 'not-yet' && away > 0) {
    return h('span', { class: 'hint' }, away < HOUR ? t('in.minutes', { count: Math.max(1, Math.round(away / 60000)) })
      : away < DAY ? t('in.hours', { count: Math.round(away / HOUR) })
        : shortDate(plan.zone, card.at, language));
  }
  return Math.abs(away) > 20 * HOUR ? h('span', { class: 'hint' }, shortDate(plan.zone, card.at, language)) : null;
}

/** Says an amount: "2 capsules (500 mg)"; the mg alone where the plan does not say what it looks like. */
export function amountOf(dose) {
  const form = formOf(dose);
  const left = document.dir === 'rtl' ? '\u200e' : ''; // where lines run to the left a figure would follow its unit
  const mg = `${left}${digits(dose.mg, { maximumFractionDigits: 2 })} mg`;
  if (isShaped(dose) && (form === 'liquid' || form === 'injection')) return `${t(`amount.${form}`)} (${mg})`;
  if (!dose.units) return mg;
  return `${dose.units === 0.5 ? t(`amount.${form}.half`) : t(`amount.${form}`, { count: dose.units })} (${mg})`;
}

const doses = (card) => h('ul', { class: 'doses' }, card.drugs.map((it) => h('li', {}, pills(it))));

/** The names stand behind a tap: nobody who looks over a shoulder reads them. */
const named = (card) => [...card.drugs, ...card.withheld.filter((it) => !card.drugs.some((other) => other.drug === it.drug))];
const names = (card) => h('details', { class: 'names' }, h('summary', {}, t('names.show')),
  h('ul', {}, card.drugs.map((it) => h('li', {}, `${it.label}: ${amountOf(it)}`)),
    named(card).slice(card.drugs.length).map((it) => h('li', {}, t('names.not', { name: it.label })))));

/** Reads the card aloud: what the clinic recorded of it, else by the phone's own voice of the language. */
function listen(app, card, also) {
  const found = recorded([t(`state.${card.state}`), card.state !== 'not-yet' && card.words, ...new Set(also.map((it) => it.words))]);
  if (found) return button(t('listen'), () => play(found), { class: 'plain', id: 'listen' }, speakerIcon());
  if (isPart || !('speechSynthesis' in self)) return null;
  return button(t('listen'), () => {
    const text = [t(`state.${card.state}`), card.at && timeWords(app.person.plan.zone, card.at, language),
      !CALLS.has(card.state) && card.drugs.map(amountOf).join(', '), card.words].filter(Boolean).join('. ');
    speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(unmarked(text));
    spoken.lang = language;
    speechSynthesis.speak(spoken);
  }, { class: 'plain', id: 'listen' });
}

function actions(app, card) {
  const main = (key, how, id = 'took') => button(t(key), how, { class: 'main', id });
  if (CALLS.has(card.state)) {
    return [link(t('call.open'), '#/help', { class: 'button main' }),
      card.drugs.length > 0 ? button(t('took'), () => took(app, card), { id: 'took', class: 'button wide' })
        : link(t('call.took'), '#/earlier', { class: 'button' })];
  }
  if (card.state === 'done') {
    return button(t('took.again'), () => took(app, { ...card, drugs: card.taken }), { id: 'took', class: 'button wide' });
  }
  if (card.state === 'late-skip') {
    return [main('skip.now', () => skip(app, card.drugs, 'forgot'), 'skip'), link(t('skip.took'), '#/earlier', { class: 'button' })];
  }
  if (card.state === 'not-yet') {
    return [button(t('took.early'), () => took(app, card), { id: 'took', class: 'button wide' }), missed()];
  }
  if (!app.person.isSupporter) return [main('took', () => took(app, card)), missed()];
  return [main('took.watched', () => took(app, card, 'observed')),
    button(t('took.told'), () => took(app, card, 'supporter'), { class: 'button wide', id: 'told' }), missed()];
}

const missed = () => link(t('missed.open'), '#/missed', { class: 'button' });

/** After a tap: what was written down, and for ten seconds a way back. */
function undoBar(app) {
  const { done } = app;
  if (!done || done.person !== app.person.id || Date.now() - done.at > UNDO_MS) return null;
  return h('div', { class: 'undo' }, h('p', {}, stateIcon('done'), h('span', {}, t(done.says))),
    button(t('undo'), () => undo(app), { id: 'undo', class: 'button' }));
}

const SIGN_OF = { taken: 'done', skipped: 'skipped', held: 'held', unknown: 'unknown', ask: 'late-take', part: 'late-take' };

function slotView(plan, slot) {
  return h('li', { class: `slot ${slot.state}` }, partOfDay(slot.part), h('b', {}, t(`part.${slot.part}`)),
    h('span', {}, timeWords(plan.zone, slot.at, language)),
    h('span', { class: 'state' }, stateIcon(SIGN_OF[slot.state] ?? 'not-yet'), h('span', {}, t(`slot.${slot.state}`))));
}

function progressView(person, now) {
  const day = doneOf(person, now);
  if (!day) return null;
  const month = Math.floor(day.n / 30);
  return h('section', { class: 'panel', 'aria-labelledby': 'course' }, h('h2', { id: 'course' }, t('course.heading')),
    h('p', { class: 'big' }, t('course.day', { day: day.n, days: day.planned })),
    h('progress', { max: day.planned, value: day.n, 'aria-labelledby': 'course' }),
    day.done !== null && h('p', {}, t('course.done', { count: day.done })),
    month > 0 && h('p', { class: 'soft' }, t('course.months', { count: month })));
}

function supplyView(plan, now) {
  const known = plan.supply ?? [];
  const dated = known.filter((it) => it.order_by);
  if (!dated.length) return null;
  const first = dated.reduce((one, other) => (other.order_by < one.order_by ? other : one));
  const today = dayOf(plan.zone, now);
  const isDue = dayNumber(first.order_by) <= today;
  const left = first.lasts ? dayNumber(first.lasts) - today : null;
  return h('section', { class: isDue ? 'panel soon' : 'panel', 'aria-labelledby': 'supply' }, h('h2', { id: 'supply' }, t('supply.heading')),
    h('p', { class: 'big' }, isDue ? t('supply.now') : t('supply.by', { date: dayWords(first.order_by, language) })),
    left !== null && left >= 0 && h('p', {}, t('supply.days', { count: left })),
    h('details', {}, h('summary', {}, t('supply.each')), h('ul', {}, known.map((it) => h('li', {}, leftOf(plan, it))))));
}

function leftOf(plan, it) {
  const name = plan.drugs.find((drug) => drug.drug === it.drug)?.label ?? it.drug;
  if (!it.units_left) return t('supply.unknown', { name });
  const [least, most] = it.units_left.map(Math.floor);
  return t('supply.left', { name, count: least === most ? least : `${digits(least)}–${digits(most)}` });
}

function visitView(plan, now) {
  const visit = (plan.visits ?? []).find((it) => dayNumber(it.on) >= dayOf(plan.zone, now));
  if (!visit) return null;
  return h('section', { class: 'panel', 'aria-labelledby': 'visit' }, h('h2', { id: 'visit' }, t('visit.heading')),
    h('p', { class: 'big' }, dayWords(visit.on, language)),
    h('details', {}, h('summary', {}, t('visit.why')), h('ul', {}, visit.why.map((why) => h('li', { lang: language === 'en' ? null : 'en' }, why)))));
}

/* Lays the pure advice of core/ beside what this phone has: the one place where screens ask it. */

import { cardOf, dayAt, secondDose } from './core/card.js';
import { withDiary } from './core/diary.js';
import { doseSkipped, doseTaken, idOf, symptom, undone } from './core/events.js';
import { covers } from './core/moment.js';
import { judge } from './core/triage.js';
import { dayOf, isoOf, partOf } from './clock.js';

const TAKE = new Set(['due', 'late-take']);
const FORMS = { capsule: 'capsule', liquid: 'liquid', oral: 'liquid', injection: 'injection', vial: 'injection' };

/**
 * Returns the card of now. Beside what the core says: `drugs` are those of its one button (to take, to skip, to come),
 * and a clock that is known to be wrong advises no dose.
 */
export function cardFor(app) {
  const { person, now, watch } = app;
  const { plan } = person;
  const card = cardOf(plan, person.events, now, watch.latest);
  if (watch.isOff && !['held', 'done', 'call-first'].includes(card.state)) {
    return { ...card, state: 'call-first', reason: 'clock', words: plan.words['clock-wrong'] ?? '', drugs: [] };
  }
  if (card.state === 'late-skip') return { ...card, drugs: card.withheld.filter((it) => it.verdict === 'skip') };
  if (card.state === 'not-yet' && card.at !== null) return { ...card, drugs: toCome(plan, card.at, now) };
  if (card.state === 'done') return { ...card, drugs: [], taken: plan.slots.filter((it) => it.due === card.at).map((it) => dressed(plan, it)) };
  return TAKE.has(card.state) || card.state === 'call-first' ? card : { ...card, drugs: [] };
}

/** The doses of a time to come, or of the next that was planned where that time was moved. */
function toCome(plan, at, now) {
  const dues = plan.slots.filter((it) => it.due > now).map((it) => it.due);
  const due = dues.includes(at) ? at : Math.min(...dues);
  return plan.slots.filter((it) => it.due === due).map((slot) => dressed(plan, slot));
}

/** A dose of a slot as the card shows one. */
function dressed(plan, slot) {
  const drug = plan.drugs.find((it) => it.drug === slot.drug);
  return { drug: slot.drug, slot, label: drug?.label ?? slot.drug, picture: drug?.picture, mg: slot.mg, units: slot.units, form: slot.form };
}

/** What a dose looks like: capsule, tablet, liquid, injection; a pill where nobody said. */
export const formOf = (dose) => FORMS[(dose.form || dose.picture?.form || '').split(' ')[0]] ?? 'tablet';
/** Whether the plan says what it looks like. */
export const isShaped = (dose) => Boolean(dose.form || dose.picture?.form);

const STANDING = { 'to come': 'open', due: 'open', taken: 'taken', 'taken late': 'taken', 'partly taken': 'part', vomited: 'part',
  'not taken': 'skipped', held: 'held', disputed: 'ask', unknown: 'unknown' };
const ORDER = ['ask', 'unknown', 'open', 'part', 'skipped', 'taken', 'held'];

/** The times of a day, each with its part of the day, its state, and the doses of which nobody said anything. */
function timesOf(person, now, day = null) {
  const { plan } = person;
  // a dose that was due before its drug was held waits for nobody now
  const isPaused = ({ drug, standing }) => standing === 'due' && plan.drugs.some((it) => it.drug === drug && it.hold.some((hold) => covers(hold, now)));
  return dayAt(plan, person.events, now, day).map(({ at, drugs }) => {
    const states = drugs.map((it) => (isPaused(it) ? 'held' : STANDING[it.standing]));
    const state = ORDER.find((it) => states.includes(it));
    const open = drugs.filter((it) => ['due', 'unknown'].includes(it.standing));
    return { at, part: partOf(plan.zone, at), state, drugs: open.map((it) => dressed(plan, it.slot)) };
  });
}

export const daySlots = (person, now) => timesOf(person, now);

/** Doses of the last three days of which nobody said anything, the newest first. */
export function openDoses(person, now) {
  const today = dayOf(person.plan.zone, now);
  return [0, 1, 2].flatMap((back) => timesOf(person, now, today - back).filter((it) => it.drugs.length && it.at <= now).reverse());
}

/** The dose that "I missed a dose" is about: the one at issue, or the last of which nobody said anything, or the next. */
export function missedCard(app) {
  const card = cardFor(app);
  if (!['not-yet', 'done'].includes(card.state)) return card;
  const [last] = openDoses(app.person, app.now);
  return last ? { ...last, state: 'late-skip', words: '' } : { ...card, words: '' };
}

/** How far the course is today, and how many days of it are known to be done. */
export function doneOf(person, now) {
  const { day, zone, issued_at: issued } = person.plan;
  if (!day?.planned) return null;
  const n = day.of_course + dayOf(zone, now) - dayOf(zone, issued);
  return n < 1 ? null : { n: Math.min(n, day.planned), planned: day.planned, done: day.done };
}

/** A second dose of a drug of the card: {drug, at}, or null. */
export const stopFor = (app, card, atMs) => secondDose(app.person.plan, app.person.events, card.drugs.map((it) => it.drug), atMs);

/** The next dose, where the one at issue was taken and half the way to the next has gone: that one is taken early. */
export function nextCard(app, card, stop, atMs) {
  if (card.state !== 'done' || !card.nextAt || atMs - stop.at < (card.nextAt - card.at) / 2) return null;
  return { ...card, state: 'not-yet', at: card.nextAt, drugs: toCome(app.person.plan, card.nextAt, atMs) };
}

/** Who speaks by this phone. */
function who(app, claim) {
  const { person } = app;
  const actor = person.isSupporter ? 'supporter' : 'patient';
  return { plan: person.plan, device: person.keys?.device ?? person.row.device, actor, claim: person.isSupporter && claim === 'self' ? 'supporter' : claim };
}

export const doseEvents = (app, drugs, atMs, claim) =>
  drugs.map((it) => doseTaken(who(app, claim), app.person.events, it.slot, { at: atMs, now: Math.max(app.now, atMs) }));

/** A dose beyond those that were planned: what was taken must be known, and no planned dose becomes another by it. */
export const extraEvents = (app, drugs, atMs, claim) => drugs.map((it) => {
  const speaker = who(app, claim);
  const event = doseTaken(speaker, app.person.events, it.slot, { at: atMs, now: Math.max(app.now, atMs) });
  return { ...event, id: idOf(atMs, speaker.device, 'beside the plan', it.slot.id), body: { drug: it.drug, mg: it.mg } };
});

/** Why a dose was left out, in the words of the log: what may be a side effect is for the clinic to judge. */
const REASON = { forgot: 'forgotten', ill: 'medical', effect: 'medical', none: 'programme', away: 'patient', other: 'other' };
export const skipEvents = (app, drugs, why) =>
  drugs.map((it) => doseSkipped(who(app, 'self'), app.person.events, it.slot, REASON[why], { at: app.now, now: app.now }));

export const retractions = (app, events) => events.map((it) => undone(who(app, it.claim), it, app.now));

/** What is there; and of what is not, only what was there when it was last told. */
export function symptomEvents(app, answers) {
  const { plan, events } = app.person;
  const there = new Set();
  for (const it of [...plan.claims, ...events]) {
    const body = it.body ?? it;
    if (it.kind === 'symptom') there[body.present === false ? 'delete' : 'add'](body.symptom);
  }
  const report = crypto.randomUUID();
  return Object.entries(answers).filter(([name, word]) => word === 'yes' || (word === 'no' && there.has(name)))
    .map(([name, word]) => symptom(who(app, 'self'), name, word === 'yes', report, app.now));
}

/** Judges answers ({fact: 'yes'|'no'|'unsure'}) with what the log adds. */
export function judged(app, answers) {
  const { plan, events } = app.person;
  return judge(plan, withDiary(plan, events, { symptoms: answers }, app.now));
}

/** What of a plan a person must not miss: what is stopped, and which plan counts. */
const stopsOf = (plan) => JSON.stringify([plan.closed, plan.plans.map((it) => [it.begins, it.drugs.map((drug) => drug.drug)]),
  plan.drugs.map((it) => [it.drug, it.hold]), plan.items]);

/** The word to the clinic that this phone shows what was stopped; null where it said so before. */
export function seenEvent(app) {
  const { person, now } = app;
  const { plan, settings } = person;
  const stops = stopsOf(plan);
  if (!plan.zone || settings.shown === stops) return null;
  const { device, actor, claim } = who(app, 'device');
  const at = isoOf(plan.zone, now);
  const event = { schema: 'fullcourse/event/1', id: idOf(now, device, 'seen', plan.issued_at), patient: plan.patient, kind: 'plan_seen',
    occurred_at: at, recorded_at: at, zone: plan.zone.name, claim, actor, source: 'fullcourse phone 1', device, body: { issued_ms: plan.issued_at } };
  return { event, stops };
}


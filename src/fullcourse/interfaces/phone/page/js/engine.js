/* Lays the pure advice of core/ beside what this phone has: the one place where screens ask it. */

import { cardOf } from './core/card.js';
import { doseSkipped, doseTaken, retracted, symptom } from './core/events.js';
import { judge } from './core/triage.js';
import { DAY, HOUR, dayOf, isoOf, partOf } from './clock.js';

/** All that is known: what the clinic sent with the plan, and what was written down here since. */
function known(person) {
  const claims = person.plan.claims ?? [];
  const there = new Set(claims.map((it) => it.id));
  return [...claims, ...person.events.filter((it) => !there.has(it.id))];
}

/** Returns the card; a clock that is wrong advises no dose. */
export function cardFor(app) {
  const { person, now, watch } = app;
  const card = cardOf(person.plan, known(person), now);
  const isAdvice = !['held', 'done', 'call-first'].includes(card.state);
  return watch.isOff && isAdvice ? { ...card, state: 'call-first', words: '', isClock: true } : card;
}

/** What is said of each slot: 'taken', 'skipped'; nothing where nobody said anything that stands. */
function saidOf(person) {
  const events = known(person);
  const back = new Set(events.filter((it) => it.kind === 'retracted').map((it) => it.supersedes));
  const said = new Map();
  for (const event of events) {
    const slot = event.slot ?? event.body?.slot;
    if (!slot || back.has(event.id)) continue;
    if (event.kind === 'dose_skipped') said.set(slot, said.get(slot) ?? 'skipped');
    else if (event.kind.startsWith('dose_')) said.set(slot, 'taken');
  }
  return said;
}

const isHeld = (plan, drug, at) => (plan.drugs.find((it) => it.drug === drug)?.hold ?? []).some((it) => it.since <= at && (it.until === null || at < it.until));

const dressed = (plan, slot) => {
  const drug = plan.drugs.find((it) => it.drug === slot.drug);
  return { ...slot, label: drug?.label ?? slot.drug, form: drug?.picture?.form || 'tablet', picture: drug?.picture };
};

/** The times of a stretch, each with its doses and what is said of them. */
function times(person, fromMs, untilMs) {
  const { plan } = person;
  const said = saidOf(person);
  const by = new Map();
  for (const slot of plan.slots) {
    if (slot.due >= fromMs && slot.due < untilMs) by.set(slot.due, [...(by.get(slot.due) ?? []), slot]);
  }
  return [...by].sort(([one], [other]) => one - other).map(([at, slots]) => {
    const counted = slots.filter((it) => !isHeld(plan, it.drug, at));
    const words = counted.map((it) => said.get(it.id));
    const state = !counted.length ? 'held' : words.every((it) => it === 'taken') ? 'taken'
      : words.every((it) => it === 'skipped') ? 'skipped' : words.some((it) => !it) ? 'open' : 'part';
    return { at, part: partOf(plan.zone, at), state, drugs: counted.filter((it) => !said.has(it.id)).map((it) => dressed(plan, it)) };
  });
}

/** The doses of today, each with its part of the day and its state. */
export function daySlots(person, now) {
  const { zone } = person.plan;
  return times(person, now - 2 * DAY, now + 2 * DAY).filter((it) => dayOf(zone, it.at) === dayOf(zone, now));
}

/** Doses of the last three days of which nobody said anything, the newest first. */
export const openDoses = (person, now) => times(person, now - 3 * DAY, now + 1).filter((it) => it.state === 'open').reverse();

/** The dose that "I missed a dose" is about: the one at issue, or the last of which nobody said anything. */
export function missedCard(app) {
  const card = cardFor(app);
  if (card.state !== 'not-yet' && card.state !== 'done') return card;
  const last = openDoses(app.person, app.now)[0];
  return last ? { ...last, state: 'late-skip', words: '' } : card;
}

/** How far the course is today, and how many days of it are known to be done. */
export function doneOf(person, now) {
  const { day, zone, issued_at: issued } = person.plan;
  if (!day?.planned) return null;
  const n = day.of_course + dayOf(zone, now) - dayOf(zone, issued);
  if (n < 1) return null;
  return { n: Math.min(n, day.planned), planned: day.planned, done: day.done ?? null, of: day.planned };
}

/** A second dose: one of a drug of the card was taken less than half its interval ago. */
export function stopFor(app, card, atMs) {
  const { person } = app;
  const events = known(person);
  const back = new Set(events.filter((it) => it.kind === 'retracted').map((it) => it.supersedes));
  for (const { drug } of card.drugs) {
    const dues = person.plan.slots.filter((it) => it.drug === drug).map((it) => it.due);
    const interval = Math.min(DAY, ...dues.slice(1).map((due, at) => due - dues[at]).filter((it) => it > HOUR));
    for (const event of events) {
      if (event.kind !== 'dose_taken' || back.has(event.id) || (event.drug ?? event.body?.drug) !== drug) continue;
      const at = event.at ?? Date.parse(event.occurred_at);
      if (Math.abs(atMs - at) < interval / 2) return { at };
    }
  }
  return null;
}

/** What every event of this phone says of itself. */
function writer(app, claim = 'self') {
  const { person, now } = app;
  const { plan, keys } = person;
  const actor = person.isSupporter ? 'supporter' : 'patient';
  return { ms: now, iso: isoOf(plan.zone, now), zone: plan.zone.name, patient: keys.patient, device: keys.device, actor,
    claim: person.isSupporter && claim === 'self' ? 'supporter' : claim };
}

const attempt = (person, slot) => person.events.filter((it) => it.kind === 'retracted' && person.events.some((other) => other.id === it.supersedes && other.body.slot === slot.id)).length;

export const doseEvents = (app, drugs, atMs, claim) => drugs.map((it) => doseTaken(writer(app, claim), it, attempt(app.person, it), isoOf(app.person.plan.zone, atMs)));

/** Why a dose was left out, in the words of the log: what may be a side effect is for the clinic to judge. */
const REASON = { forgot: 'forgotten', ill: 'medical', effect: 'medical', none: 'programme', away: 'patient', other: 'other' };
export const skipEvents = (app, drugs, why) => drugs.map((it) => doseSkipped(writer(app), it, attempt(app.person, it), REASON[why]));
export const retractions = (app, events) => events.map((it) => retracted(writer(app), it));

/** What is there is written down; of what is not, only what was there before. */
export const symptomEvents = (app, answers) => Object.entries(answers).filter(([, word]) => word === 'yes').map(([name]) => symptom(writer(app), name, true));

export function judged(app, answers) {
  const came = judge(app.person.plan.triage, answers, app.person.plan);
  return { ...came, words: [came.words ?? []].flat().slice(0, 3) };
}

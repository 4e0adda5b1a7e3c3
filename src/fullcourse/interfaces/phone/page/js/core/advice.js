// What to do about a dose at a moment: take it, wait, skip it, call first. A port of the service's own advice, proved
// equal to it on the vectors of tests/conformance/test_phone_core.py; what is changed there is changed here.

import { DAY, HOUR, clockOf, dayNumber, instant } from "./clock.js";
import { isIntake, logOf } from "./log.js";
import { covers, factsAt, intervalOf, lastOf, lookAt, planAt } from "./moment.js";
import { follows, isOpen } from "./rules.js";

export const TAKE_NOW = "take now", NOT_YET = "not yet", SKIP = "skip", TAKEN = "already taken",
  CALL_FIRST = "call first", HELD = "held", ASK = "ask";

const LAST_DOSE = "hours_since_last_dose";

/**
 * Return what to do about a drug's dose at a moment: {drug, verdict, slot, patient, key, nextAt, statements, madeUp,
 * proposal}. `patient` are the words, `key` names them: of `plan.words`, or the statement whose words they are.
 */
export function advise(plan, events, drug, nowMs) {
  return adviseBy(plan, logOf(plan, events), drug, nowMs);
}

/** Return the same by a log that was folded before. */
export function adviseBy(plan, log, name, now) {
  const drug = plan.drugs.find((it) => it.drug === name);
  const hasRules = Boolean(drug && drug.rules);
  const bare = (verdict, key, nextAt = null) =>
    ({ drug: name, verdict, slot: null, patient: plan.words[key], key, nextAt, statements: [], madeUp: "", proposal: null });
  if (plan.closed && plan.closed.at <= now) return bare(ASK, plan.closed.died ? "nothing-due" : "ask");
  const part = planAt(plan, now);
  if (!part && plan.plans.length && hasRules) {
    const first = (plan.plans[0].first || {})[name];
    if (first !== undefined) return bare(NOT_YET, "not-yet", first);
  }
  if (!part || !hasRules || !part.drugs.some((it) => it.drug === name)) return bare(ASK, "ask");
  const of = (places) => places.map((it) => plan.rules[it]);
  const rules = {
    danger: of(drug.rules.danger), guards: of(drug.rules.guards), missed: of(drug.rules.missed),
    justLate: plan.rules[drug.rules.just_late], emergencies: of(plan.emergencies),
  };
  const moment = lookAt(plan, log, drug, now, part);
  const one = { plan, moment, rules, facts: factsAt(moment, log) };
  return danger(one) || held(one) || ofClaims(one) || ofSlot(one);
}

/** Make an answer; `next` says whether somebody may say when the next dose is, `rules` which statements decided. */
function made(one, verdict, key, { next = false, by = [], ...more } = {}) {
  const { plan, moment } = one, rule = plan.rules.find((it) => it.id === key);
  return {
    drug: moment.drug.drug, verdict, slot: moment.slot, patient: rule ? rule.words : plan.words[key], key,
    nextAt: next ? nextTime(moment, verdict === TAKE_NOW ? moment.now : moment.last) : null,
    statements: by.map((it) => it.id), madeUp: "", proposal: null, ...more,
  };
}

/** What comes before every advice: danger signs, levels, more than planned, a second dose, a wrong clock. */
function danger(one) {
  const { moment, rules, facts } = one, { now, drug } = moment;
  const stopping = (listed) => listed.map((rule) => [rule, follows(rule, facts)]).filter(([, then]) => then && then.stops);
  let own = stopping(rules.danger);
  if (!own.length) own = stopping(rules.emergencies); // what is an emergency with one drug is one with any
  if (own.length) {
    own.sort(([, a], [, b]) => (a.do !== "emergency_now") - (b.do !== "emergency_now")
      || b.severity - a.severity || Boolean(b.hold) - Boolean(a.hold));
    const by = own.map(([rule]) => rule), spoken = by.find((it) => it.words);
    return made(one, CALL_FIRST, spoken ? spoken.id : "call-first", { by });
  }
  const since = lastOf(drug.resumed, now);
  const reach = Math.max(DAY, intervalOf(moment.slots, Math.max(moment.place, 0)) || 0);
  if (moment.doubles.some((it) => it.at > now - reach && (since === null || it.at > since)))
    return made(one, CALL_FIRST, "two-doses");
  return moment.isToCome ? made(one, ASK, "ask") : null;
}

function held(one) {
  const { now, drug } = one.moment;
  if (drug.hold.some((it) => covers(it, now))) return made(one, HELD, "held");
  return drug.hold_claimed.some((at) => at <= now) ? made(one, ASK, "ask") : null;
}

/** What follows from what is said of the slot at issue. */
function ofClaims(one) {
  const { slot, bySlot } = one.moment, said = (slot && bySlot.get(slot.id)) || [];
  const intakes = said.filter(isIntake), skipped = said.filter((it) => it.kind === "dose_skipped");
  if (skipped.length && (intakes.length || skipped.some((it) => it.reason === "medical")))
    return made(one, ASK, "ask", { next: true });
  if (intakes.some((it) => it.kind !== "dose_taken")) return made(one, ASK, "ask", { next: true });
  return intakes.length ? made(one, TAKEN, "taken", { next: true }) : null;
}

/** What the sources say of the slot at issue: guards first, then whether it is late, then whether it is missed. */
function ofSlot(one) {
  const { moment, rules, facts } = one, { slot, following, now, part, drug } = moment;
  if (!slot) return following ? made(one, NOT_YET, "not-yet", { next: true }) : made(one, ASK, "ask", { next: true });
  const { last_day: ends } = part.drugs.find((it) => it.drug === drug.drug);
  if (!following && ends && moment.day(now) > dayNumber(ends)) return made(one, ASK, "ask");
  const moved = waitsUntil(one);
  if (moved !== null) return made(one, NOT_YET, "moved", { nextAt: moved });
  // Guards on the gap since the last dose are judged by the interval between the slots, which the fact does not hold.
  const guards = rules.guards.filter((it) => !asksLastDose(it));
  const broken = guards.filter((it) => follows(it, facts));
  if (broken.length || (moment.last !== null && now - moment.last < leastGap(moment, moment.place)))
    return tooSoon(one, broken);
  if (guards.some((it) => isOpen(it, facts))) return made(one, ASK, "ask");
  const late = follows(rules.justLate, facts);
  if (late && late.dose && leavesGap(moment)) {
    const key = (now - slot.due) / HOUR * 60 < 1 ? "take-now" : rules.justLate.id;
    return made(one, TAKE_NOW, key, { next: true, by: [rules.justLate] });
  }
  return missed(one);
}

/** What the sources say of a missed dose, the strictest of them. */
function missed(one) {
  const { moment, rules, facts } = one;
  if (rules.missed.some((it) => isOpen(it, facts))) return made(one, ASK, "ask");
  const followed = rules.missed.map((rule) => [rule, follows(rule, facts)]).filter(([, then]) => then && then.dose);
  if (!followed.length) return made(one, ASK, "ask", { next: true });
  const by = followed.map(([rule]) => rule), thens = followed.map(([, then]) => then);
  const madeUp = (thens.find((it) => it.made_up) || {}).made_up || "";
  const moving = thens.filter((it) => it.next_after_h !== undefined).map((it) => it.next_after_h);
  const isTaken = thens.every((it) => it.dose === "take_now");
  if (isTaken && moving.length === thens.length) { // where one source leaves the next dose in its place, it stays
    const proposal = movedDose(moment, Math.max(...moving));
    if (proposal) return made(one, TAKE_NOW, by[0].words ? by[0].id : "ask", { by, madeUp, nextAt: proposal.at, proposal });
  }
  if (isTaken && leavesGap(moment)) return made(one, TAKE_NOW, "take-late", { next: true, by, madeUp });
  return made(one, SKIP, "skip", { next: true, by, madeUp });
}

const asksLastDose = (rule) =>
  JSON.stringify(rule.rows.map(([conditions]) => conditions)).includes(`"${LAST_DOSE}"`);

/** When the next dose is taken: at its time, later where the last one is too near, or the one after it. */
function nextTime(moment, last) {
  const { following, slots, place } = moment;
  if (!following || last === null) return following ? following.due : null;
  const earliest = last + leastGap(moment, place + 1);
  if (following.due >= earliest) return following.due;
  if (earliest - following.due <= moment.drug.late_after_h * HOUR) return earliest;
  return place + 2 < slots.length ? slots[place + 2].due : null;
}

/** The shortest time between two doses around a slot; where the plan changes, the new one asks too. */
export function leastGap({ slots, part, drug }, place) {
  if (place < 0 || place >= slots.length) return 0;
  let gap = slots[place].spacing;
  if (slots[place].due < part.begins && place + 1 < slots.length) gap = Math.max(gap, slots[place + 1].spacing);
  return drug.least_share * gap;
}

const leavesGap = (moment) =>
  !moment.following || moment.following.due - moment.now >= leastGap(moment, moment.place + 1);

function tooSoon(one, broken) {
  const { moment, rules } = one, { following, slot, last, place } = moment;
  const by = broken.length ? broken : rules.guards.filter(asksLastDose);
  if (!broken.length && last !== null) {
    const earliest = last + leastGap(moment, place);
    const fits = !following || following.due - earliest >= leastGap(moment, place + 1);
    if (fits && earliest - slot.due <= moment.drug.late_after_h * HOUR)
      return made(one, NOT_YET, "too-soon", { by, nextAt: earliest });
  }
  return made(one, SKIP, "too-soon", { next: true, by });
}

/** Until when the slot at issue waits because the dose before it was late and it moved; null if not. */
function waitsUntil({ moment, rules }) {
  const { slots, place, slot, part } = moment;
  const moving = rules.missed.map((rule) => Math.max(0, ...rule.rows.map(([, then]) => then.next_after_h || 0)));
  if (!moving.length || moving.some((it) => !it) || place < 1) return null;
  const before = slots[place - 1], times = (moment.bySlot.get(before.id) || []).filter(isIntake).map((it) => it.at);
  const latest = Math.max(...times);
  if (!times.length || latest - before.due <= moment.drug.late_after_h * HOUR) return null;
  const at = daysLater(part.zone, moment.day(latest), Math.max(...moving), slot.due);
  return moment.now < at && at > slot.due ? at : null;
}

const daysLater = (zone, day, hours, due) => instant(zone, day + Math.floor(hours / 24), clockOf(zone, due));

/** Where the next dose moves to: so many days later at its usual time, where that is after its own. */
function movedDose({ following, slots, part, now, day }, hours) {
  if (!following) return null;
  const at = daysLater(part.zone, day(now), hours, following.due);
  if (following.due >= at) return null;
  const later = slots.filter((it) => it.due - at >= hours * HOUR).map((it) => it.due);
  return { insteadOf: following, at, usualFrom: later.length ? Math.min(...later) : null };
}

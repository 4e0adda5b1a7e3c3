// One drug at one moment: the slots around it, what was taken, and the facts that rules on a late dose ask for.

import { DAY, HOUR, dayOf } from "./clock.js";
import { assigned, intakesOf, isIntake, placeOf } from "./log.js";

const MORE = 1 + 1e-9; // above this share of a planned amount more was taken than planned
const NEAR = [8 * DAY, 4 * DAY], FAR = [32 * DAY, 32 * DAY];
const sum = (numbers) => numbers.reduce((total, it) => total + it, 0);

/** Return the plan that counts at an instant, with its clock; null before the first. */
export function planAt(plan, at) {
  const part = plan.plans.findLast((it) => it.begins <= at);
  return part ? { ...part, zone: part.zone || plan.zone } : null;
}

/** Return a drug at a moment. */
export function lookAt(plan, log, drug, now, part) {
  const name = drug.drug, lateAfter = drug.late_after_h * HOUR;
  let reach = NEAR, slots = slotsAround(plan, name, now, reach);
  let place = placeOf(slots.map((it) => it.due), now);
  if (place < 1 || slots.length - place < 3) {
    reach = FAR;
    slots = slotsAround(plan, name, now, reach);
    place = placeOf(slots.map((it) => it.due), now);
  }
  const recent = log.dosesOf(name).filter((it) => it.at > now - reach[0]);
  const day = (at) => dayOf(part.zone, at);
  const { bySlot, extra } = assigned(recent, slots, now, day);
  const taken = [], doubles = [], planned = new Map(slots.map((it) => [it.id, it.mg]));
  for (const [id, said] of bySlot) {
    const intakes = intakesOf(said, lateAfter);
    taken.push(...intakes);
    doubles.push(...intakes.filter((it, number) => number || it.mg > MORE * planned.get(id)));
  }
  const beside = intakesOf(extra, lateAfter), first = slots.length ? slots[0].due : now;
  const all = [...taken, ...beside].sort((a, b) => a.at - b.at);
  doubles.push(...beside.filter((it) => it.at >= first), ...tooClose(all, slots, drug.least_share));
  return {
    drug, now, part, day, slots, place, bySlot, reach: reach[0],
    slot: place >= 0 ? slots[place] : null,
    following: slots[place + 1] || null,
    taken: all,
    last: all.length ? all[all.length - 1].at : null,
    doubles: doubles.sort((a, b) => a.at - b.at),
    isToCome: recent.some((it) => it.at > now && isIntake(it)),
  };
}

/** Return the real time from one slot to the next; from the one before, where it is the last; null where it is alone. */
export function intervalOf(slots, place) {
  const pair = place + 1 < slots.length ? place : place - 1;
  return pair < 0 || pair + 1 >= slots.length ? null : slots[pair + 1].due - slots[pair].due;
}

/** Return the slots around a time, in order, each with the smaller of the intervals beside it in its own plan. */
function slotsAround(plan, name, now, [back, ahead]) {
  const first = now - back, last = now + ahead, found = [];
  plan.plans.forEach((part, number) => {
    if (part.begins >= last || (part.ends !== null && part.ends <= first)) return;
    const own = plan.slots.filter((it) => it.plan === number && it.drug === name);
    const beyond = ((part.beyond || {})[name] || []).map((due) => ({ due, isBeyond: true }));
    const whole = [...own, ...beyond].filter((it) => first <= it.due && it.due < last).sort((a, b) => a.due - b.due);
    whole.forEach((slot, place) => {
      if (slot.isBeyond) return;
      const gaps = [place - 1, place].filter((it) => it >= 0 && it + 1 < whole.length);
      const spacing = gaps.length ? Math.min(...gaps.map((it) => whole[it + 1].due - whole[it].due)) : DAY;
      found.push({ ...slot, spacing });
    });
  });
  return found.sort((a, b) => a.due - b.due);
}

/** Return every intake that follows another sooner than the least gap, by the slots around its time. */
function tooClose(taken, slots, share) {
  const dues = slots.map((it) => it.due);
  return taken.filter((after, number) => {
    if (!number) return false;
    const place = placeOf(dues, after.at);
    const beside = [place, place + 1].filter((it) => it >= 0 && it < slots.length).map((it) => slots[it].spacing);
    return beside.length > 0 && after.at - taken[number - 1].at < share * Math.min(...beside);
  });
}

/** Return the facts that rules on a dose ask for; what cannot be said is not there, and so unknown. */
export function factsAt(moment, log) {
  const { drug, now, day, slot, following, last, taken, slots, place } = moment;
  const facts = reported(log, drug, now);
  const exact = (name, value) => { facts[name] = [value, value]; };
  const own = moment.part.drugs.find((it) => it.drug === drug.drug);
  exact("treatment_day", day(now) - own.day_0);
  if (slot) {
    const today = day(now), dueOn = day(slot.due);
    exact("hours_since_due", (now - slot.due) / HOUR);
    exact("mg_in_7_days_if_taken",
      sum(taken.filter((it) => today - 6 <= day(it.at) && day(it.at) <= today).map((it) => it.mg)) + slot.mg);
    exact("mg_planned_in_7_days",
      sum(slots.filter((it) => dueOn - 6 <= day(it.due) && day(it.due) <= dueOn).map((it) => it.mg)));
    const ofDay = slots.filter((it) => day(it.due) === dueOn);
    const told = new Set(ofDay.flatMap((it) => (moment.bySlot.get(it.id) || []).map((claim) => claim.id)));
    const claimed = taken.filter((it) => told.has(it.claims[0].id));
    const beside = moment.doubles.filter((it) => day(it.at) === dueOn);
    exact("mg_taken_in_24_hours", sum([...new Set([...claimed, ...beside])].map((it) => it.mg)));
    exact("mg_planned_in_24_hours", sum(ofDay.map((it) => it.mg)));
    const interval = intervalOf(slots, place);
    if (interval !== null) exact("dose_interval_hours", interval / HOUR);
  }
  if (following) exact("hours_to_next_dose", (following.due - now) / HOUR);
  facts.hours_since_last_dose = last === null ? [moment.reach / HOUR, Infinity] : Array(2).fill((now - last) / HOUR);
  facts.stopped_for_side_effects = drug.hold.some((it) => it.side_effects && covers(it, now));
  return facts;
}

/** Return whether a hold covers an instant. */
export const covers = (hold, at) => hold.since <= at && (hold.until === null || at < hold.until);

/** Return the last of some instants that has come; null where none has. */
export const lastOf = (instants, now) => instants.reduce((last, at) => (at <= now && (last === null || at > last) ? at : last), null);

/** Return the symptoms and results that were told since a clinician last resumed the drug. */
function reported(log, drug, now) {
  const since = lastOf(drug.resumed, now), facts = {}, there = new Set();
  for (const it of [...log.symptoms, ...log.results]) {
    if ((since !== null && it.at <= since) || it.at > now) continue;
    if (it.kind === "result") facts[it.fact] = it.number;
    else {
      if (it.present) there.add(it.symptom);
      else if (it.actor === "clinician") there.delete(it.symptom);
      facts[it.symptom] = there.has(it.symptom);
    }
  }
  return facts;
}

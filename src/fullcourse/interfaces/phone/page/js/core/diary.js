// What the log of a course adds to a report of symptoms: what was told before, low mood, weeks, amounts taken.

import { DAY, HOUR, dayOf } from "./clock.js";
import { logOf } from "./log.js";
import { factsAt, lastOf, lookAt, planAt } from "./moment.js";

const WEEK = 7 * DAY, LOW_MOOD = "symptom_low_mood", NOT_BETTER = "symptoms_not_better";

/** Return answers with what the log adds, as `judge` takes them: {symptoms, numbers, ofDrugs, drugs, unread}. */
export function withDiary(plan, events, answers, nowMs) {
  const log = logOf(plan, events), part = planAt(plan, nowMs), diary = diaryOf(plan, log, nowMs);
  const given = answers.symptoms || {};
  const symptoms = { ...Object.fromEntries(Object.entries(diary.symptoms).map(([name, is]) => [name, is ? "yes" : "no"])) };
  Object.assign(symptoms, given);
  for (const [name, is] of Object.entries(diary.symptoms)) if (is) symptoms[name] = "yes"; // what is logged stays
  const isLowAgain = ["yes", "unsure"].includes(given[LOW_MOOD]);
  const numbers = { visits_with_low_mood: exactly(diary.lowDays + isLowAgain) };
  if (diary.weeks !== null) numbers.weeks_without_improvement = exactly(diary.weeks);
  const ofDrugs = { ...answers.ofDrugs }, drugs = part ? part.drugs.map((it) => it.drug) : [];
  for (const name of drugs) {
    const amounts = amountsOf(plan, log, name, nowMs, part);
    if (amounts) ofDrugs[name] = { ...amounts, ...ofDrugs[name] };
  }
  return { ...answers, symptoms, numbers: { ...numbers, ...answers.numbers }, ofDrugs, drugs };
}

const exactly = (value) => [value, value];

function diaryOf(plan, log, now) {
  const since = lastOf(plan.resumed, now), zone = (planAt(plan, now) || plan).zone;
  const symptoms = {}, low = new Set();
  let better = plan.begun, isNotBetter = false;
  for (const it of log.symptoms) {
    if (it.at > now) continue;
    if (it.symptom === NOT_BETTER) {
      isNotBetter = it.present;
      if (!it.present) better = it.at;
    }
    if (since !== null && it.at <= since) continue;
    symptoms[it.symptom] = it.present;
    if (it.symptom === LOW_MOOD && it.present) low.add(zone ? dayOf(zone, it.at) : it.at);
  }
  return { symptoms, lowDays: low.size, weeks: isNotBetter && better !== null ? (now - better) / WEEK : null };
}

/** Return what the log says was taken of a drug, under the names by which statements ask for it. */
function amountsOf(plan, log, name, now, part) {
  const drug = plan.drugs.find((it) => it.drug === name);
  if (!drug || !drug.rules) return null;
  const moment = lookAt(plan, log, drug, now, part), facts = factsAt(moment, log);
  const { mg_taken_in_24_hours: taken, mg_planned_in_24_hours: planned } = facts;
  if (!taken || !planned) return null;
  const recent = moment.taken.filter((it) => it.at > now - DAY);
  const atOnce = recent.map((it) =>
    recent.filter((other) => it.at <= other.at && other.at < it.at + HOUR).reduce((total, other) => total + other.mg, 0));
  const amounts = {
    mg_taken_in_24_hours: taken, mg_planned_in_24_hours: planned, mg_taken_at_once: exactly(Math.max(0, ...atOnce)),
    amount_taken_is_known: true,
  };
  if (planned[0] > 0) amounts.dose_mg_per_day = planned;
  if (moment.slots.length) amounts.mg_of_one_dose = exactly(Math.max(...moment.slots.map((it) => it.mg)));
  return amounts;
}

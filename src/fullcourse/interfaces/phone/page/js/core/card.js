// One card for the time at issue, over all drugs: what is shown big, with one button; and what is left out of it, and why.
// Past its expiry a plan advises no dose, and neither does it by a clock that runs behind the plan itself.

import { ASK, CALL_FIRST, HELD, NOT_YET, SKIP, TAKEN, TAKE_NOW, adviseBy } from "./advice.js";
import { DAY, HOUR, dayOf } from "./clock.js";
import { assigned, isIntake, logOf, placeOf } from "./log.js";
import { covers, lookAt, planAt } from "./moment.js";

const CLOCK_MAY_BE_OFF = 10 * 60000; // the service flags a clock by the same measure

/**
 * Return the card of a moment.
 *
 * @param plan The plan of the phone.
 * @param events What this phone wrote (event-1), also what was sent already.
 * @param nowMs The moment by the phone's clock.
 * @param seenMs The latest moment that this phone has ever seen; a clock that was put back does not renew a plan.
 * @returns {state: "not-yet"|"due"|"late-take"|"late-skip"|"done"|"held"|"call-first", reason, at, nextAt, key, words,
 *   drugs, units, withheld, stop, isSkipped}. `drugs` are those to take now; in "call-first" too, where the danger is
 *   about another drug: the call comes first, and none is dropped in silence. `withheld` are those not to take, each
 *   with its verdict and words.
 */
export function cardOf(plan, events, nowMs, seenMs = nowMs) {
  const latest = Math.max(plan.issued_at, seenMs);
  if (Math.max(nowMs, seenMs) >= plan.expires_at) return callFirst(plan, "expired", "plan-expired");
  if (nowMs < latest - CLOCK_MAY_BE_OFF) return callFirst(plan, "clock", "clock-wrong");
  if (plan.closed && plan.closed.at <= nowMs)
    return callFirst(plan, "closed", plan.closed.died ? "nothing-due" : "ask");
  const part = planAt(plan, nowMs) || plan.plans[0], log = logOf(plan, events);
  if (!part) return callFirst(plan, "no-plan", "call-clinic");
  const answers = part.drugs.map(({ drug }) => withItems(plan, adviseBy(plan, log, drug, nowMs)));
  const card = cardBy(plan, log, answers);
  const names = part.drugs.map((it) => it.drug);
  return { ...card, stop: secondDoseBy(plan, log, names, nowMs) };
}

const UNREAD = "unread";

/** Return the answer, or that somebody is called first, where a result of the drug waits to be read. */
function withItems(plan, answer) {
  if ([CALL_FIRST, HELD].includes(answer.verdict) || !plan.items.some((it) => it.drug === answer.drug)) return answer;
  return { ...answer, verdict: UNREAD, key: "unread-result", patient: plan.words["unread-result"], nextAt: null, proposal: null };
}

function cardBy(plan, log, answers) {
  const of = (...verdicts) => answers.filter((it) => verdicts.includes(it.verdict));
  const take = of(TAKE_NOW), at = Math.min(...take.map((it) => it.slot.due));
  const now = take.filter((it) => it.slot.due === at), nexts = answers.map((it) => it.nextAt).filter((it) => it !== null);
  const base = {
    reason: null, nextAt: nexts.length ? Math.min(...nexts) : null, drugs: now.map((it) => shown(plan, it)),
    units: totalOf(now), withheld: of(CALL_FIRST, HELD, ASK, UNREAD, SKIP).map((it) => shown(plan, it)), isSkipped: false,
    stop: null,
  };
  const card = (state, told, more = {}) =>
    ({ ...base, state, at: told.slot ? told.slot.due : null, key: told.key, words: told.patient, ...more });
  const [danger] = of(CALL_FIRST);
  if (danger) return card("call-first", danger, { reason: "danger", at: now.length ? at : danger.slot && danger.slot.due });
  if (now.length) return card(now.some((it) => isLate(plan, it)) ? "late-take" : "due", now[0]);
  const [asked] = of(UNREAD, ASK);
  if (asked) return card("call-first", asked, { reason: asked.verdict });
  const skips = of(SKIP), open = skips.filter((it) => !isToldSkipped(log, it));
  if (open.length) return card("late-skip", open[0]);
  const taken = of(TAKEN).sort((a, b) => b.slot.due - a.slot.due);
  if (taken.length) return card("done", taken[0], { withheld: of(HELD).map((it) => shown(plan, it)) });
  const waiting = of(NOT_YET);
  if (!waiting.length && !skips.length) return card("held", answers[0]);
  const key = waiting.length ? waiting[0].key : "not-yet";
  return card("not-yet", { key, patient: plan.words[key] }, { at: base.nextAt, isSkipped: skips.length > 0 });
}

const isLate = (plan, answer) => {
  const drug = plan.drugs.find((it) => it.drug === answer.drug);
  return !answer.statements.includes(plan.rules[drug.rules.just_late].id);
};

/** Whether the person has said that the dose was not taken: then it need not be said again that it is skipped. */
const isToldSkipped = (log, { slot, drug }) =>
  slot && log.dosesOf(drug).some((it) => it.kind === "dose_skipped" && it.slot === slot.id);

function shown(plan, answer) {
  const { label, picture } = plan.drugs.find((it) => it.drug === answer.drug), { slot } = answer;
  return {
    ...answer, label, picture, words: answer.patient,
    mg: slot && slot.mg, units: slot && slot.units, form: slot ? slot.form : "",
  };
}

const totalOf = (answers) =>
  answers.length && answers.every((it) => it.slot.units !== null) ? answers.reduce((sum, it) => sum + it.slot.units, 0) : null;

const callFirst = (plan, reason, key) => ({
  state: "call-first", reason, at: null, nextAt: null, key, words: plan.words[key], drugs: [], units: null, withheld: [],
  stop: null, isSkipped: false,
});

/**
 * Return the dose that one taken now would come too near to: {drug, at}; null where none is. A second dose of one
 * planned dose is one, and any within half the interval (the least gap of the drug).
 */
export function secondDose(plan, events, names, nowMs) {
  return secondDoseBy(plan, logOf(plan, events), names, nowMs);
}

function secondDoseBy(plan, log, names, now) {
  const part = planAt(plan, now);
  for (const drug of plan.drugs) {
    if (!part || !names.includes(drug.drug) || !drug.rules) continue;
    const moment = lookAt(plan, log, drug, now, part), { last, slots, place, slot, bySlot } = moment;
    if (last === null) continue;
    const gaps = [place, place + 1].filter((it) => it >= 0 && it < slots.length).map((it) => slots[it].spacing);
    const isTaken = slot && (bySlot.get(slot.id) || []).some(isIntake);
    if (isTaken || (gaps.length && now - last < drug.least_share * Math.min(...gaps))) return { drug: drug.drug, at: last };
  }
  return null;
}

/**
 * Return what became of the planned doses of a day, by their times: [{at, drugs: [{drug, slot, standing}]}]. A standing
 * is to come, due, taken, taken late, partly taken, vomited, not taken, held, disputed, or unknown.
 */
export function dayAt(plan, events, nowMs, day = null) {
  const log = logOf(plan, events), part = planAt(plan, nowMs) || plan.plans[0], byTime = new Map();
  if (!part) return [];
  const zone = part.zone || plan.zone, wanted = day === null ? dayOf(zone, nowMs) : day;
  for (const drug of plan.drugs) {
    const slots = plan.slots.filter((it) => it.drug === drug.drug).sort((a, b) => a.due - b.due);
    const { bySlot } = assigned(log.dosesOf(drug.drug), slots, nowMs, (at) => dayOf(zone, at));
    slots.forEach((slot, place) => {
      if (dayOf(zone, slot.due) !== wanted) return;
      const closes = place + 1 < slots.length ? slots[place + 1].due : slot.due + DAY;
      const standing = standingOf(drug, slot, bySlot.get(slot.id) || [], closes, nowMs);
      byTime.set(slot.due, [...(byTime.get(slot.due) || []), { drug: drug.drug, slot, standing }]);
    });
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([at, drugs]) => ({ at, drugs }));
}

function standingOf(drug, slot, said, closes, now) {
  const of = (kind) => said.filter((it) => it.kind === kind), taken = of("dose_taken");
  if (of("dose_skipped").length) return said.some(isIntake) ? "disputed" : "not taken";
  if (of("dose_vomited").length) return "vomited";
  if (taken.length) {
    const late = (drug.late_after_h || 0) * HOUR;
    return drug.rules && taken.every((it) => it.at - slot.due > late) ? "taken late" : "taken";
  }
  if (of("dose_partly_taken").length) return "partly taken";
  if (drug.hold.some((it) => covers(it, slot.due))) return "held";
  if (slot.due > now) return "to come";
  return closes <= now ? "unknown" : "due";
}

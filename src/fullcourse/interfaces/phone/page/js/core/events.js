// Events as the service takes them (event-1). The id of what is said of a dose is made from device, slot and attempt: a
// triple tap is one event, also after a reload or in two tabs; taking it back is an event, and saying it again another.

import { isoOf } from "./clock.js";
import { sha256 } from "./digest.js";
import { claimOf, logOf } from "./log.js";
import { planAt } from "./moment.js";

const SOURCE = "fullcourse phone 1";

/** Return a UUIDv7 of a time and of what it names. */
export function idOf(ms, ...named) {
  const time = Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1).toString(16).padStart(12, "0");
  const chance = sha256(JSON.stringify(named)), variant = (8 + (parseInt(chance[3], 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${variant}${chance.slice(4, 7)}-${chance.slice(7, 19)}`;
}

/**
 * Make an event.
 *
 * @param who {plan, device, actor: "patient"|"supporter", claim: "self"|"observed"|"video"|"supporter"}
 * @param times {at: when it happened, now: when it is written down}, milliseconds
 */
function made(who, id, kind, body, { at, now }, supersedes) {
  const { plan } = who, zone = (planAt(plan, at) || plan).zone;
  return {
    schema: "fullcourse/event/1", id, patient: plan.patient, kind, occurred_at: isoOf(zone, at), recorded_at: isoOf(zone, now),
    zone: zone.name, claim: who.claim || (who.actor === "supporter" ? "supporter" : "self"), actor: who.actor || "patient",
    source: SOURCE, device: who.device, ...(supersedes ? { supersedes } : {}), body,
  };
}

/**
 * Say something of a slot. The same once more is the same event; another thing corrects what this person said before, so
 * that a dose that was brought up is not counted as two.
 */
function ofSlot(who, events, slot, kind, body, { at, now }) {
  const actor = who.actor || "patient", log = logOf(who.plan, events);
  const own = [...who.plan.claims, ...events].map(claimOf)
    .filter((it) => it.slot === slot.id && it.device === who.device && it.actor === actor);
  const before = own.filter((it) => log.stands(it.id)).pop(), isSame = before && before.kind === kind;
  const attempt = new Set(own.filter((it) => it.kind === kind && !log.stands(it.id)).map((it) => it.id)).size;
  const id = isSame ? before.id : idOf(slot.due, who.device, actor, kind, slot.id, attempt);
  const times = { at, now: before ? Math.max(now, before.recorded + 1) : now };
  return made(who, id, kind, { drug: slot.drug, ...body, slot: slot.id }, times, before && !isSame && before.id);
}

/** A planned dose was taken, at a time that may lie before now. */
export const doseTaken = (who, events, slot, times) => ofSlot(who, events, slot, "dose_taken", { mg: slot.mg }, times);

/** Less than the planned dose was taken. */
export const dosePartlyTaken = (who, events, slot, mg, times) =>
  ofSlot(who, events, slot, "dose_partly_taken", { mg }, times);

/** A planned dose was taken at `times.at` and brought up again, so many minutes later where that is known. */
export const doseVomited = (who, events, slot, minutes, times) =>
  ofSlot(who, events, slot, "dose_vomited", { mg: slot.mg, ...(minutes == null ? {} : { minutes_after: minutes }) }, times);

/** A planned dose was not taken: "forgotten", "programme", "medical", "patient" or "other". */
export const doseSkipped = (who, events, slot, reason, times) => ofSlot(who, events, slot, "dose_skipped", { reason }, times);

/** Take an event of this phone back. */
export function undone(who, event, now, because = "") {
  const after = Math.max(now, Date.parse(event.recorded_at) + 1); // what is not written later corrects nothing
  const id = idOf(parseInt(event.id.replace("-", "").slice(0, 12), 16), who.device, "undo", event.id);
  const body = because ? { because } : {};
  return made(who, id, "retracted", body, { at: after, now: after }, event.id);
}

/** A report that is named by when it was begun, in milliseconds, is one however often it is sent off. */
const reportId = (who, report, now, ...named) =>
  idOf(typeof report === "number" ? report : now, who.device, report, ...named);

/** Put another time in the place of the one at which a dose was said to be taken; the log keeps both. */
export function takenAt(who, event, at, now) {
  const after = Math.max(now, Date.parse(event.recorded_at) + 1);
  const id = idOf(at, who.device, "another time", event.id, at);
  return made(who, id, event.kind, event.body, { at, now: after }, event.id);
}

/** Somebody feels something, or is asked and does not; `report` names the report that it is part of. */
export const symptom = (who, name, isPresent, report, now) =>
  made(who, reportId(who, report, now, "symptom", name), "symptom",
    isPresent ? { symptom: name } : { symptom: name, present: false }, { at: now, now });

/** Own words that a person reads. */
export const note = (who, text, report, now) =>
  made(who, reportId(who, report, now, "note"), "note", { text }, { at: now, now });

/** So many units of a form are left. */
export const stockCounted = (who, drug, form, units, report, now) =>
  made(who, reportId(who, report, now, "stock", drug), "stock_counted", { drug, form, units }, { at: now, now });

/** Return events with some more; one that is there stays as it was first said, so that a second tap changes nothing. */
export function withEvents(events, added) {
  const ids = new Set(events.map((it) => it.id));
  return [...events, ...added.filter((it) => !ids.has(it.id) && ids.add(it.id))];
}

// The log as the phone knows it: what the plan brought and what this phone wrote since, folded as the service folds it.

const DOSES = new Set(["dose_taken", "dose_partly_taken", "dose_vomited", "dose_skipped"]);
const INTAKES = new Set(["dose_taken", "dose_partly_taken", "dose_vomited"]);
const MINUTE = 60000;

/** Return whether a claim says that something was taken, though only a part of it, or brought up again. */
export const isIntake = (claim) => INTAKES.has(claim.kind);

/** Return an event as it is sent (event-1) in the short form in which a plan brings it; a short one as it is. */
export function claimOf(event) {
  if (!event.schema) return event;
  const body = event.body || {};
  return {
    ...body,
    id: event.id,
    kind: event.kind,
    at: Date.parse(event.occurred_at),
    recorded: Date.parse(event.recorded_at),
    actor: event.actor,
    device: event.device || "",
    supersedes: event.supersedes,
    reason: event.kind === "dose_skipped" ? body.reason || "forgotten" : undefined,
    present: event.kind === "symptom" ? body.present !== false : undefined,
  };
}

const SAID = ["id", "kind", "at", "recorded", "actor", "device", "supersedes", "drug", "mg", "slot", "lot", "reason",
  "minutes_after", "symptom", "present", "fact"];
const contentOf = (claim) => JSON.stringify(SAID.map((key) => (claim[key] === undefined ? "" : claim[key])));

const inOrder = (one, other) =>
  one.at - other.at || one.recorded - other.recorded || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** Fold the claims of a plan and the events of this phone, in any order and each once or more often. */
export function logOf(plan, events) {
  const seen = new Set(), claims = [], corrections = new Map();
  for (const event of [...plan.claims, ...events]) {
    const claim = claimOf(event), content = contentOf(claim);
    if (seen.has(content)) continue;
    seen.add(content);
    claims.push(claim);
    if (claim.supersedes) corrections.set(claim.supersedes, [...(corrections.get(claim.supersedes) || []), claim]);
  }
  // Only what was written down later corrects, and only by the same person or a clinician: else both are shown.
  const stands = (claim) => !(corrections.get(claim.id) || []).some((other) =>
    (other.recorded > claim.recorded || (other.recorded === claim.recorded && other.id > claim.id))
    && (other.actor === claim.actor || other.actor === "clinician") && stands(other));
  const standing = claims.filter(stands).sort(inOrder);
  return {
    dosesOf: (drug) => standing.filter((it) => DOSES.has(it.kind) && it.drug === drug),
    symptoms: standing.filter((it) => it.kind === "symptom"),
    results: standing.filter((it) => it.kind === "result" && it.number),
    stands: (id) => standing.some((it) => it.id === id),
  };
}

/** Return the intakes that the claims of one slot come to, in order of time; a second one may be a double dose. */
export function intakesOf(claims, lateAfter) {
  const intakes = [];
  for (const claim of claims.filter(isIntake).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const same = intakes.find((listed) => isSame(claim, listed, lateAfter));
    if (same) same.push(claim);
    else intakes.push([claim]);
  }
  return intakes.map((listed) => ({
    at: listed[listed.length - 1].at, mg: Math.max(...listed.map((it) => it.mg)), claims: listed,
  }));
}

function isSame(claim, listed, lateAfter) {
  if (listed.some((other) => Math.abs(claim.mg - other.mg) > 1e-9 * other.mg)) return false;
  const isOther = listed.every((other) => claim.actor !== other.actor || claim.device !== other.device);
  return claim.at - listed[0].at <= (isOther ? lateAfter : MINUTE);
}

/** Return the place of the last of some times that has come; -1 before the first. */
export function placeOf(dues, at) {
  let place = -1;
  while (place + 1 < dues.length && dues[place + 1] <= at) place += 1;
  return place;
}

/** Return the claims about each slot by its id, and those that are about none. */
export function assigned(claims, slots, now, dayOf) {
  const ids = new Set(slots.map((it) => it.id)), dues = slots.map((it) => it.due), byDay = new Map();
  dues.forEach((due, place) => byDay.set(dayOf(due), [...(byDay.get(dayOf(due)) || []), place]));
  const bySlot = new Map(), extra = [];
  for (const claim of claims) {
    if (claim.at > now) continue;
    const isNamed = ids.has(claim.slot), ofDay = byDay.get(dayOf(claim.at));
    const place = isNamed ? null : ofDay ? nearestOf(ofDay, dues, claim.at) : nearest(dues, claim.at);
    const id = isNamed ? claim.slot : place === null ? null : slots[place].id;
    if (id === null) extra.push(claim);
    else bySlot.set(id, [...(bySlot.get(id) || []), claim]);
  }
  return { bySlot, extra };
}

/** Return the place of the due that is nearest; of two as far, the earlier. */
const nearestOf = (places, dues, at) =>
  places.reduce((best, place) => (Math.abs(dues[place] - at) < Math.abs(dues[best] - at) ? place : best));

/** Return the place of the slot that a time belongs to; null where it is too far from every one. */
function nearest(dues, at) {
  const before = placeOf(dues, at);
  const places = [before, before + 1].filter((it) => it >= 0 && it < dues.length);
  if (!places.length) return null;
  const place = nearestOf(places, dues, at);
  let side = at < dues[place] ? place - 1 : place + 1;
  if (side < 0 || side >= dues.length) side = 2 * place - side;
  const gap = side >= 0 && side < dues.length ? Math.abs(dues[side] - dues[place]) : 24 * 60 * MINUTE;
  return Math.abs(dues[place] - at) <= gap / 2 ? place : null;
}

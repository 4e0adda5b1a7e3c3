// The patient's clock as the plan carries it: the phone's own time zone may be another, or wrong, and is never asked.

export const HOUR = 3600000, DAY = 24 * HOUR;
const DAY_ENDS = 3 * HOUR; // a dose at half past midnight belongs to the evening before

/** Return by how many milliseconds the clock is ahead of UTC at an instant. */
export function aheadAt(zone, ms) {
  let ahead = zone.changes[0][1];
  for (const [from, minutes] of zone.changes) if (from <= ms) ahead = minutes;
  return ahead * 60000;
}

/** Return the number of the patient's day of an instant, days since 1970; it ends at 03:00. */
export const dayOf = (zone, ms) => Math.floor((ms + aheadAt(zone, ms) - DAY_ENDS) / DAY);

/** Return the number of a day that is written as an ISO date. */
export const dayNumber = (iso) => Date.parse(iso + "T00:00:00Z") / DAY;

/** Return the milliseconds since midnight that the clock shows. */
export function clockOf(zone, ms) {
  const shown = (ms + aheadAt(zone, ms)) % DAY;
  return shown < 0 ? shown + DAY : shown;
}

/** Return the instant of a wall-clock time; a skipped one by the offset before the gap, a repeated one as the first. */
export function instant(zone, day, clock) {
  const wall = day * DAY + clock;
  const before = aheadAt(zone, wall - DAY), after = aheadAt(zone, wall + DAY);
  if (aheadAt(zone, wall - before) !== before && aheadAt(zone, wall - after) === after) return wall - after;
  return wall - before;
}

/** Return an instant as events carry one: ISO 8601 with the offset of the patient's clock. */
export function isoOf(zone, ms) {
  const ahead = Math.round(aheadAt(zone, ms) / 60000), minutes = Math.abs(ahead);
  const two = (n) => String(n).padStart(2, "0");
  const offset = `${ahead < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(ms + ahead * 60000).toISOString().slice(0, -1) + offset;
}

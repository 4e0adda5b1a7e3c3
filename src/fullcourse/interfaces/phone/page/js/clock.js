/* Times in words, by the zone of the plan and not by the phone's: its table of zones may be old or set wrong. */

const MINUTE = 60000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Minutes by which the plan's clock is ahead of UTC at a moment. */
export function offsetAt(zone, ms) {
  let offset = zone?.changes?.[0]?.[1] ?? -new Date(ms).getTimezoneOffset();
  for (const [from, minutes] of zone?.changes ?? []) if (from <= ms) offset = minutes;
  return offset;
}

/** A date whose UTC fields show the clock of the plan. */
const local = (zone, ms) => new Date(ms + offsetAt(zone, ms) * MINUTE);

/** Days since 1970 by the plan's clock. */
export const dayOf = (zone, ms) => Math.floor(local(zone, ms).getTime() / DAY);
export const hourOf = (zone, ms) => local(zone, ms).getUTCHours();

const formats = new Map();
function format(language, options) {
  const tag = navigator.languages?.find((it) => it.split('-')[0] === language) ?? language;
  const key = tag + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(tag, { timeZone: 'UTC', ...options }));
  return formats.get(key);
}

export const timeWords = (zone, ms, language) =>
  format(language, { hour: 'numeric', minute: '2-digit' }).format(local(zone, ms));
export const dateWords = (zone, ms, language) =>
  format(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(local(zone, ms));
export const shortDate = (zone, ms, language) =>
  format(language, { weekday: 'short', day: 'numeric', month: 'short' }).format(local(zone, ms));
/** The same of a day that is written 2026-12-04. */
export const dayWords = (text, language) =>
  format(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

/** What part of the day a moment is in. */
export function partOf(zone, ms) {
  const hour = hourOf(zone, ms);
  return hour >= 4 && hour < 12 ? 'morning' : hour >= 12 && hour < 17 ? 'noon' : 'evening';
}

/** A moment as events write it: the plan's clock with its offset. */
export function isoOf(zone, ms) {
  const minutes = offsetAt(zone, ms);
  const size = Math.abs(minutes);
  const two = (number) => String(number).padStart(2, '0');
  return `${local(zone, ms).toISOString().slice(0, 19)}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The number of a day that is written 2026-12-04. */
export const dayNumber = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY;

/** The moment at which the plan's clock shows an hour and a minute on the day of another moment. */
export function momentAt(zone, dayMs, text) {
  const [hours, minutes] = text.split(':').map(Number);
  const guess = dayOf(zone, dayMs) * DAY + hours * HOUR + minutes * MINUTE;
  return guess - offsetAt(zone, guess - offsetAt(zone, guess) * MINUTE) * MINUTE;
}

/** So far off a clock may be before no dose is advised by it. */
export const FAR_OFF = 10 * MINUTE;

/**
 * Watches the clock of this phone: how far it is off, as the clinic last said, and whether it jumped since.
 * Told and kept by `Watch.state`, so that it survives the page.
 */
export class Watch {
  constructor(state) {
    this.ahead = state?.ahead ?? 0;
    this.latest = state?.latest ?? 0;
    this.jumped = Boolean(state?.jumped);
    this.wall = Date.now();
    this.steady = performance.now();
    if (this.latest - this.wall > FAR_OFF) this.jumped = true;
    this.latest = Math.max(this.latest, this.wall);
  }

  /** Looks whether the clock moved by itself while the page was open. */
  look() {
    const wall = Date.now();
    const steady = performance.now();
    const slept = 5 * MINUTE; // a phone that slept may stop the steady clock: only a step back is certain
    if (wall - this.wall < -MINUTE || (wall - this.wall) - (steady - this.steady) > 400 * DAY + slept) this.jumped = true;
    this.wall = wall;
    this.steady = steady;
    this.latest = Math.max(this.latest, wall);
  }

  /** Takes by how much the clinic says that this clock is ahead. */
  told(aheadMs) {
    this.ahead = aheadMs;
    this.jumped = false;
    this.wall = Date.now();
    this.latest = this.wall;
  }

  get isOff() {
    return this.jumped || Math.abs(this.ahead) > FAR_OFF;
  }

  get state() {
    return { ahead: this.ahead, latest: this.latest, jumped: this.jumped };
  }
}

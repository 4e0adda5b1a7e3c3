/* Times in words, by the zone of the plan and not by the phone's: its table of zones may be old or set wrong. */

import { tagOf } from './language.js';
import { DAY, HOUR, aheadAt, dayNumber, dayOf as patientsDay, instant, isoOf as written } from './core/clock.js';

export { DAY, HOUR, dayNumber };

const MINUTE = 60000;

/** The clock of this phone, where there is no plan yet. */
const zoneOf = (zone) => zone ?? { changes: [[0, -new Date().getTimezoneOffset()]] };

/** A date whose UTC fields show the clock of the plan. */
const local = (zone, ms) => new Date(ms + aheadAt(zoneOf(zone), ms));

/** The number of a patient's day, which ends at three in the morning. */
export const dayOf = (zone, ms) => patientsDay(zoneOf(zone), ms);
export const isoOf = (zone, ms) => written(zoneOf(zone), ms);
const hourOf = (zone, ms) => local(zone, ms).getUTCHours();

const formats = new Map();
function format(language, options) {
  const tag = tagOf(language);
  const key = tag + JSON.stringify(options);
  // The days are those of the clinic's calendar, whatever calendar a country keeps.
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(tag, { timeZone: 'UTC', calendar: 'gregory', ...options }));
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

/** The moment at which the plan's clock shows an hour and a minute, near another moment. */
export function momentAt(zone, nearMs, text) {
  const [hours, minutes] = text.split(':').map(Number);
  const clock = hours * HOUR + minutes * MINUTE;
  const day = Math.floor(local(zone, nearMs).getTime() / DAY);
  const found = [day - 1, day, day + 1].map((it) => instant(zoneOf(zone), it, clock));
  return found.reduce((one, other) => (Math.abs(other - nearMs) < Math.abs(one - nearMs) ? other : one));
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

/* One person on this phone: what is kept of them, opened; and everything that changes it. */

import * as store from './store.js';
import { newLock, phonePin, pinFault, unlocked } from './lock.js';
import { DAY } from './clock.js';
import { Way, join } from './sync.js';

const KEPT_MS = 40 * DAY;
const channel = 'BroadcastChannel' in self ? new BroadcastChannel('my-day') : null;

/** Has another window of this browser tell that something changed. */
export function heard(listener) {
  channel?.addEventListener('message', (event) => listener(event.data));
}

export const tellOthers = (person) => channel?.postMessage({ person });

export class Person {
  constructor(row, watch) {
    Object.assign(this, { row, watch, key: null, keys: null, plan: null, rows: [], settings: {}, isOpen: false, listeners: [] });
  }

  get id() { return this.row.id; }
  get name() { return this.row.name; }
  get isSupporter() { return this.row.role === 'supporter'; }
  get isEnded() { return Boolean(this.row.ended); }
  get events() { return this.rows.map((it) => it.event); }
  get unsent() { return this.rows.filter((it) => it.state === 'unsent').length; }
  get refused() { return this.rows.filter((it) => it.state === 'refused').length; }

  /** Opens what is kept; false where the PIN is wrong. */
  async open(pin = '') {
    if (this.row.lock) {
      this.key = await unlocked(this.row.lock, pin);
      if (!this.key) return false;
    }
    await this.load();
    this.isOpen = true;
    this.way ??= new Way(this, this.watch, (what, plan) => this.came(what, plan));
    return true;
  }

  /** Forgets what is open, so that the PIN is asked again. */
  close() {
    this.way?.stop();
    Object.assign(this, { way: null, key: null, keys: null, plan: null, rows: [], settings: {}, isOpen: false });
  }

  async load() {
    const { id, key } = this;
    [this.keys, this.plan, this.settings, this.rows] = await Promise.all([
      store.read(id, 'keys', key), store.read(id, 'plan', key), store.read(id, 'settings', key), store.eventsOf(id, key)]);
    this.settings ??= {};
    this.plan ??= null;
  }

  async came(what, plan) {
    if (what === 'ended') await this.end();
    else if (what === 'opened') await this.rename({ patient: this.keys.patient, role: this.keys.role });
    else if (what === 'plan') {
      this.plan = plan;
      await store.prune(this.id, Date.now() - KEPT_MS);
    }
    this.rows = await store.eventsOf(this.id, this.key);
    tellOthers(this.id);
    this.listeners.forEach((listener) => listener(what));
  }

  /** Writes events down, for good, and sends them as soon as may be; returns how many were new. */
  async note(events) {
    const added = await store.addEvents(this.id, events, this.key);
    this.rows = await store.eventsOf(this.id, this.key);
    tellOthers(this.id);
    this.way?.now();
    return added;
  }

  async set(changes) {
    this.settings = { ...this.settings, ...changes };
    await store.keep(this.id, 'settings', this.settings, this.key);
  }

  async rename(changes) {
    this.row = { ...this.row, ...changes };
    await store.keepPerson(this.row);
    tellOthers(this.id);
  }

  /** Puts a lock on what is kept, or takes it off with an empty PIN. */
  async lockWith(pin) {
    const { key, lock } = pin ? await newLock(pin) : { key: null, lock: null };
    const row = { ...this.row, lock };
    await store.rekey(this.id, this.key, key, row);
    Object.assign(this, { row, key });
    tellOthers(this.id);
  }

  /** The clinic ended this phone: the plan and the keys go, and what was not sent stays until it can be. */
  async end() {
    this.way?.stop();
    this.row = { ...this.row, ended: true };
    await store.endPerson(this.row);
    Object.assign(this, { keys: null, plan: null, way: null });
  }

  /** Goes on with new keys: what was not sent before is sent now. */
  async joinAgain(keys) {
    this.row = { ...this.row, ended: false };
    await store.keepPerson(this.row);
    await store.keep(this.id, 'keys', keys, this.key);
    this.way?.stop();
    this.way = null;
    this.isOpen = false;
    await this.load();
    this.isOpen = true;
    this.way = new Way(this, this.watch, (what, plan) => this.came(what, plan));
    return this;
  }

  async forget() {
    this.way?.stop();
    await store.forget(this.id);
    tellOthers(this.id);
  }
}

/** Joins somebody by an invitation; returns the person, or `fault`: the name of the words that say why not. */
export async function joined(invitation, { name, sign, pin }, known, watch) {
  const fault = pin ? pinFault(pin) : '';
  if (fault) return { fault };
  const came = await join(invitation, phonePin());
  if (!came.keys) return { fault: came.fault };
  const { patient, role } = came.keys;
  const again = known.find((it) => patient && it.row.patient === patient && it.row.role === role && (it.isOpen || !it.row.lock));
  if (again) return { person: await again.joinAgain(came.keys) };
  const row = { id: crypto.randomUUID(), name, sign, role: role ?? 'patient', patient, order: Date.now(), lock: null, ended: false };
  await store.keepPerson(row);
  await store.keep(row.id, 'keys', came.keys, null);
  const person = new Person(row, watch);
  await person.open();
  if (pin) await person.lockWith(pin);
  return { person };
}

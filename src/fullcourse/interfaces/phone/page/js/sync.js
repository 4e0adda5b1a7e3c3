/* Brings events to the clinic and the plan to the phone. Whatever was not acknowledged is sent again: an event has its
   id from here, so that the clinic takes it once. Nothing waits for the network, and nothing is lost by it. */

import * as store from './store.js';
import { language } from './language.js';

const API = '/api/v1';
const AT_ONCE = 100;
const FIRST_WAIT = 5000;
const LONGEST_WAIT = 15 * 60000;
const PATIENCE = 20000;
const SLOW = 90000; // a plan of 60 kB over a network of 10 kbit/s

/** What came of a call: the answer, with its JSON; status 0 where there was no network. */
async function call(method, path, body, headers = {}, patience = PATIENCE) {
  try {
    const answer = await fetch(API + path, { method, cache: 'no-store', credentials: 'omit', redirect: 'error',
      signal: AbortSignal.timeout(patience), body: body === undefined ? undefined : JSON.stringify(body),
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers } });
    const read = answer.headers.get('Content-Type')?.includes('json') ? await answer.json().catch(() => null) : null;
    // A refusal that is not ours (a proxy, a sign-in of a network) says nothing about this phone: it counts as no network.
    const isOurs = (answer.ok && read !== null) || answer.status === 304 || String(read?.type ?? '').startsWith('urn:fullcourse:problem:');
    if (!isOurs) return { status: 0, json: null, again: 0 };
    return { status: answer.status, json: read, again: Number(answer.headers.get('Retry-After')) * 1000 || 0 };
  } catch {
    return { status: 0, json: null, again: 0 };
  }
}

/** Joins by an invitation. Returns what the phone keeps, or the name of the words that say why not. */
export async function join(invitation, pin) {
  const joined = await call('POST', '/phones', { invitation, pin });
  if (joined.status !== 201) return { fault: faultOf(joined.status) };
  const keys = { device: joined.json.device, secret: joined.json.secret, pin };
  const opened = await begin(keys);
  if (opened.fault) return { keys, fault: opened.fault };
  return { keys: { ...keys, ...opened } };
}

/** Whether an answer is the clinic's own of its kind: one of a network in between may say 200 too. */
const isOf = (answer, schema) => answer.json?.schema === schema;
const TAKEN = 'fullcourse/taken/1';

const USED = 'join.used';
const OFFLINE = 'join.offline';
const faultOf = (status) => ({ 0: OFFLINE, 401: USED, 403: USED, 422: USED }[status] ?? 'join.later');

/** Begins a session: the word that goes with each call, whose phone it is, and as whom. */
export async function begin(keys) {
  const { device, secret, pin } = keys;
  const opened = await call('POST', '/phones/session', { device, secret, pin });
  if (opened.status !== 200) return { fault: faultOf(opened.status), again: opened.again };
  const who = await call('GET', '/session', undefined, { Authorization: `Bearer ${opened.json.bearer}` });
  if (who.status !== 200) return { fault: faultOf(who.status) };
  return { bearer: opened.json.bearer, patient: who.json.patients[0], role: who.json.roles[0] };
}

/**
 * The way between one person's data and the clinic. One runs at a time in all windows of this browser.
 *
 * `person` has `id`, `key` (null without a PIN), `keys`; `changed(what)` is told when something came of it:
 * 'sent', 'plan', 'ended', 'offline', 'refused'.
 */
export class Way {
  constructor(person, watch, changed) {
    Object.assign(this, { person, watch, changed, wait: FIRST_WAIT, timer: 0, running: null, isOnline: navigator.onLine });
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  /** Sends and fetches as soon as may be. */
  now() {
    if (this.stopped) return Promise.resolve();
    clearTimeout(this.timer);
    if (this.running) {
      this.isWanted = true; // what came since this round began goes with the next one
      return this.running;
    }
    const alone = (work) => (navigator.locks ? navigator.locks.request(`way ${this.person.id}`, work) : work());
    this.running = alone(() => this.round()).catch(() => 'offline').then((came) => {
      this.running = null;
      this.again(this.isWanted && came === 'well' ? 'more' : came);
    });
    this.isWanted = false;
    return this.running;
  }

  again(came) {
    if (this.stopped || came === 'ended') return;
    if (came === 'more') { this.now(); return; }
    const isWell = came === 'well';
    const wait = isWell ? LONGEST_WAIT : Math.max(this.wait * (0.75 + Math.random() / 2), this.asked ?? 0);
    this.wait = isWell ? FIRST_WAIT : Math.min(this.wait * 2, this.isUnasked ? 60000 : LONGEST_WAIT);
    this.asked = 0;
    this.timer = setTimeout(() => this.now(), wait);
  }

  async round() {
    if (!this.person.keys) return 'ended';
    if (!this.person.keys.patient && !(await this.opened())) return 'offline';
    const sent = await this.send();
    if (sent !== 'well') return sent;
    return this.fetchPlan();
  }

  /** Begins a session; false where it did not come to one. */
  async opened() {
    const { keys } = this.person;
    const opened = await begin(keys);
    this.asked = opened.again ?? 0;
    if (opened.fault) {
      this.isOnline = opened.fault !== OFFLINE;
      return false;
    }
    this.person.keys = { ...keys, ...opened };
    await store.keep(this.person.id, 'keys', this.person.keys, this.person.key);
    await this.changed('opened');
    return true;
  }

  async signed(method, path, body, patience) {
    for (let tries = 0; tries < 2; tries += 1) {
      const { keys } = this.person;
      if (keys.bearer) {
        const headers = { Authorization: `Bearer ${keys.bearer}`, 'X-Device-Time': new Date().toISOString() };
        const answer = await call(method, path, body, headers, patience);
        if (answer.status !== 401) return answer;
      }
      const opened = await begin(keys);
      if (opened.fault === USED) return { status: 401 };
      if (opened.fault) return { status: 0, again: opened.again };
      this.person.keys = { ...keys, ...opened };
      await store.keep(this.person.id, 'keys', this.person.keys, this.person.key);
    }
    return { status: 401 };
  }

  /** Tells what follows from an answer that is no success. */
  async failed(answer) {
    this.asked = answer.again ?? 0;
    this.isUnasked = answer.status === 404 && this.person.isSupporter && !this.person.plan; // the patient has not said yes yet
    if ((answer.status === 401 || answer.status === 404) && !this.isUnasked) {
      await this.changed('ended');
      return 'ended';
    }
    this.isOnline = answer.status !== 0 && answer.status !== 504;
    await this.changed('offline');
    return 'offline';
  }

  async send() {
    const rows = (await store.eventsOf(this.person.id, this.person.key)).filter((it) => it.state === 'unsent').slice(0, AT_ONCE);
    if (!rows.length) return 'well';
    const path = `/courses/${this.person.keys.patient}/events`;
    const answer = await this.signed('POST', path, rows.map((it) => it.event));
    if (answer.status === 200) {
      if (!isOf(answer, TAKEN)) return this.failed({ status: 0 });
      await this.taken(rows.map((it) => it.id), answer.json);
      return 'more';
    }
    if (![400, 403, 409, 413, 422].includes(answer.status)) return this.failed(answer);
    return this.oneByOne(rows, path); // something in it is not taken: the others must not wait for it
  }

  async oneByOne(rows, path) {
    for (const row of rows) {
      const answer = await this.signed('PUT', `${path}/${row.id}`, row.event);
      if (isOf(answer, TAKEN)) await this.taken([row.id], answer.json);
      else if ([400, 403, 409, 413, 422].includes(answer.status)) {
        await store.mark(this.person.id, [row.id], 'refused');
        await this.changed('refused');
      } else return this.failed(answer);
    }
    return 'more';
  }

  async taken(ids, told) {
    this.isOnline = true;
    const refused = told.events.filter((it) => it.became === 'set_aside').map((it) => it.id);
    const named = told.events.map((it) => it.id); // what the clinic does not name, it has not
    await store.mark(this.person.id, ids.filter((id) => named.includes(id) && !refused.includes(id)), 'sent');
    if (refused.length) await store.mark(this.person.id, refused, 'refused');
    if (typeof told.clock_off_s === 'number') this.watch.told(told.clock_off_s * 1000);
    await this.changed('sent');
  }

  async fetchPlan() {
    const began = Date.now();
    const answer = await this.signed('GET', `/courses/${this.person.keys.patient}/phone?language=${language}`, undefined, SLOW);
    if (answer.status !== 200) return this.failed(answer);
    if (!isOf(answer, 'fullcourse/phone-plan/1')) return this.failed({ status: 0 });
    this.isOnline = true;
    const { issued_at: issued } = answer.json;
    if (issued) this.watch.told((began + Date.now()) / 2 - issued);
    await store.keep(this.person.id, 'plan', answer.json, this.person.key);
    await this.changed('plan', answer.json);
    return 'well';
  }

  /** Fetches a file of one's own, such as the sheet; null where that was not possible. */
  async file(path) {
    const { keys } = this.person;
    try {
      const answer = await fetch(path, { cache: 'no-store', credentials: 'omit', headers: { Authorization: `Bearer ${keys.bearer}` } });
      return answer.ok ? await answer.blob() : null;
    } catch {
      return null;
    }
  }
}

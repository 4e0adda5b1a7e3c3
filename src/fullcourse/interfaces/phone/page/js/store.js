/* What is kept on this phone, in IndexedDB: people, what each has (plan, keys, settings), and each one's events.
   People are kept apart by the first part of every key, and by a key of cryptography where one has a PIN. */

import { open, seal } from './lock.js';

const NAME = 'my-day';
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('people', { keyPath: 'id' });
      asked.result.createObjectStore('kept');
      asked.result.createObjectStore('events');
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error('blocked'));
  });
  opened.catch(() => { opened = undefined; }); // it is tried anew the next time
  return opened;
}

/** Begins a transaction; a browser may have closed the database while the page was away, and then it is opened again. */
async function begun(stores, mode) {
  const begin = (base) => base.transaction(stores, mode, { durability: 'strict' });
  try {
    return begin(await database());
  } catch {
    opened = undefined;
    return begin(await database());
  }
}

async function within(stores, mode, work) {
  const transaction = await begun(stores, mode);
  return new Promise((resolve, reject) => {
    const answer = work(transaction);
    transaction.oncomplete = () => resolve(answer instanceof IDBRequest ? answer.result : answer);
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    transaction.onerror = () => reject(transaction.error);
  });
}

const mine = (person) => IDBKeyRange.bound([person], [person, []]);

export const people = () => within(['people'], 'readonly', (it) => it.objectStore('people').getAll());
export const keepPerson = (person) => within(['people'], 'readwrite', (it) => it.objectStore('people').put(person));

/** Removes a person with all that is kept of them. */
export const forget = (person) => within(['people', 'kept', 'events'], 'readwrite', (it) => {
  it.objectStore('kept').delete(mine(person));
  it.objectStore('events').delete(mine(person));
  it.objectStore('people').delete(person);
});

/** Takes away what a phone may no longer have; events that were not sent stay, as they are. */
export async function endPerson(row) {
  const sent = (await rowsOf(row.id)).filter((it) => it.state === 'sent');
  await within(['people', 'kept', 'events'], 'readwrite', (it) => {
    it.objectStore('kept').delete(mine(row.id));
    sent.forEach((one) => it.objectStore('events').delete([row.id, one.id]));
    it.objectStore('people').put(row);
  });
}

export async function read(person, name, key) {
  return open(key, await within(['kept'], 'readonly', (it) => it.objectStore('kept').get([person, name])));
}

export async function keep(person, name, value, key) {
  const row = await seal(key, value);
  await within(['kept'], 'readwrite', (it) => it.objectStore('kept').put(row, [person, name]));
}

/**
 * Adds events that happened; one whose id is there already changes nothing, so that a tap that comes twice, or in two
 * windows, is one event. Returns how many were new.
 */
export async function addEvents(person, events, key, state = 'unsent') {
  const rows = await Promise.all(events.map(async (event) => ({ id: event.id, state, at: Date.now(), ...await seal(key, event) })));
  let added = 0;
  await within(['events'], 'readwrite', (it) => {
    for (const row of rows) {
      const asked = it.objectStore('events').add(row, [person, row.id]);
      asked.onsuccess = () => { added += 1; };
      asked.onerror = (problem) => { // it is there already
        if (asked.error?.name !== 'ConstraintError') return;
        problem.preventDefault();
        problem.stopPropagation();
      };
    }
  });
  return added;
}

const rowsOf = (person) => within(['events'], 'readonly', (it) => it.objectStore('events').getAll(mine(person)));

/** Returns a person's events with what became of each, in the order in which they were made. */
export async function eventsOf(person, key) {
  const rows = await rowsOf(person);
  const read = await Promise.all(rows.map(async (row) => ({ id: row.id, state: row.state, at: row.at, event: await open(key, row) })));
  return read.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
}

export async function countUnsent(person) {
  return (await rowsOf(person)).filter((row) => row.state !== 'sent').length;
}

/** Writes down what became of events: `sent`, `refused`. */
export async function mark(person, ids, state) {
  await within(['events'], 'readwrite', (it) => {
    const store = it.objectStore('events');
    for (const id of ids) {
      const asked = store.get([person, id]);
      asked.onsuccess = () => { if (asked.result) store.put({ ...asked.result, state }, [person, id]); };
    }
  });
}

/** Leaves out what was sent longer ago than the plan reads back. */
export async function prune(person, beforeMs) {
  const old = (await rowsOf(person)).filter((row) => row.state === 'sent' && row.at < beforeMs);
  if (old.length) await within(['events'], 'readwrite', (it) => old.forEach((row) => it.objectStore('events').delete([person, row.id])));
}

/** Seals all that is kept of a person under another key, in one step: or nothing of it. */
export async function rekey(person, from, to, row) {
  const names = await within(['kept'], 'readonly', (it) => it.objectStore('kept').getAllKeys(mine(person)));
  const kept = await Promise.all(names.map(async (name) => [name, await seal(to, await read(person, name[1], from))]));
  const events = await Promise.all((await eventsOf(person, from)).map(async (it) =>
    [[person, it.id], { id: it.id, state: it.state, at: it.at, ...await seal(to, it.event) }]));
  await within(['people', 'kept', 'events'], 'readwrite', (it) => {
    kept.forEach(([name, value]) => it.objectStore('kept').put(value, name));
    events.forEach(([name, value]) => it.objectStore('events').put(value, name));
    it.objectStore('people').put(row);
  });
}

/** Asks the browser not to throw away what is kept; returns what to warn of: '', 'full', 'may-go'. */
export async function storageFault() {
  try {
    const { usage = 0, quota = Infinity } = await navigator.storage.estimate();
    if (quota - usage < 2_000_000) return 'full';
    return (await navigator.storage.persisted()) || (await navigator.storage.persist()) ? '' : 'may-go';
  } catch {
    return '';
  }
}

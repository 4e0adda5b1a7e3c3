/* What a tap does: events are written down first, then shown; a second dose is stopped; everything can be undone. */

import { t } from './language.js';
import { doseEvents, extraEvents, nextCard, retractions, skipEvents, stopFor, symptomEvents } from './engine.js';

export const UNDO_MS = 10000;
const busy = new Set();

/** Writes events down, with a way back for ten seconds. A tap while another is being written down is the same tap. */
async function write(app, make, says) {
  const { person } = app;
  if (busy.has(person.id)) return;
  busy.add(person.id);
  try {
    const events = make();
    await person.note(events);
    navigator.vibrate?.(40);
    app.done = { person: person.id, events, at: Date.now(), says };
    setTimeout(() => app.show(), UNDO_MS + 50);
  } catch {
    app.fault = 'full';
  } finally {
    busy.delete(person.id);
  }
  app.go('today');
}

/** "I took it": now, unless another one was taken so short before that this is a second dose. */
export async function took(app, card, claim = 'self', atMs = app.now) {
  if (busy.has(app.person.id)) return;
  const just = app.done;
  if (just && just.person === app.person.id && Date.now() - just.at < 1500) return; // the third tap of a triple tap
  const stop = stopFor(app, card, atMs);
  const next = stop && nextCard(app, card, stop, atMs);
  if (stop && !next) {
    app.passing = { stop, card, claim, atMs };
    app.go('stop');
    return;
  }
  if (next || card.state === 'not-yet') {
    app.passing = { card: next || card, claim, atMs };
    app.go('early');
    return;
  }
  app.passing = {};
  await write(app, () => doseEvents(app, card.drugs, atMs, claim), 'done.taken');
}

/** Writes a dose down although it is early, or although another was taken: it was, and that must be known. */
export async function tookAnyway(app) {
  const { card, claim, atMs } = app.passing;
  app.passing = {};
  const make = card.state === 'done' ? extraEvents : doseEvents;
  await write(app, () => make(app, card.drugs, atMs, claim), 'done.taken');
}

export const tookThen = (app, drugs, atMs, claim) => write(app, () => doseEvents(app, drugs, atMs, claim), 'done.taken');
export const skip = (app, drugs, why) => write(app, () => skipEvents(app, drugs, why), 'done.skipped');

export async function undo(app) {
  const { done, person } = app;
  if (!done) return;
  app.done = null;
  await person.note(retractions(app, done.events));
  app.go('today');
}

/** Writes symptoms down; nothing waits for it. */
export const tell = (app, answers) => app.person.note(symptomEvents(app, answers)).catch(() => { app.fault = 'full'; });

export const reasonsWords = (why) => t(`why.${why}`);

/* What the clinic recorded of the texts of the page, in the language of the page. A recording has the name of its text,
   so that of a text that changed none is heard. Nothing is played unasked, and only where all texts of a place are there:
   half of an advice is another advice. */

import { h } from './dom.js';
import { language, t } from './language.js';
import { sha256 } from './core/digest.js';
import { unmarked } from './core/words.js';
import { speakerIcon } from './pictures.js';

const PLACE = 'spoken/';
let files = new Map();
let turn = 0; // of playing: who comes later has the word
let audio = null;

/** Has which recordings there are, and keeps them on the phone; without a network, those that are kept. */
export async function hearRecordings() {
  const list = `${PLACE}${language}.json`;
  files = new Map();
  try {
    const fresh = await fetch(list, { cache: 'no-store', credentials: 'omit' }).catch(() => null);
    if (fresh?.ok && !(await fresh.clone().json()).length) {
      await caches.delete('spoken');
      return;
    }
    const kept = await caches.open('spoken');
    if (fresh?.ok) await kept.put(list, fresh);
    const names = await (await kept.match(list))?.json() ?? [];
    files = new Map(names.map((name) => [name.split('.')[0], PLACE + name]));
    if (fresh?.ok) keep(kept, [list, ...files.values()]).catch(() => {});
  } catch { /* no place for them: the page says all of it in writing */ }
}

/** Keeps these and no others; who saves data keeps what was listened to. */
async function keep(kept, wanted) {
  const there = new Map((await kept.keys()).map((it) => [it.url, it]));
  for (const name of wanted) {
    const { href } = new URL(name, location);
    if (!there.delete(href) && !navigator.connection?.saveData) await kept.add(name);
  }
  for (const old of there.values()) await kept.delete(old);
}

const fileOf = (text) => files.get(sha256(`${language}\n${unmarked(text)}`).slice(0, 16));

/** The files of all texts; null where one was not recorded. */
export function recorded(texts) {
  const found = texts.filter(Boolean).map(fileOf);
  return found.length && found.every(Boolean) ? found : null;
}

/** A button that plays texts one after another, and stops where it is tapped again; null where one was not recorded. */
export function speaker(texts) {
  const found = recorded(texts);
  return found && h('button', { type: 'button', class: 'speaker', 'aria-label': t('listen'), click: () => play(found) }, speakerIcon());
}

/** Ends what is playing. */
export function hush() {
  turn += 1;
  audio?.pause();
  audio = null;
}

export async function play(found) {
  const isStop = audio;
  hush();
  if (isStop) return;
  const mine = turn;
  audio = new Audio();
  for (const name of found) {
    const blob = await (await fetch(name)).blob();
    if (mine !== turn) return;
    const said = audio;
    const href = said.src = URL.createObjectURL(blob);
    await new Promise((end) => { said.onended = said.onerror = said.onpause = end; said.play().catch(end); });
    URL.revokeObjectURL(href);
    if (mine !== turn) return;
  }
  audio = null;
}

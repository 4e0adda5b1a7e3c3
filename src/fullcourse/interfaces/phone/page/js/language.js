/* The words of the page in the language that was chosen; what a language has not is said in English. */

import { wordsOf } from './core/words.js';

export const LANGUAGES = { en: 'English', es: 'Español' };
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

let english = {};
export let language = 'en';
export let t = (key) => key;

/** Which language somebody wants who said nothing yet. */
export const wanted = () => (navigator.languages ?? ['en']).map((it) => it.split('-')[0]).find((it) => it in LANGUAGES) ?? 'en';

const fetched = async (name) => (await fetch(`words/${name}.json`)).json();

/** Puts the page into a language. */
export async function speak(name) {
  if (!Object.keys(english).length) english = await fetched('en');
  const own = name === 'en' ? english : await fetched(name).catch(() => ({}));
  language = name;
  const words = wordsOf(english, own);
  t = (key, values) => words(key, values).replace('..', '.'); // after "8:00 a.m." the line ends too
  document.documentElement.lang = name;
  document.documentElement.dir = RIGHT_TO_LEFT.has(name) ? 'rtl' : 'ltr';
}

/** The language of a text of the plan, where it is another than the page's: whoever reads aloud has to know it. */
export const langOf = (plan) => (plan.language === language ? null : plan.language);

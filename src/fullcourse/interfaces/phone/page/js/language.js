/* The words of the page in the language that was chosen; what a language has not is said in English, and marked. */

import { wayOf, wordsOf } from './core/words.js';

export const LANGUAGES = { en: 'English', es: 'Español', hi: 'हिन्दी', pt: 'Português', ru: 'Русский', ar: 'العربية' };
/** Those of which every word is there. The others are prepared: nobody is put into one unasked. */
const WHOLE = ['en', 'es'];

const HELP = 'help.json';

let english;
export let language = 'en';
/** Whether words of the language are said in English. */
export let isPart = false;
export let t = (key) => key;
/** The signs of an emergency and the numbers to call. */
export let numbers = null;

/** Which language somebody wants who said nothing yet. */
export const wanted = () => (navigator.languages ?? ['en']).map((it) => it.split('-')[0]).find((it) => WHOLE.includes(it)) ?? 'en';

/** The language as this phone writes its numbers and dates. */
export const tagOf = (name) => navigator.languages?.find((it) => it.split('-')[0] === name) ?? name;
export const digits = (number, options) => new Intl.NumberFormat(tagOf(language), options).format(number);

/** The language of the leaflet: one that is not whole would be English in parts, and no part would say so. */
export const leafletIn = () => (WHOLE.includes(language) ? language : 'en');

const fetched = async (name) => (await fetch(name)).json();

/** The files of a language; English is always there. */
export const filesOf = (name) => (name === 'en' ? [] : [`words/${name}.json`, `words/${name}.help.json`]);

/** Puts the page into a language. */
export async function speak(name) {
  english ??= await fetched('words/en.json');
  const own = name === 'en' ? english : await fetched(`words/${name}.json`).catch(() => ({}));
  const way = wayOf(name);
  language = name;
  isPart = Object.keys(english).some((key) => !own[key]);
  // Between letters that go the other way a value keeps to itself.
  const words = wordsOf(english, own, name, (it) => (typeof it === 'number' ? digits(it) : way === 'rtl' ? `\u2068${it}\u2069` : it));
  t = (key, values) => words(key, values).replace('..', '.'); // after "8:00 a.m." the line ends too
  document.documentElement.lang = name;
  document.documentElement.dir = way;
}

/** Has whom to call, in the language where it is there. */
export async function hearNumbers() {
  const [, own = HELP] = filesOf(language);
  numbers = await fetched(own).catch(() => fetched(HELP)).catch(() => numbers);
}

/** The language of a text of the plan, where it is another than the page's: whoever reads aloud has to know it. */
export const langOf = (plan) => (plan.language === language ? null : plan.language);

// Words by their names, in the language of the page: what it lacks, safety text above all, falls back to English.

/** English within another language stands between these signs of Unicode: the left-to-right isolate and its end. */
export const MARKED = /\u2066((?:[^\u2066-\u2069]|\u2068[^\u2069]*\u2069)*)\u2069/;

/** Which way a language is written. */
export const wayOf = (language) => (language === 'ar' ? 'rtl' : 'ltr');

/** A text without the signs, for what takes no element: a title, a label, a voice. */
export const unmarked = (text) => text.replace(/[\u2066-\u2069]/g, '');

/** The form of a text that a number asks for. */
const formOf = (text, language, count) =>
  (text && typeof text === 'object' ? text[new Intl.PluralRules(language).select(count)] || text.other : text);

/**
 * Return `t(key, values)` over two tables of words; a name in braces is replaced by its value, as `shown` shows it.
 * A text with a number is a table of its forms: `one`, `few`, `other` and so on, as the language has them.
 */
export function wordsOf(english, other = {}, language = 'en', shown = String) {
  return (key, values = {}) => {
    const own = formOf(other[key], language, values.count), text = own || formOf(english[key], 'en', values.count);
    if (text === undefined) throw new Error(`no words for ${key}`);
    const isOwn = own || language === 'en', valueOf = (it) => shown(isOwn || typeof it === 'number' ? it : unmarked(it));
    const said = text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? valueOf(values[name]) : whole));
    return isOwn ? said : `\u2066${said}\u2069`;
  };
}

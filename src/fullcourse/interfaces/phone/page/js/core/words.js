// Words by their names, in the language of the page: what it lacks, safety text above all, falls back to English.

/** Return `t(key, values)` over two tables of words; a name in braces is replaced by its value. */
export function wordsOf(english, other = {}) {
  return (key, values = {}) => {
    const text = other[key] || english[key];
    if (text === undefined) throw new Error(`no words for ${key}`);
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}

// The rules of the plan over facts, in three-valued logic: true, false, and null for what nobody knows.

const ANY = [-Infinity, Infinity];
const number = (value) => (Array.isArray(value) ? value : ANY);

/** Return whether one condition holds; facts are truths, words, and numbers as ranges [low, high]. */
export function holds(condition, facts) {
  const [sign, name, wanted] = condition;
  switch (sign) {
    case "all": return allOf(name, facts);
    case "any": return anyOf(name, facts);
    case "some": return someOf(name, wanted, facts);
    case "sure": return holds(name, facts) === true;
    case "is": return name;
  }
  const value = facts[name];
  if (sign === "=") return value == null ? null : value === wanted;
  if (sign === "in") return value == null ? null : wanted.includes(value);
  return compared(sign, number(value), bound(wanted, facts));
}

export function allOf(conditions, facts) {
  let result = true;
  for (const it of conditions) {
    const truth = holds(it, facts);
    if (truth === false) return false;
    if (truth === null) result = null;
  }
  return result;
}

function anyOf(conditions, facts) {
  let result = false;
  for (const it of conditions) {
    const truth = holds(it, facts);
    if (truth === true) return true;
    if (truth === null) result = null;
  }
  return result;
}

function someOf(count, conditions, facts) {
  const truths = conditions.map((it) => holds(it, facts));
  if (truths.filter((it) => it === true).length >= count) return true;
  return truths.filter((it) => it !== false).length >= count ? null : false;
}

function bound(wanted, facts) {
  if (!Array.isArray(wanted)) return [wanted, wanted];
  const [times, of, least, most] = wanted;
  let [low, high] = number(facts[of]);
  if (low === -Infinity && high === Infinity && least !== undefined) [low, high] = [least, most];
  return [low * times, high * times];
}

/** Yes or no only where every pair of numbers in the two ranges agrees. */
function compared(sign, [low, high], [least, most]) {
  switch (sign) {
    case "<": return high < least ? true : low >= most ? false : null;
    case "<=": return high <= least ? true : low > most ? false : null;
    case ">": return low > most ? true : high <= least ? false : null;
    case ">=": return low >= most ? true : high < least ? false : null;
  }
  throw new Error(`no such sign: ${sign}`);
}

/** Return what follows from a rule: its consequence, false where none does, null where nobody knows. */
export function outcome(rule, facts) {
  for (const [conditions, then] of rule.rows) {
    const truth = allOf(conditions, facts);
    if (truth !== false) return truth && then;
  }
  return false;
}

/** Return the consequence of a rule; null where none follows or nobody knows. */
export const follows = (rule, facts) => outcome(rule, facts) || null;

/** Return whether nobody knows what follows from a rule. */
export const isOpen = (rule, facts) => outcome(rule, facts) === null;

/** Return every fact that conditions name. */
export function factsOf(conditions) {
  return conditions.flatMap(([sign, name, more]) => {
    if (sign === "is") return [];
    if (sign === "all" || sign === "any") return factsOf(name);
    if (sign === "some") return factsOf(more);
    return sign === "sure" ? factsOf([name]) : [name];
  });
}

// How urgent a report of symptoms is: a port of the service's triage, never milder than it (tests/conformance).
// "Not sure" counts as yes; what was not asked is named, and nothing found is never "all clear".

import { allOf } from "./rules.js";

const TIERS = ["mention_at_next_visit", "contact_today", "emergency_now"], DRIVING = "do_not_drive";
const URGENCIES = ["nothing found", "mention at next visit", "contact today", "emergency now"];
const AMOUNTS = "mg_taken_in_24_hours", WEEKS = "weeks_without_improvement", NOT_BETTER = "symptoms_not_better";
const QUALIFIERS = new Set(["symptom_bothersome", NOT_BETTER]), OTHER_PROBLEM = "triage.other-problem";
const MOST_URGENT_CALL = ["", "", "care team", "emergency number"];

/**
 * Return what answers come to.
 *
 * @param plan The plan of the phone.
 * @param answers {symptoms: {fact: "yes"|"no"|"unsure"}, unread: [own words], numbers, ofDrugs, drugs}; `withDiary` adds
 *   the last three from the log, and without it only the symptoms are judged.
 * @returns {urgency, level (0 to 3), words, raised, nextDose, calls, noDriving, notAsked}
 */
export function judge(plan, answers) {
  const { triage } = plan, symptoms = answers.symptoms || {}, ofDrugs = answers.ofDrugs || {};
  const drugs = answers.drugs || triage.drugs, unread = answers.unread || [];
  const names = triage.questions.map((it) => it.fact);
  const present = new Set(Object.keys(symptoms).filter((name) => symptoms[name] !== "no"));
  const facts = Object.fromEntries(names.map((name) => [name, present.has(name)]));
  Object.assign(facts, { [WEEKS]: [0, 0], visits_with_low_mood: [0, 0] });
  if (present.has(NOT_BETTER)) facts[WEEKS] = [-Infinity, Infinity]; // nobody said for how long
  Object.assign(facts, answers.numbers);
  const one = { plan, present, facts, ofDrugs, drugs };
  const rules = triage.rules.filter((it) => !drugs.length || !it.drug || drugs.includes(it.drug));
  const raised = rules.map((rule) => read(one, rule)).filter(Boolean);
  const spoken = new Set(raised.filter((it) => it.level && (it.isDrugKnown || it.level > 1)).flatMap((it) => it.because));
  const unspoken = [...present].filter((name) => !QUALIFIERS.has(name) && !spoken.has(name)).sort();
  if (unspoken.length)
    for (const rule of rules) if (plan.rules[rule.rule].id === OTHER_PROBLEM) raised.push(raisedBy(plan, rule, unspoken, [], true));
  const level = Math.max(0, unread.length ? 2 : 0, ...raised.map((it) => it.level));
  raised.sort((a, b) => b.level - a.level || (a.waitsFor.length > 0) - (b.waitsFor.length > 0)
    || !a.isDrugKnown - !b.isDrugKnown || !a.drug - !b.drug);
  const urgent = raised.filter((it) => it.level), driving = raised.find((it) => it.then.do === DRIVING);
  return {
    urgency: URGENCIES[level], level, raised: urgent,
    words: unique(urgent.filter((it) => it.level === level).map((it) => it.words)),
    nextDose: nextDose(urgent, unread),
    calls: callsOf(plan, urgent, level),
    noDriving: driving ? driving.words : null,
    notAsked: names.filter((name) => !(name in symptoms)),
  };
}

const unique = (listed) => [...new Set(listed.filter(Boolean))];

/** What a statement comes to; null where nothing follows, or where it asks for what nobody reported. */
function read(one, rule) {
  const told = Object.keys(one.ofDrugs);
  if (rule.drug || !rule.others.includes(AMOUNTS) || !told.length) return readOf(one, rule, rule.drug);
  const each = told.map((drug) => readOf(one, rule, drug)).filter(Boolean); // the surest counts
  return each.reduce((best, it) => (best && best.waitsFor.length <= it.waitsFor.length ? best : it), null);
}

function readOf({ plan, present, facts, ofDrugs, drugs }, rule, drug) {
  const own = ofDrugs[drug] || {};
  if (rule.others.includes(AMOUNTS) && !(AMOUNTS in own)) return null;
  const because = rule.symptoms.filter((it) => present.has(it));
  if (rule.symptoms.length && !because.length && !rule.others.length) return null;
  const known = { ...facts, ...own }, truth = allOf(plan.rules[rule.rule].rows[0][0], known);
  if (truth === false) return null;
  const waiting = rule.others.filter((name) => known[name] == null || (Array.isArray(known[name]) && known[name][0] !== known[name][1]));
  const waitsFor = truth === true ? [] : waiting.length ? waiting : ["medicines_complete"];
  return raisedBy(plan, rule, because, waitsFor, !rule.drug || drugs.includes(rule.drug));
}

function raisedBy(plan, rule, because, waitsFor, isDrugKnown) {
  const { id, words, rows } = plan.rules[rule.rule], then = rows[0][1];
  return { id, drug: rule.drug, words, then, because, waitsFor, isDrugKnown, level: TIERS.indexOf(then.do) + 1 };
}

/** What a report means for the next dose: held, asked about first, or as planned; no drugs: every TB medicine. */
function nextDose(urgent, unread) {
  const held = urgent.filter((it) => it.then.hold), asked = urgent.filter((it) => it.then.stops);
  if (held.length) return { word: "hold", drugs: drugsOf(held) };
  return { word: asked.length || unread.length ? "ask first" : "as planned", drugs: drugsOf(asked) };
}

const drugsOf = (raised) => (raised.some((it) => !it.drug) ? [] : unique(raised.map((it) => it.drug)));

/** Whom to call: in an emergency the emergency number is always among them. */
function callsOf(plan, urgent, level) {
  const whom = urgent.filter((it) => it.level === level).flatMap((it) => it.then.call || []);
  const calls = unique([...whom, MOST_URGENT_CALL[level]]), numbers = plan.help.numbers;
  return calls.map((name) => numbers.find((it) => it.whom === name) || { ...numbers[numbers.length - 1], whom: name });
}

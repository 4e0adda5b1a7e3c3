/* "How do you feel?": a face, then nine pictures, and of what is so a few short questions. Judged here, without a network. */

import { h, button, link } from '../dom.js';
import { langOf, t } from '../language.js';
import { face, groupIcon, stateIcon } from '../pictures.js';
import { judged } from '../engine.js';
import { tell } from '../doing.js';
import { speaker } from '../spoken.js';
import { callsFor } from './help.js';

const FACES = ['good', 'middling', 'bad'];
const URGENT_FIRST = 'danger';

export function feel(app) {
  const asked = app.person.plan?.triage;
  const state = app.feeling ?? (app.feeling = { face: '', groups: {}, facts: {} });
  if (!asked) return [h('h1', { tabindex: -1 }, t('feel.heading')), h('p', {}, t('plan.offline'))];
  if (state.result) return result(app, state.result);
  if (!state.face) return faces(app, state);
  return questions(app, state, asked);
}

const lang = (app) => langOf(app.person.plan);

const faces = (app, state) => [
  h('h1', { tabindex: -1 }, t('feel.heading')),
  h('ul', { class: 'choices faces' }, FACES.map((name) => h('li', {}, button(t(`face.${name}`), () => {
    state.face = name;
    app.show(true);
  }, { class: 'choice', id: `face-${name}` }, face(name))))),
  h('p', {}, link(t('back'), '#/today', { class: 'button' })),
];

function questions(app, state, asked) {
  const groups = [...asked.groups].sort((one, other) => (other.id === URGENT_FIRST) - (one.id === URGENT_FIRST));
  const send = async (event) => {
    event.preventDefault();
    await finish(app, state, asked);
  };
  return [
    h('h1', { tabindex: -1 }, t('feel.heading')),
    h('p', {}, t('feel.says')),
    h('form', { submit: send, class: 'asked' }, groups.map((group) => groupView(app, state, asked, group)),
      h('button', { type: 'submit', class: 'button main', id: 'feel-done' }, h('span', {}, t('feel.done')))),
    h('p', {}, link(t('back'), '#/today', { class: 'button' })),
  ];
}

function groupView(app, state, asked, group) {
  const isYes = state.groups[group.id] === true;
  const single = asked.questions.filter((it) => it.group === group.id);
  const set = (value) => {
    state.groups[group.id] = value;
    app.show();
  };
  return h('fieldset', { class: isYes ? 'group yes' : 'group' },
    h('legend', { lang: lang(app) }, groupIcon(group.id), h('span', {}, group.ask)), speaker([group.ask]),
    choice(`group-${group.id}`, state.groups[group.id], set),
    isYes && h('div', { class: 'singles' }, single.map((it) => h('fieldset', {}, h('legend', { lang: lang(app) }, it.ask), speaker([it.ask]),
      choice(`fact-${it.fact}`, state.facts[it.fact], (value) => { state.facts[it.fact] = value; emergency(app, state, asked); })))));
}

const choice = (name, value, set) => h('div', { class: 'yesno' }, ['yes', 'no'].map((word) => {
  const id = `${name}-${word}`;
  return h('span', {}, h('input', { type: 'radio', name, id, checked: value === (word === 'yes'), change: () => set(word === 'yes') }),
    h('label', { for: id }, t(word)));
}));

/** What was said: each single answer; of a group that is not so, all its signs are not. A group left open says nothing. */
function answersOf(state, asked) {
  const answers = {};
  for (const { fact, group } of asked.questions) {
    if (state.groups[group] === false) answers[fact] = 'no';
    else if (state.groups[group] && fact in state.facts) answers[fact] = state.facts[fact] ? 'yes' : 'no';
    else if (state.groups[group] && !asked.questions.some((it) => it.group === group && state.facts[it.fact])) answers[fact] = 'unsure';
  }
  return answers;
}

/** An emergency waits for no other answer. */
async function emergency(app, state, asked) {
  const certain = Object.fromEntries(Object.entries(state.facts).map(([fact, value]) => [fact, value ? 'yes' : 'no']));
  if (judged(app, certain).urgency === 'emergency now') await finish(app, state, asked);
}

async function finish(app, state, asked) {
  const answers = answersOf(state, asked);
  if (state.face === 'bad' && !Object.values(answers).includes('yes')) answers.symptom_other = 'yes';
  state.result = judged(app, answers);
  await tell(app, answers);
  app.show(true);
}

const STATE = { 'emergency now': 'call-first', 'contact today': 'call-first', 'mention at next visit': 'not-yet', 'nothing found': 'done' };
const KEY = { 'emergency now': 'emergency', 'contact today': 'today', 'mention at next visit': 'mention', 'nothing found': 'nothing' };

function result(app, came) {
  const key = KEY[came.urgency];
  const words = came.words.slice(0, 3);
  const next = came.nextDose.word !== 'as planned' && t(`next.${came.nextDose.word === 'hold' ? 'hold' : 'ask'}`);
  const again = () => { app.feeling = null; app.go('today'); };
  return [
    h('h1', { tabindex: -1 }, t('feel.result')),
    h('section', { class: `card ${STATE[came.urgency]} ${key === 'emergency' ? 'urgent' : ''}`, role: 'alert' },
      h('h2', {}, stateIcon(STATE[came.urgency]), h('span', {}, t(`urgency.${key}`))),
      h('p', { class: 'advice' }, t(`urgency.${key}.do`)),
      key === 'emergency' && callsFor(app),
      words.map((it) => h('p', { class: 'advice quote', lang: lang(app) }, it)),
      next && h('p', { class: 'advice strong' }, next),
      came.noDriving && h('p', { class: 'advice', lang: lang(app) }, came.noDriving),
      speaker([t(`urgency.${key}`), t(`urgency.${key}.do`), ...words, next, came.noDriving]),
      key === 'today' && link(t('call.open'), '#/help', { class: 'button main' })),
    h('p', {}, t('feel.saved')),
    h('p', {}, button(t('back'), again, { class: 'button', id: 'feel-back' })),
  ];
}

/* Reminders as a person sets them: whether, when not, and whether a helper is told. It needs a network, so it comes when
   it is asked for and is not kept on the phone. What is set is an event of the log at the clinic; this file keeps nothing. */

import { h, button } from '../js/dom.js';
import { language } from '../js/language.js';

const WORDS = {
  en: {
    heading: 'Reminders', on: 'Remind me', off: 'Stop reminders', says: 'Your phone shows a short note when it is time. It names no medicine and no illness.',
    text: 'Your clinic sends you a short text.', none: 'This phone cannot be reminded. Ask your clinic to send you texts.',
    quiet: 'Quiet hours', from: 'From', until: 'Until', tell: 'Tell my helper if I say nothing', alone: 'Do not tell my helper',
  },
  es: {
    heading: 'Recordatorios', on: 'Recuérdeme', off: 'No recordarme más', says: 'Su teléfono muestra un aviso corto cuando es la hora. No nombra ningún medicamento ni enfermedad.',
    text: 'Su clínica le envía un mensaje corto.', none: 'No se puede avisar a este teléfono. Pida a su clínica que le mande mensajes.',
    quiet: 'Horas de silencio', from: 'Desde', until: 'Hasta', tell: 'Avisar a mi ayudante si no digo nada', alone: 'No avisar a mi ayudante',
  },
};

/** Asks the browser for an address by which this page is woken; '' where it, or the person, does not want that. */
async function woken(applicationServerKey) {
  if (!applicationServerKey || !('PushManager' in self)) return '';
  try {
    if ((await Notification.requestPermission()) !== 'granted') return '';
    const { pushManager } = await navigator.serviceWorker.ready;
    return (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).endpoint;
  } catch {
    return '';
  }
}

/** Makes `person.reminders` draw the panel of the person who is open, and draws it again after each change. */
export async function panel(app) {
  const { person } = app;
  const ask = async (method, changes) => {
    const { status, json } = await person.way.signed(method, `/courses/${person.keys.patient}/reminders`, changes);
    person.reminders = json?.sent_by?.length ? () => drawn(json) : null; // nothing is offered that nobody sends
    if (status !== 200) person.remind = null; // asked again when the screen is opened again
    if (app.person === person) app.show();
  };
  const set = (changes) => ask('PUT', changes);
  const turn = async (now) => {
    if (now.reminders) return set({ reminders: false });
    const push = await woken(now.push_key);
    return set({ reminders: true, language, ...(push && { push }) });
  };
  const clock = (now, name, words) => h('p', {}, h('label', { for: name }, words), ' ', h('input', { id: name, type: 'time', required: true,
    value: now[name], change: ({ target }) => target.value && set({ quiet_from: now.quiet_from, quiet_until: now.quiet_until, [name]: target.value }) }));
  const drawn = (now) => {
    const said = WORDS[language] ?? WORDS.en;
    const how = now.reminders && !now.ways.length ? said.none : now.ways.length && !now.ways.includes('push') ? said.text : said.says;
    return h('section', { class: 'panel', lang: said === WORDS.en ? 'en' : null, 'aria-labelledby': 'reminders' },
      h('h2', { id: 'reminders' }, said.heading), h('p', { id: 'reminded' }, how),
      button(now.reminders ? said.off : said.on, () => turn(now), { class: 'button wide', id: 'remind' }),
      !person.isSupporter && button(now.supporter ? said.alone : said.tell, () => set({ supporter: !now.supporter }), { class: 'button wide', id: 'tell' }),
      now.reminders && h('details', {}, h('summary', {}, said.quiet), clock(now, 'quiet_from', said.from), clock(now, 'quiet_until', said.until)));
  };
  await ask('GET');
}

/* What is said of how it stands: sent or waiting, how old the plan is, what may go wrong with this phone. */

import { h } from './dom.js';
import { DAY, shortDate, timeWords, dayOf } from './clock.js';
import { language, t } from './language.js';

/** The line at the top, which is read out when it changes. */
export function statusOf(app) {
  const { person } = app;
  if (!person?.isOpen || !person.plan && !person.rows.length) return '';
  const saved = person.unsent
    ? t('status.waiting', { count: person.unsent }) : t('status.sent');
  return person.way && !person.way.isOnline ? `${saved} ${t('status.offline')}` : saved;
}

export function ageOf(person, now) {
  const { plan } = person;
  const { issued_at: issued } = plan;
  const days = dayOf(plan.zone, now) - dayOf(plan.zone, issued);
  const words = days <= 0 ? t('age.today', { time: timeWords(plan.zone, issued, language) })
    : t('age.days', { count: days });
  const until = t('age.until', { date: shortDate(plan.zone, plan.expires_at, language) });
  return h('p', { class: 'age' }, `${words} ${until}`);
}

const warned = (key, values) => h('p', { class: 'warning' }, t(key, values));

/** What may go wrong with this phone, in words. */
export function warnings(app) {
  const { person, watch, fault, now } = app;
  const found = [];
  if (fault && fault !== 'may-go') found.push(warned(`storage.${fault}`));
  if (person?.plan && watch.isOff) found.push(warned('clock.off', { time: timeWords(null, now, language) }));
  if (person?.refused) found.push(warned('refused', { count: person.refused }));
  if (person?.plan) {
    const left = person.plan.expires_at - now;
    if (left > 0 && left < 2 * DAY) found.push(warned('age.ends'));
  }
  return found;
}

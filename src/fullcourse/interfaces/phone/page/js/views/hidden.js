/* What somebody sees who looks over a shoulder: a clock. */

import { h, link } from '../dom.js';
import { timeWords, dateWords } from '../clock.js';
import { language, t } from '../language.js';

export function hidden(app) {
  const { now } = app;
  if (app.person?.row.lock) app.person.close();
  return [h('div', { class: 'plainclock' }, h('h1', { tabindex: -1 }, timeWords(null, now, language)), h('p', {}, dateWords(null, now, language)),
    link(t('hidden.open'), '#/today', { class: 'faint' }))];
}

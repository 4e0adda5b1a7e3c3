/* Every screen by the name that stands in the address. */

import { today } from './views/today.js';
import { missed, early, stop, earlier } from './views/doses.js';
import { feel } from './views/feel.js';
import { help } from './views/help.js';
import { ended, join, peopleList, unlock, welcome } from './views/people.js';
import { language, leaflet, more, pin } from './views/more.js';
import { hidden } from './views/hidden.js';

export const SCREENS = { today, missed, early, stop, earlier, feel, help, join, welcome, people: peopleList, unlock, ended,
  more, pin, leaflet, language, hidden };

/* Makes elements. Text is always a text node, so that nothing that was typed or sent is ever read as markup. */

import { MARKED, unmarked, wayOf } from './core/words.js';

const SVG = 'http://www.w3.org/2000/svg';

/** A text, with what is English in it as elements that say so. */
const told = (text) => text.split(MARKED).map((part, at) => (at % 2 ? h('span', { lang: 'en' }, part) : part));

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (name === 'value' && 'value' in made) made.value = value;
    else made.setAttribute(name, value === true ? '' : unmarked(String(value)));
    if (name === 'lang') made.dir = wayOf(value);
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    made.append(...(typeof child === 'string' && MARKED.test(child) ? told(child) : [child]));
  }
  return made;
}

/** Returns an element; an attribute that is a function is listened with, one that is null or false is left out. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** The same for a part of a drawing. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A drawing that says nothing by itself: the words beside it do. */
export const drawing = (box, attributes, ...children) =>
  s('svg', { viewBox: box, 'aria-hidden': 'true', focusable: 'false', ...attributes }, ...children);

export const button = (words, click, attributes = {}, ...more) =>
  h('button', { type: 'button', click, ...attributes }, ...more, h('span', {}, words));

export const link = (words, href, attributes = {}, ...more) =>
  h('a', { href, ...attributes }, ...more, h('span', {}, words));

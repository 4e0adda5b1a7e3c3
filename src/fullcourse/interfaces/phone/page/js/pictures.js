/* Pictures, drawn here so that nothing is fetched. Each stands beside words that say the same. */

import { drawing, s } from './dom.js';

const line = (d, more = {}) => s('path', { d, fill: 'none', stroke: 'currentColor', 'stroke-width': 2,
  'stroke-linecap': 'round', 'stroke-linejoin': 'round', ...more });
const icon = (...parts) => drawing('0 0 24 24', { class: 'icon' }, ...parts);
const dot = (cx, cy, r = 1.3) => s('circle', { cx, cy, r, fill: 'currentColor' });

const PARTS_OF_DAY = {
  morning: () => icon(s('circle', { cx: 12, cy: 13, r: 4, fill: 'currentColor' }),
    line('M12 3v3M4 13H2M22 13h-2M5.5 6.5l2 2M18.5 6.5l-2 2M3 20h18')),
  noon: () => icon(s('circle', { cx: 12, cy: 12, r: 5, fill: 'currentColor' }),
    line('M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5')),
  evening: () => icon(s('path', { d: 'M15 3a9 9 0 1 0 6 15A10 10 0 0 1 15 3z', fill: 'currentColor' })),
};

const STATES = {
  'not-yet': () => icon(s('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
    line('M12 7v5l3.5 2')),
  due: () => icon(line('M12 4v10M7.5 10L12 14.5 16.5 10M5 19h14', { 'stroke-width': 2.6 })),
  'late-take': () => icon(s('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
    line('M12 6.5v6', { 'stroke-width': 2.6 }), dot(12, 16.6)),
  'late-skip': () => icon(line('M5 5l8 7-8 7zM18 5v14')),
  done: () => icon(line('M4.5 12.5l5 5L20 7', { 'stroke-width': 3 })),
  held: () => icon(line('M8 5v14M16 5v14', { 'stroke-width': 3 })),
  'call-first': () => icon(line('M6 3h4l1.5 5-2.4 1.7a12 12 0 0 0 5.2 5.2L16 12.500l5 1.5v4c0 1.700-1.300 3-3 3C10 21 3 14 3 6c0-1.700 1.300-3 3-3z')),
  unknown: () => icon(line('M9 9a3 3 0 1 1 4.300 2.700c-.9.500-1.300 1-1.300 2', { 'stroke-width': 2.6 }), dot(12, 18, 1.6)),
  skipped: () => icon(line('M6 12h12', { 'stroke-width': 3 })),
  stop: () => drawing('0 0 48 48', { class: 'icon' },
    s('path', { d: 'M15 3h18l12 12v18L33 45H15L3 33V15z', fill: 'currentColor' }),
    s('path', { d: 'M14 24h20', stroke: '#fff', 'stroke-width': 6, 'stroke-linecap': 'round' })),
};

const REASONS = {
  forgot: () => icon(s('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
    line('M9.500 9.500a2.500 2.500 0 1 1 3.700 2.200c-.8.5-1.200 1-1.200 1.900'), dot(12, 17)),
  ill: () => icon(s('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
    line('M8.500 16.500c1.800-2.200 5.200-2.200 7 0M8 9.500h2M14 9.500h2')),
  effect: () => icon(line('M5 13a7 7 0 0 1 14 0v6H5zM12 9v4'), dot(12, 16), line('M3 6l2 1M21 6l-2 1M12 2v1.500')),
  none: () => icon(line('M7 8h10v12a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1zM8 4h8v4H8zM10 14h4')),
  away: () => icon(line('M4 9h16v10H4zM9 9V6h6v3M4 14h16')),
  other: () => icon(dot(6, 12, 1.8), dot(12, 12, 1.8), dot(18, 12, 1.8)),
};

const FACES = {
  good: 'M7.500 14c1.500 3.300 7.500 3.300 9 0',
  middling: 'M8 15.500h8',
  bad: 'M7.500 17c1.500-3.300 7.500-3.300 9 0',
};

const GROUPS = {
  danger: () => icon(line('M12 3l10 18H2zM12 10v5'), dot(12, 18)),
  'breath-and-skin': () => icon(line('M12 3v8M12 11c-1 3-3 4-3 4M12 11c1 3 3 4 3 4M9 7c-4 0-6 5-6 10 0 3 5 3 6 0M15 7c4 0 6 5 6 10 0 3-5 3-6 0')),
  mind: () => icon(line('M12 20s-8-4.700-8-10.200A4.300 4.300 0 0 1 12 7.300a4.300 4.300 0 0 1 8 2.500C20 15.300 12 20 12 20z')),
  'blood-and-liver': () => icon(line('M12 3s6.500 7 6.500 11.500a6.500 6.500 0 0 1-13 0C5.500 10 12 3 12 3z')),
  'head-and-nerves': () => icon(line('M9 21v-4H6.500v-4L5 11l2-2.500A6.500 6.500 0 1 1 16 15.500V21M13 6l-2 3h3l-2 3')),
  body: () => icon(s('circle', { cx: 12, cy: 5, r: 2.5, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
    line('M6 11h12M12 8v7M12 15l-3 6M12 15l3 6')),
  'eyes-ears-joints': () => icon(line('M2 12s4-6.500 10-6.500S22 12 22 12s-4 6.500-10 6.500S2 12 2 12z'),
    s('circle', { cx: 12, cy: 12, r: 3, fill: 'currentColor' })),
  'stomach-and-other': () => icon(line('M9 3v5c0 2-4 3-4 7a6 6 0 0 0 6 6c5 0 8-3 8-7 0-3-2-4-4-4s-2 2-2 2V3')),
  tb: () => icon(line('M4 20V9M4 9l4-4M12 20V6M20 20v-7M9 20h6')),
};

export const partOfDay = (name) => PARTS_OF_DAY[name]();
export const stateIcon = (name) => (STATES[name] ?? STATES['not-yet'])();
export const reasonIcon = (name) => REASONS[name]();
export const groupIcon = (name) => (GROUPS[name] ?? REASONS.other)();
export const face = (name) => drawing('0 0 24 24', { class: 'face' },
  s('circle', { cx: 12, cy: 12, r: 10, fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }),
  dot(8.5, 9.5), dot(15.5, 9.5), line(FACES[name]));
export const speakerIcon = () => icon(line('M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11'));
export const phoneIcon = () => STATES['call-first']();
export const personIcon = (name) => icon(...({
  circle: [s('circle', { cx: 12, cy: 12, r: 8, fill: 'currentColor' })],
  square: [s('rect', { x: 4.5, y: 4.5, width: 15, height: 15, rx: 2, fill: 'currentColor' })],
  triangle: [s('path', { d: 'M12 4l9 16H3z', fill: 'currentColor' })],
  star: [s('path', { d: 'M12 2l3 6.800 7.400.700-5.600 4.900L18.500 22 12 18.100 5.500 22l1.700-7.600L1.600 9.500 9 8.800z', fill: 'currentColor' })],
  leaf: [s('path', { d: 'M4 20C3 9 10 3 21 3c0 11-6 18-17 17z', fill: 'currentColor' })],
  drop: [s('path', { d: 'M12 2s7 8 7 13a7 7 0 0 1-14 0c0-5 7-13 7-13z', fill: 'currentColor' })],
}[name] ?? []));
export const SIGNS = ['circle', 'square', 'triangle', 'star', 'leaf', 'drop'];

const SHOWN = 6;

/** Colours by which pills of one card are told apart: of the picture, and no promise of how they look. */
const COLOURS = [['#e0a458', '#fbe8c6'], ['#7fb3d5', '#e4f0f8'], ['#d98880', '#f9e1de'], ['#82b366', '#e5f2dc'], ['#b39bc8', '#efe6f6']];
const colourOf = (name) => COLOURS[[...name].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 9973, 7) % COLOURS.length];

/** Draws units of a dose: so many capsules, tablets, a spoon or a syringe, the half of one where it is a half. */
export function unitsPicture(form, units, name) {
  const colours = colourOf(name);
  if (form === 'liquid') return drawing('0 0 44 44', { class: 'unit' }, line('M8 26h22a7 7 0 0 1-14 4M30 26l8-14', { 'stroke-width': 3 }));
  if (form === 'injection') return drawing('0 0 44 44', { class: 'unit' }, line('M14 30L30 14M27 8l9 9M10 34l4-4-4-4M16 20l8 8', { 'stroke-width': 3 }));
  const draw = form === 'capsule' ? capsule : tablet;
  const whole = Math.min(Math.floor(units), SHOWN);
  const drawn = Array.from({ length: whole }, () => draw(colours));
  if (units - Math.floor(units) > 0.01 && whole < SHOWN) drawn.push(tablet(colours, true));
  return drawn;
}

const capsule = ([dark, light]) => drawing('0 0 56 24', { class: 'unit' },
  s('path', { d: 'M28 2H12a10 10 0 0 0 0 20h16z', fill: dark }), s('path', { d: 'M28 2h16a10 10 0 0 1 0 20H28z', fill: light }),
  s('rect', { x: 2, y: 2, width: 52, height: 20, rx: 10, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 }),
  s('path', { d: 'M11 7h10', stroke: '#fff', 'stroke-width': 2.5, 'stroke-linecap': 'round', opacity: 0.7 }));

const tablet = ([dark, light], isHalf = false) => drawing(isHalf ? '0 0 20 36' : '0 0 36 36', { class: 'unit' },
  s('path', { d: isHalf ? 'M18 2a16 16 0 0 0 0 32z' : 'M18 2a16 16 0 0 0 0 32 16 16 0 0 0 0-32z', fill: light, stroke: 'currentColor', 'stroke-width': 1.5 }),
  s('path', { d: isHalf ? 'M14 8a11 11 0 0 0 0 20' : 'M18 7a11 11 0 0 0 0 22 11 11 0 0 0 0-22z', fill: 'none', stroke: dark, 'stroke-width': 2.5 }),
  !isHalf && s('path', { d: 'M18 7v22', stroke: dark, 'stroke-width': 2 }));

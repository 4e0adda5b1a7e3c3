/* The lock of one person's data: AES-GCM under a random key, which a PIN wraps. Without a PIN things are kept plain.
   A PIN of few digits keeps out who picks the phone up; it does not stop who copies the disk and has days to try. */

const ROUNDS = 310000;
const text = new TextEncoder();

async function wrapping(pin, salt, rounds) {
  const base = await crypto.subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, base,
    { name: 'AES-GCM', length: 256 }, false, ['wrapKey', 'unwrapKey']);
}

/** Makes a new key and a lock for it: the lock is kept, the key only held while the page is open. */
export async function newLock(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']);
  const wrapped = await crypto.subtle.wrapKey('raw', key, await wrapping(pin, salt, ROUNDS), { name: 'AES-GCM', iv });
  return { key, lock: { salt, iv, wrapped, rounds: ROUNDS } };
}

/** Returns the key of a lock, or null for a wrong PIN. */
export async function unlocked(lock, pin) {
  try {
    return await crypto.subtle.unwrapKey('raw', lock.wrapped, await wrapping(pin, lock.salt, lock.rounds),
      { name: 'AES-GCM', iv: lock.iv }, { name: 'AES-GCM' }, true, ['encrypt', 'decrypt']);
  } catch {
    return null;
  }
}

/** Returns what is kept of a value. */
export async function seal(key, value) {
  if (!key) return { plain: value };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text.encode(JSON.stringify(value)));
  return { iv, sealed };
}

export async function open(key, kept) {
  if (!kept) return undefined;
  if ('plain' in kept) return kept.plain;
  const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, key, kept.sealed);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** A PIN of 4 to 12 digits that is not among those tried first. */
export function pinFault(pin) {
  if (!/^[0-9]{4,12}$/.test(pin)) return 'pin.length';
  const steps = new Set([...pin].slice(1).map((digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  return steps.size === 1 && [0, 1, 9].includes([...steps][0]) ? 'pin.easy' : '';
}

/** The PIN that the service asks of a phone: of chance, kept with the secret, so that nobody has to learn two. */
export function phonePin() {
  for (;;) {
    const digits = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte % 10).join('');
    if (!pinFault(digits)) return digits;
  }
}

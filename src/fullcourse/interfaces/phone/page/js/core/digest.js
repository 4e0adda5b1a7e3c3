// SHA-256 of a text, at once: an id that is made from what it names needs no network, no promise and no chance.

const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((it) => n % it)) primes.push(n);
const fraction = (x) => ((x % 1) * 2 ** 32) >>> 0;
const START = primes.slice(0, 8).map((it) => fraction(Math.sqrt(it))), K = primes.map((it) => fraction(Math.cbrt(it)));
const turned = (x, by) => (x >>> by) | (x << (32 - by));

/** Return the SHA-256 of a text in UTF-8, 64 hexadecimal digits. */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text), length = (Math.floor((bytes.length + 8) / 64) + 1) * 64;
  const padded = new DataView(new ArrayBuffer(length));
  bytes.forEach((byte, place) => padded.setUint8(place, byte));
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(length - 4, bytes.length * 8);
  const hash = [...START];
  for (let block = 0; block < length; block += 64) {
    const w = Array.from({ length: 16 }, (_, place) => padded.getUint32(block + 4 * place));
    for (let i = 16; i < 64; i += 1) {
      const s0 = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const t1 = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((it, place) => { hash[place] = (hash[place] + it) | 0; });
  }
  return hash.map((it) => (it >>> 0).toString(16).padStart(8, "0")).join("");
}

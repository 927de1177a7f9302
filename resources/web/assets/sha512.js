/* SHA-512 (FIPS 180-4). For the short messages of signatures: its words are BigInts, its constants are computed. */
"use strict";

(function (lucid) {
  const MASK = (1n << 64n) - 1n;
  const PRIMES = firstPrimes(80);
  // The first 64 bits behind the point of the square roots of 8 primes, and of the cube roots of 80.
  const START = PRIMES.slice(0, 8).map((prime) => root(prime << 128n, 2n) & MASK);
  const CONSTANTS = PRIMES.map((prime) => root(prime << 192n, 3n) & MASK);

  function firstPrimes(count) {
    const found = [];
    for (let number = 2n; found.length < count; number += 1n) {
      if (found.every((prime) => number % prime !== 0n)) {
        found.push(number);
      }
    }
    return found;
  }

  /** Give the largest whole number whose power is at most `value`. */
  function root(value, power) {
    let found = 0n;
    for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) {
      if ((found + bit) ** power <= value) {
        found += bit;
      }
    }
    return found;
  }

  const turned = (word, by) => ((word >> by) | (word << (64n - by))) & MASK;

  function spread(block) {
    const words = [];
    for (let at = 0; at < 128; at += 8) {
      words.push(lucid.octets.toWhole(block.subarray(at, at + 8)));
    }
    for (let at = 16; at < 80; at += 1) {
      const [early, late] = [words[at - 15], words[at - 2]];
      const first = turned(early, 1n) ^ turned(early, 8n) ^ (early >> 7n);
      const second = turned(late, 19n) ^ turned(late, 61n) ^ (late >> 6n);
      words.push((words[at - 16] + first + words[at - 7] + second) & MASK);
    }
    return words;
  }

  function compress(state, block) {
    const words = spread(block);
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 80; at += 1) {
      const chosen = (e & f) ^ (~e & MASK & g);
      const first = h + (turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n)) + chosen + CONSTANTS[at] + words[at];
      const second = (turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK, c, b, a, (first + second) & MASK];
    }
    return [a, b, c, d, e, f, g, h].map((word, at) => (word + state[at]) & MASK);
  }

  /** @param {...Uint8Array} parts @returns {Uint8Array} 64 bytes */
  function sha512(...parts) {
    const message = lucid.octets.concat(...parts);
    const padded = new Uint8Array(128 * Math.ceil((message.length + 17) / 128));
    padded.set(message);
    padded[message.length] = 0x80;
    new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
    let state = START;
    for (let at = 0; at < padded.length; at += 128) {
      state = compress(state, padded.subarray(at, at + 128));
    }
    const digest = new Uint8Array(64);
    const view = new DataView(digest.buffer);
    state.forEach((word, at) => view.setBigUint64(8 * at, word));
    return digest;
  }

  Object.assign(lucid, { sha512 });
})(globalThis.lucid);

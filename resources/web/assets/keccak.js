/* Keccak-256 as Ethereum uses it: Keccak (version 3, before FIPS 202) with rate 136 and the padding 01…80. */
"use strict";

(function (lucid) {
  const RATE = 136;
  const ROUNDS = 24;
  const OFFSETS = rotations();
  const CONSTANTS = constants();

  /** Compute rho's rotation of each lane (x + 5y), from the walk that defines them. */
  function rotations() {
    const found = new Uint8Array(25);
    let [x, y] = [1, 0];
    for (let step = 0; step < ROUNDS; step += 1) {
      found[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64;
      [x, y] = [y, (2 * x + 3 * y) % 5];
    }
    return found;
  }

  /** Compute iota's constants from the linear feedback shift register that defines them: low and high words. */
  function constants() {
    const found = new Int32Array(2 * ROUNDS);
    let register = 1;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let power = 0; power < 7; power += 1) {
        const bit = (1 << power) - 1;
        if (register & 1) {
          found[2 * round + (bit >> 5)] ^= 1 << (bit & 31);
        }
        register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
      }
    }
    return found;
  }

  /** Permute the state: 25 lanes, each as its low and its high word. @param {Int32Array} lanes */
  function permute(lanes) {
    const columns = new Int32Array(10);
    const moved = new Int32Array(50);
    for (let round = 0; round < ROUNDS; round += 1) {
      theta(lanes, columns);
      for (let lane = 0; lane < 25; lane += 1) {
        move(lanes, lane, moved);
      }
      for (let row = 0; row < 50; row += 10) {
        for (let at = 0; at < 10; at += 1) {
          lanes[row + at] = moved[row + at] ^ (~moved[row + ((at + 2) % 10)] & moved[row + ((at + 4) % 10)]);
        }
      }
      lanes[0] ^= CONSTANTS[2 * round];
      lanes[1] ^= CONSTANTS[2 * round + 1];
    }
  }

  function theta(lanes, columns) {
    for (let at = 0; at < 10; at += 1) {
      columns[at] = lanes[at] ^ lanes[at + 10] ^ lanes[at + 20] ^ lanes[at + 30] ^ lanes[at + 40];
    }
    for (let x = 0; x < 5; x += 1) {
      const before = 2 * ((x + 4) % 5);
      const after = 2 * ((x + 1) % 5);
      const low = columns[before] ^ ((columns[after] << 1) | (columns[after + 1] >>> 31));
      const high = columns[before + 1] ^ ((columns[after + 1] << 1) | (columns[after] >>> 31));
      for (let row = 2 * x; row < 50; row += 10) {
        lanes[row] ^= low;
        lanes[row + 1] ^= high;
      }
    }
  }

  /** Rotate a lane and put it where pi says. */
  function move(lanes, lane, moved) {
    const x = lane % 5;
    const y = (lane - x) / 5;
    const to = 2 * (y + 5 * ((2 * x + 3 * y) % 5));
    const swaps = OFFSETS[lane] >= 32;
    const low = lanes[2 * lane + (swaps ? 1 : 0)];
    const high = lanes[2 * lane + (swaps ? 0 : 1)];
    const by = OFFSETS[lane] % 32;
    moved[to] = by ? (low << by) | (high >>> (32 - by)) : low;
    moved[to + 1] = by ? (high << by) | (low >>> (32 - by)) : high;
  }

  function absorb(lanes, octets, from) {
    for (let at = 0; at < RATE; at += 4) {
      const byte = from + at;
      lanes[at >> 2] ^=
        octets[byte] | (octets[byte + 1] << 8) | (octets[byte + 2] << 16) | (octets[byte + 3] << 24);
    }
    permute(lanes);
  }

  /** @param {Uint8Array} octets @returns {Uint8Array} 32 bytes */
  function keccak256(octets) {
    const lanes = new Int32Array(50);
    const whole = octets.length - (octets.length % RATE);
    for (let from = 0; from < whole; from += RATE) {
      absorb(lanes, octets, from);
    }
    const last = new Uint8Array(RATE);
    last.set(octets.subarray(whole));
    last[octets.length - whole] ^= 0x01;
    last[RATE - 1] ^= 0x80;
    absorb(lanes, last, 0);
    const digest = new Uint8Array(32);
    const view = new DataView(digest.buffer);
    for (let at = 0; at < 8; at += 1) {
      view.setInt32(4 * at, lanes[at], true);
    }
    return digest;
  }

  Object.assign(lucid, { keccak256 });
})(globalThis.lucid);

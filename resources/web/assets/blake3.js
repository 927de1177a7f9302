/* BLAKE3 (the BLAKE3 paper, sections 2 and 5): hash and derive_key, 32 bytes. */
"use strict";

(function (lucid) {
  const IV = Uint32Array.of(
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  );
  const ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
  const ROUNDS = 7;
  const CHUNK_START = 1;
  const CHUNK_END = 2;
  const PARENT = 4;
  const ROOT = 8;
  const DERIVE_KEY_CONTEXT = 32;
  const DERIVE_KEY_MATERIAL = 64;
  const CHUNK_BYTES = 1024;
  const BLOCK_BYTES = 64;
  const SCHEDULE = schedule();

  /** Say which word of the block each step of each round takes. */
  function schedule() {
    const whole = new Uint8Array(16 * ROUNDS);
    let words = Array.from({ length: 16 }, (_, at) => at);
    for (let round = 0; round < ROUNDS; round += 1) {
      whole.set(words, 16 * round);
      words = ORDER.map((from) => words[from]);
    }
    return whole;
  }

  const state = new Int32Array(16);

  /** Mix four words of the state with two of the block. */
  function mix(a, b, c, d, x, y) {
    let va = (state[a] + state[b] + x) | 0;
    let vd = state[d] ^ va;
    vd = (vd >>> 16) | (vd << 16);
    let vc = (state[c] + vd) | 0;
    let vb = state[b] ^ vc;
    vb = (vb >>> 12) | (vb << 20);
    va = (va + vb + y) | 0;
    vd ^= va;
    vd = (vd >>> 8) | (vd << 24);
    vc = (vc + vd) | 0;
    vb ^= vc;
    state[a] = va;
    state[b] = (vb >>> 7) | (vb << 25);
    state[c] = vc;
    state[d] = vd;
  }

  /** Compress a block into the chaining value `into`, in place.
   * @param {Uint32Array} into @param {Int32Array} block @param {number} counter below 2^53
   * @param {number} length @param {number} flags */
  function compress(into, block, counter, length, flags) {
    state.set(into);
    state.set(IV.subarray(0, 4), 8);
    state[12] = counter | 0;
    state[13] = Math.floor(counter / 0x100000000) | 0;
    state[14] = length;
    state[15] = flags;
    for (let at = 0; at < 16 * ROUNDS; at += 16) {
      const word = (offset) => block[SCHEDULE[at + offset]];
      mix(0, 4, 8, 12, word(0), word(1));
      mix(1, 5, 9, 13, word(2), word(3));
      mix(2, 6, 10, 14, word(4), word(5));
      mix(3, 7, 11, 15, word(6), word(7));
      mix(0, 5, 10, 15, word(8), word(9));
      mix(1, 6, 11, 12, word(10), word(11));
      mix(2, 7, 8, 13, word(12), word(13));
      mix(3, 4, 9, 14, word(14), word(15));
    }
    for (let at = 0; at < 8; at += 1) {
      into[at] = state[at] ^ state[at + 8];
    }
  }

  /** Read up to 64 bytes as sixteen little-endian words; what is missing is zero. */
  function load(block, octets, from, length) {
    if (length === BLOCK_BYTES) {
      for (let at = 0, byte = from; at < 16; at += 1, byte += 4) {
        block[at] = octets[byte] | (octets[byte + 1] << 8) | (octets[byte + 2] << 16) | (octets[byte + 3] << 24);
      }
      return;
    }
    block.fill(0);
    for (let at = 0; at < length; at += 1) {
      block[at >> 2] |= octets[from + at] << (8 * (at & 3));
    }
  }

  /** Hashes what it is given piece by piece. */
  class Blake3 {
    /** @param {Uint32Array} key the eight words that a chaining value begins with @param {number} flags */
    constructor(key = IV, flags = 0) {
      this.key = key;
      this.flags = flags;
      this.stack = [];
      this.chunks = 0;
      this.held = new Uint8Array(CHUNK_BYTES);
      this.heldBytes = 0;
      this.block = new Int32Array(16);
    }

    /** @param {Uint8Array} octets @returns {Blake3} */
    update(octets) {
      let at = 0;
      while (at < octets.length) {
        // The last chunk stays held: whether it is the root shows only at the end.
        if (this.heldBytes === CHUNK_BYTES) {
          this.push(this.chunk(this.held, 0, CHUNK_BYTES, 0));
          this.heldBytes = 0;
        }
        while (this.heldBytes === 0 && octets.length - at > CHUNK_BYTES) {
          this.push(this.chunk(octets, at, CHUNK_BYTES, 0));
          at += CHUNK_BYTES;
        }
        const taken = Math.min(CHUNK_BYTES - this.heldBytes, octets.length - at);
        this.held.set(octets.subarray(at, at + taken), this.heldBytes);
        this.heldBytes += taken;
        at += taken;
      }
      return this;
    }

    /** @returns {Uint8Array} 32 bytes */
    digest() {
      const isAlone = this.stack.length === 0;
      let value = this.chunk(this.held, 0, this.heldBytes, isAlone ? ROOT : 0);
      for (let level = this.stack.length - 1; level >= 0; level -= 1) {
        value = this.parent(this.stack[level], value, level === 0 ? ROOT : 0);
      }
      const octets = new Uint8Array(32);
      const view = new DataView(octets.buffer);
      value.forEach((word, at) => view.setUint32(4 * at, word, true));
      return octets;
    }

    /** Take the value of a whole chunk in, and join what has become pairs. */
    push(value) {
      this.chunks += 1;
      let joined = value;
      for (let count = this.chunks; count % 2 === 0; count /= 2) {
        joined = this.parent(this.stack.pop(), joined, 0);
      }
      this.stack.push(joined);
    }

    chunk(octets, from, length, last) {
      const value = this.key.slice();
      const blocks = Math.max(1, Math.ceil(length / BLOCK_BYTES));
      for (let number = 0; number < blocks; number += 1) {
        const size = Math.min(BLOCK_BYTES, length - BLOCK_BYTES * number);
        load(this.block, octets, from + BLOCK_BYTES * number, size);
        const start = number === 0 ? CHUNK_START : 0;
        const end = number === blocks - 1 ? CHUNK_END | last : 0;
        compress(value, this.block, this.chunks, size, this.flags | start | end);
      }
      return value;
    }

    parent(left, right, last) {
      const value = this.key.slice();
      this.block.set(left);
      this.block.set(right, 8);
      compress(value, this.block, 0, BLOCK_BYTES, this.flags | PARENT | last);
      return value;
    }
  }

  /** Make a hasher in derive_key mode. @param {string} context @returns {Blake3} */
  function deriver(context) {
    const key = new Blake3(IV, DERIVE_KEY_CONTEXT).update(lucid.octets.encode(context)).digest();
    const view = new DataView(key.buffer);
    return new Blake3(Uint32Array.from({ length: 8 }, (_, at) => view.getUint32(4 * at, true)), DERIVE_KEY_MATERIAL);
  }

  /** @param {...Uint8Array} parts @returns {Uint8Array} 32 bytes */
  function blake3(...parts) {
    const hasher = new Blake3();
    parts.forEach((part) => hasher.update(part));
    return hasher.digest();
  }

  Object.assign(lucid, { Blake3, blake3, blake3Deriver: deriver });
})(globalThis.lucid);

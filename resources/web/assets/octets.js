/* Bytes: hex, text, comparison, and numbers in them. Everything of this page hangs on `lucid`. */
"use strict";

globalThis.lucid = globalThis.lucid ?? {};

(function (lucid) {
  const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));
  // ignoreBOM: a byte order mark is a character like others, and so no JSON.
  const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const ENCODER = new TextEncoder();

  /** Write bytes in lower-case hex.
   * @param {Uint8Array} octets @returns {string} */
  function toHex(octets) {
    let text = "";
    for (const octet of octets) {
      text += HEX[octet];
    }
    return text;
  }

  /** Read an even number of lower-case hex digits; null for anything else.
   * @param {string} text @returns {Uint8Array | null} */
  function fromHex(text) {
    if (!/^(?:[0-9a-f]{2})*$/.test(text) || text.endsWith("\n")) {
      return null;
    }
    const octets = new Uint8Array(text.length / 2);
    for (let at = 0; at < octets.length; at += 1) {
      octets[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
    }
    return octets;
  }

  /** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
  function equal(one, other) {
    return one.length === other.length && one.every((octet, at) => octet === other[at]);
  }

  /** Join bytes that came in however many pieces. @param {Uint8Array[]} parts @returns {Uint8Array} */
  function joined(parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** Read bytes as one whole number, the highest byte first.
   * @param {Uint8Array} octets @returns {bigint} */
  function toWhole(octets) {
    return octets.length ? BigInt(`0x${toHex(octets)}`) : 0n;
  }

  /** Read bytes as one whole number, the lowest byte first.
   * @param {Uint8Array} octets @returns {bigint} */
  function toWholeLittle(octets) {
    return toWhole(octets.slice().reverse());
  }

  lucid.octets = {
    toHex,
    fromHex,
    equal,
    joined,
    /** @param {...Uint8Array} parts @returns {Uint8Array} */
    concat: (...parts) => joined(parts),
    toWhole,
    toWholeLittle,
    /** @param {string} text @returns {Uint8Array} */
    encode: (text) => ENCODER.encode(text),
    /** Read UTF-8; TypeError where it is none. @param {Uint8Array} octets @returns {string} */
    decode: (octets) => DECODER.decode(octets),
  };
})(globalThis.lucid);

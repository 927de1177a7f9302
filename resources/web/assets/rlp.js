/* RLP (Ethereum Yellow Paper, appendix B), strictly: every value has one encoding and no other is read. */
"use strict";

(function (lucid) {
  const { Refused } = lucid;
  const DEEPEST = 32;
  const SHORT = 55;
  const TEXT = 0x80;
  const LIST = 0xc0;

  /** Decode exactly one item: bytes, or an array of items. @param {Uint8Array} data */
  function decode(data) {
    const [item, end] = takeItem(data, 0, DEEPEST);
    if (end !== data.length) {
      throw new Refused("bytes are left over");
    }
    return item;
  }

  function takeItem(data, at, left) {
    if (left === 0) {
      throw new Refused("nested too deeply");
    }
    if (at >= data.length) {
      throw new Refused("cut short");
    }
    const first = data[at];
    if (first < TEXT) {
      return [data.subarray(at, at + 1), at + 1];
    }
    const isList = first >= LIST;
    const [start, end] = bounds(data, at, isList ? LIST : TEXT);
    if (isList) {
      return [takeItems(data.subarray(0, end), start, left - 1), end];
    }
    if (end - start === 1 && data[start] < TEXT) {
      throw new Refused("a small byte with a head");
    }
    return [data.subarray(start, end), end];
  }

  function takeItems(data, start, left) {
    const items = [];
    let at = start;
    while (at < data.length) {
      const [item, end] = takeItem(data, at, left);
      items.push(item);
      at = end;
    }
    return items;
  }

  /** Find where the body of the item at `at` begins and ends. */
  function bounds(data, at, offset) {
    let length = data[at] - offset;
    let start = at + 1;
    if (length > SHORT) {
      const size = data.subarray(start, start + length - SHORT);
      start += length - SHORT;
      const whole = lucid.octets.toWhole(size);
      if (size[0] === 0 || whole <= SHORT) {
        throw new Refused("a length that is not in its shortest form");
      }
      length = whole > data.length ? data.length : Number(whole);
    }
    if (start + length > data.length) {
      throw new Refused("cut short");
    }
    return [start, start + length];
  }

  function asList(item) {
    if (!Array.isArray(item)) {
      throw new Refused("bytes where a list belongs");
    }
    return item;
  }

  /** Give bytes, of that length where one is given. @returns {Uint8Array} */
  function asBytes(item, length = null) {
    if (Array.isArray(item) || (length !== null && item.length !== length)) {
      throw new Refused("a list or another length where bytes belong");
    }
    return item;
  }

  /** Give a whole number of at most so many bytes, without leading zeros. @returns {bigint} */
  function asWhole(item, mostBytes = 8) {
    const octets = asBytes(item);
    if (octets.length > mostBytes || octets[0] === 0) {
      throw new Refused("not a whole number of that size");
    }
    return lucid.octets.toWhole(octets);
  }

  /** Encode a whole number below 2^53: big-endian bytes without leading zeros, none for 0. @param {number} number */
  function encodeWhole(number) {
    const hex = number === 0 ? "" : number.toString(16);
    const octets = lucid.octets.fromHex(hex.length % 2 ? `0${hex}` : hex);
    const isItself = octets.length === 1 && octets[0] < TEXT;
    return isItself ? octets : lucid.octets.concat(Uint8Array.of(TEXT + octets.length), octets);
  }

  lucid.rlp = { asBytes, asList, asWhole, decode, decodeList: (data) => asList(decode(data)), encodeWhole };
})(globalThis.lucid);

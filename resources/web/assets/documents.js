/* Canonical JSON (RFC 8785), read so that bytes have one meaning, and the members of an object taken one by one. */
"use strict";

(function (lucid) {
  const { Refused } = lucid;
  const DEEPEST = 64;
  const LARGEST = Number.MAX_SAFE_INTEGER;
  const MANY = 1 << 20;
  const HALF = /\p{Cs}/u; // one half of a pair of UTF-16, which UTF-8 cannot hold

  /** Write a value as RFC 8785 says; Refused for what canonical JSON cannot hold. */
  function canonicalJson(value, depth = 0) {
    if (typeof value === "number") {
      return numberJson(value);
    }
    if (typeof value === "string") {
      if (HALF.test(value)) {
        throw new Refused("half a character");
      }
      return JSON.stringify(value);
    }
    if (value === null || typeof value === "boolean") {
      return String(value);
    }
    if (depth === DEEPEST) {
      throw new Refused("nested too deeply");
    }
    if (Array.isArray(value)) {
      return `[${value.map((each) => canonicalJson(each, depth + 1)).join(",")}]`;
    }
    // JavaScript orders texts by their UTF-16 code units, as the RFC asks.
    const members = Object.keys(value)
      .sort()
      .map((name) => `${canonicalJson(name)}:${canonicalJson(value[name], depth + 1)}`);
    return `{${members.join(",")}}`;
  }

  /** ECMAScript writes numbers as the RFC asks; integers that a double cannot tell apart are refused. */
  function numberJson(value) {
    const text = Object.is(value, -0) ? "0" : String(value);
    if (!Number.isFinite(value) || (/^-?[0-9]+$/.test(text) && !Number.isSafeInteger(value))) {
      throw new Refused("a number that has no exact form");
    }
    return text;
  }

  /** Read JSON that may be written in any way. @param {Uint8Array} octets @param {number} largest in bytes */
  function loadJson(octets, largest) {
    if (octets.length > largest) {
      throw new Refused(`larger than ${largest} bytes`);
    }
    try {
      return JSON.parse(lucid.octets.decode(octets));
    } catch {
      throw new Refused("not JSON");
    }
  }

  /** Read JSON and refuse bytes that are not its canonical form: so no member is named twice, and none is guessed.
   * @param {Uint8Array} octets @param {number} largest in bytes */
  function loadCanonicalJson(octets, largest) {
    const value = loadJson(octets, largest);
    if (canonicalJson(value) !== lucid.octets.decode(octets)) {
      throw new Refused("not in canonical form");
    }
    return value;
  }

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  /** The members of one object, each taken once; what nobody took is wrong too. */
  class Fields {
    /** @param {unknown} value @param {(field: string) => Error} malformed @param {string} path */
    constructor(value, malformed, path = "") {
      if (!isObject(value)) {
        throw malformed(path || "not an object");
      }
      this.left = new Map(Object.entries(value));
      this.malformed = malformed;
      this.path = path;
    }

    pathOf(member) {
      return this.path ? `${this.path}.${member}` : member;
    }

    wrong(member) {
      return this.malformed(this.pathOf(member));
    }

    has(member) {
      return this.left.has(member);
    }

    take(member) {
      if (!this.left.has(member)) {
        throw this.wrong(member);
      }
      const value = this.left.get(member);
      this.left.delete(member);
      return value;
    }

    /** Take a member that must be so. */
    taken(member, isFine) {
      const value = this.take(member);
      if (!isFine(value)) {
        throw this.wrong(member);
      }
      return value;
    }

    constant(member, expected) {
      return this.taken(member, (value) => value === expected);
    }

    whole(member, least = 0, most = LARGEST) {
      return this.taken(member, (value) => Number.isSafeInteger(value) && least <= value && value <= most);
    }

    flag(member) {
      return this.taken(member, (value) => typeof value === "boolean");
    }

    /** Take a text of so many characters (code points). */
    text(member, least = 0, most = 256) {
      return this.taken(member, (value) => {
        const length = typeof value === "string" ? [...value].length : -1;
        return least <= length && length <= most;
      });
    }

    matching(member, pattern) {
      return this.taken(member, (value) => typeof value === "string" && pattern.test(value));
    }

    /** Take a whole number of up to 64 bits that is written as a text. @returns {bigint} */
    decimal(member) {
      const value = BigInt(this.matching(member, /^(?:0|[1-9][0-9]{0,19})$/));
      if (value >= 1n << 64n) {
        throw this.wrong(member);
      }
      return value;
    }

    octets(member, length = null) {
      return this.octetsOf(this.take(member), member, length);
    }

    octetsList(member, most, length = null) {
      return this.array(member, most).map((value, at) => this.octetsOf(value, `${member}[${at}]`, length));
    }

    octetsOf(value, member, length) {
      const octets = typeof value === "string" ? lucid.octets.fromHex(value) : null;
      if (octets === null || (length !== null && octets.length !== length)) {
        throw this.wrong(member);
      }
      return octets;
    }

    members(member, read) {
      return new Fields(this.take(member), this.malformed, this.pathOf(member)).wholeOf(read);
    }

    optionalMembers(member, read) {
      return this.left.get(member) === null ? this.take(member) : this.members(member, read);
    }

    items(member, read, most = MANY) {
      const path = this.pathOf(member);
      return this.array(member, most).map((item, at) =>
        new Fields(item, this.malformed, `${path}[${at}]`).wholeOf(read),
      );
    }

    array(member, most = MANY) {
      return this.taken(member, (value) => Array.isArray(value) && value.length <= most);
    }

    /** Read with `read` and make sure that it took every member. */
    wholeOf(read) {
      const value = read(this);
      for (const member of this.left.keys()) {
        throw this.wrong(member);
      }
      return value;
    }
  }

  Object.assign(lucid, { Fields, canonicalJson, isObject, loadCanonicalJson, loadJson });
})(globalThis.lucid);

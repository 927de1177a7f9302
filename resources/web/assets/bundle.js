/* The container of an evidence bundle and the small documents in it: docs/formats/bundle.md. */
"use strict";

(function (lucid) {
  const { Failure, Fields, refusedAs } = lucid;
  const { equal } = lucid.octets;
  const HEADER_BYTES = 64;
  const HASHED_BYTES = 32;
  const LARGEST_TABLE = 1 << 20;
  const LARGEST_DOCUMENT = 16 << 20;
  const LARGEST_CHUNK = 64 << 20;
  const MOST_SECTIONS = 1 << 21;
  const MOST_CHUNKS = 1 << 20;
  const LONGEST_PATH = 64;
  const NAME = /^[a-z][a-z_]{0,31}(?:\/[0-9]{8})?$/;
  const NEEDED = ["manifest", "signatures", "anchors", "inclusion_proofs"];

  const malformed = (section, reason) => new Failure("bundle_malformed", { section, reason });

  /** Read where the table is: offset and length. */
  function readHeader(data) {
    const wrong = (reason) => malformed("header", reason);
    if (data.length < HEADER_BYTES) {
      throw wrong("the file is too short");
    }
    const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
    if (!equal(data.subarray(0, 8), lucid.octets.encode("LucidEvd"))) {
      throw wrong("it does not begin as a bundle does");
    }
    const version = view.getUint16(8, true);
    if (version !== 1) {
      throw new Failure("bundle_version_unsupported", { found: version, known: "1" });
    }
    const [offset, length] = [view.getBigUint64(16, true), view.getBigUint64(24, true)];
    const isPlain = view.getUint16(10, true) === HEADER_BYTES && view.getUint32(12, true) === 0;
    if (!isPlain || length > LARGEST_TABLE) {
      throw wrong("its sizes are impossible");
    }
    if (offset + length !== BigInt(data.length)) {
      throw wrong(`the file is ${offset + length > data.length ? "cut short" : "followed by more"}`);
    }
    return [Number(offset), Number(length)];
  }

  function readTable(data, offset) {
    const table = data.subarray(offset);
    const hashed = lucid.blake3(data.subarray(0, HASHED_BYTES), table);
    if (!equal(hashed, data.subarray(HASHED_BYTES, HEADER_BYTES))) {
      throw new Failure("bundle_altered", { section: "table" });
    }
    const wrong = (reason) => malformed("table", reason);
    const value = refusedAs(() => lucid.loadCanonicalJson(table, LARGEST_TABLE), wrong);
    const sections = new Fields(value, wrong).wholeOf((fields) => {
      fields.constant("format", "lucid-bundle-table");
      fields.whole("version", 1, 1);
      return fields.items("sections", readSection, MOST_SECTIONS);
    });
    checkSections(sections, offset);
    return sections;
  }

  function readSection(fields) {
    return {
      name: fields.matching("name", NAME),
      offset: fields.whole("offset"),
      length: fields.whole("length"),
      hash: fields.octets("blake3", 32),
    };
  }

  /** Sections lie end to end between header and table, and each name stands once. */
  function checkSections(sections, tableOffset) {
    let end = HEADER_BYTES;
    for (const each of sections) {
      if (each.offset !== end) {
        throw malformed(each.name, "it does not begin where the last one ends");
      }
      end += each.length;
    }
    if (end !== tableOffset) {
      throw malformed("table", "there are bytes that no section names");
    }
    const names = new Set(sections.map((each) => each.name));
    if (names.size !== sections.length) {
      throw malformed("table", "a section is named twice");
    }
    for (const needed of NEEDED) {
      if (!names.has(needed)) {
        throw malformed(needed, "it is missing");
      }
    }
  }

  /** A bundle in memory. `load` comes first. */
  class Bundle {
    /** @param {Uint8Array} data */
    constructor(data) {
      this.data = data;
      this.sections = new Map();
    }

    load() {
      const [offset] = readHeader(this.data);
      this.sections = new Map(readTable(this.data, offset).map((each) => [each.name, each]));
    }

    has(name) {
      return this.sections.has(name);
    }

    /** Give the bytes of a section; whether they are as they were written is for the hash. */
    read(name, largest = LARGEST_DOCUMENT) {
      const section = this.sections.get(name);
      if (section.length > largest) {
        throw malformed(name, "it is too large");
      }
      return this.data.subarray(section.offset, section.offset + section.length);
    }

    chunkIndexes() {
      const names = [...this.sections.keys()].filter((name) => name.startsWith("chunk/"));
      return names.map((name) => Number(name.slice("chunk/".length))).sort((one, other) => one - other);
    }
  }

  /** Read one of the small documents: `format` with version 1, and what `read` takes of it. */
  function readDocument(octets, section, format, read, newest = 1) {
    const wrong = (reason) => malformed(section, reason);
    const value = refusedAs(() => lucid.loadCanonicalJson(octets, LARGEST_DOCUMENT), wrong);
    return new Fields(value, wrong).wholeOf((fields) => {
      fields.constant("format", format);
      return read(fields, fields.whole("version", 1, newest));
    });
  }

  const readIndex = (fields) => fields.whole("index", 0, MOST_CHUNKS);

  function readInclusionProofs(octets) {
    return readDocument(octets, "inclusion_proofs", "lucid-inclusion-proofs", (fields) =>
      fields.items("proofs", (each) => ({ index: readIndex(each), path: each.octetsList("path", LONGEST_PATH, 32) })),
    );
  }

  /** Read the disclosed keys: for each, only whether its chunk is here matters on this page. */
  function readChunkKeys(octets) {
    const keys = readDocument(octets, "chunk_keys", "lucid-chunk-keys", (fields) =>
      fields.items("keys", (each) => {
        const index = readIndex(each);
        each.octets("key", 32);
        return index;
      }),
    );
    if (new Set(keys).size !== keys.length) {
      throw malformed("chunk_keys", "a key is given twice");
    }
    return keys;
  }

  const readTrailKey = (octets) =>
    readDocument(octets, "trail_key", "lucid-trail-key", (fields) => fields.octets("key", 32));

  Object.assign(lucid, {
    Bundle,
    LARGEST_CHUNK,
    bundleMalformed: malformed,
    readChunkKeys,
    readDocument,
    readInclusionProofs,
    readTrailKey,
  });
})(globalThis.lucid);

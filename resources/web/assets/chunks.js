/* The chunks of a bundle as they lie in it, against their rows in the manifest; and the head of a trail's file.
 * Neither is opened on this page. docs/formats/chunk.md, docs/formats/trail.md. */
"use strict";

(function (lucid) {
  const { Failure, NotChecked, counted } = lucid;
  const { encode, equal } = lucid.octets;
  const HEADER_BYTES = 128;
  const TAG_BYTES = 16;
  const FRAME_BYTES = 32n; // of one entry of the frame table
  const LARGEST_VIDEO = 16 << 20;
  const MOST_FRAMES = Math.floor(LARGEST_VIDEO / 188) + 1;
  const TRAIL_HEADER_BYTES = 64;
  const NAMED = 5;

  const viewOf = (octets) => new DataView(octets.buffer, octets.byteOffset, octets.length);

  /** Read a chunk's header; the first thing that is wrong with it is thrown. */
  function readChunkHeader(stored, index) {
    const malformed = (field) => new Failure("chunk_malformed", { index, field });
    const least = HEADER_BYTES + TAG_BYTES;
    const view = viewOf(stored);
    if (!equal(stored.subarray(0, 8), encode("LucidChk"))) {
      throw malformed("magic");
    }
    if (view.getUint16(8, true) !== 1) {
      throw new Failure("chunk_version_unsupported", { index, found: view.getUint16(8, true), known: 1 });
    }
    if (view.getUint16(10, true) !== HEADER_BYTES) {
      throw malformed("header size");
    }
    if (stored.length < least) {
      throw new Failure("chunk_truncated", { index, expected: least, found: stored.length });
    }
    return checkedHeader(stored, view, index, malformed);
  }

  function checkedHeader(stored, view, index, malformed) {
    const flags = view.getUint32(12, true);
    const [storedBytes, payload, plain] = [16, 24, 32].map((at) => view.getBigUint64(at, true));
    const [video, frames] = [view.getUint32(40, true), view.getUint32(44, true)];
    if (flags > 1 || view.getUint32(68, true) !== 0) {
      throw malformed("flags");
    }
    const isWhole = storedBytes === payload + BigInt(HEADER_BYTES + TAG_BYTES);
    const isPlain = plain === BigInt(video) + BigInt(frames) * FRAME_BYTES;
    const isBounded = video <= LARGEST_VIDEO && frames <= MOST_FRAMES;
    if (!isWhole || !isPlain || !isBounded || !(flags ? payload < plain : payload === plain)) {
      throw malformed("sizes");
    }
    if (BigInt(stored.length) !== storedBytes) {
      throw new Failure("chunk_truncated", { index, expected: Number(storedBytes), found: stored.length });
    }
    return {
      session: stored.subarray(48, 64),
      index: view.getUint32(64, true),
      isCompressed: flags === 1,
      storedBytes: Number(storedBytes),
      plainBytes: video,
      frames,
      times: [72, 80, 88, 96].map((at) => view.getBigUint64(at, true)),
    };
  }

  /** Give what is wrong with a stored chunk, or null. @param {Uint8Array} leaf what its bytes hash to */
  function damageOf(stored, leaf, manifest, expected) {
    try {
      checkStored(stored, leaf, manifest, expected);
      return null;
    } catch (error) {
      if (error instanceof Failure) {
        return error;
      }
      throw error;
    }
  }

  function checkStored(stored, leaf, manifest, expected) {
    const { index } = expected;
    if (stored.length < HEADER_BYTES + TAG_BYTES) {
      throw new Failure("chunk_truncated", { index, expected: expected.storedBytes, found: stored.length });
    }
    const header = readChunkHeader(stored, index);
    if (!equal(header.session, manifest.sessionOctets) || header.index !== index) {
      const found_session = lucid.octets.toHex(header.session).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      throw new Failure("chunk_misplaced", { index, found_index: header.index, found_session });
    }
    if (!equal(leaf, expected.leaf)) {
      throw new Failure("chunk_altered", { index });
    }
    const row = [BigInt(expected.firstAtNs), BigInt(expected.lastAtNs), expected.firstUtcNs, expected.lastUtcNs];
    const isRow =
      row.every((time, at) => time === header.times[at]) &&
      ["isCompressed", "storedBytes", "plainBytes", "frames"].every((name) => header[name] === expected[name]);
    if (!isRow) {
      throw new Failure("chunk_malformed", { index, field: "header, which is not what the manifest says" });
    }
  }

  /** Say how many chunks are there and as they were sealed; throws the first failure.
   * @param {{lookedAt: number, storedBytes: number, damaged: Map<number, Failure>}} findings */
  function chunksSummary(findings, manifest) {
    const failing = [...findings.damaged.keys()].sort((one, other) => one - other);
    if (failing.length > 0) {
      const first = findings.damaged.get(failing[0]);
      if (failing.length > 1) {
        const named = failing.slice(0, NAMED).join(", ") + (failing.length > NAMED ? "…" : "");
        Object.assign(first.facts, { failing: failing.length, failing_indexes: named });
      }
      throw first;
    }
    const all = counted(manifest.chunks.length, "chunk");
    if (findings.lookedAt === 0 && manifest.chunks.length > 0) {
      throw new NotChecked(`none of ${all} is here`);
    }
    return (
      `${findings.lookedAt} of ${all} are here, ${findings.storedBytes} bytes, ` +
      "and each has the leaf that the manifest lists."
    );
  }

  /** Check that a file begins as the trail of a session does. @param {Uint8Array} data */
  function checkTrailHeader(data, sessionOctets) {
    const malformed = (field) => new Failure("trail_malformed", { field });
    if (data.length < TRAIL_HEADER_BYTES) {
      throw malformed("header");
    }
    const view = viewOf(data);
    if (!equal(data.subarray(0, 8), encode("LucidTrl")) || view.getUint16(10, true) !== TRAIL_HEADER_BYTES) {
      throw malformed("header");
    }
    if (view.getUint16(8, true) !== 1) {
      throw malformed("version");
    }
    if (!equal(data.subarray(16, 32), sessionOctets)) {
      throw malformed("session");
    }
    if (view.getUint32(12, true) !== 0) {
      throw malformed("wrapped key");
    }
  }

  Object.assign(lucid, { checkTrailHeader, chunksSummary, damageOf });
})(globalThis.lucid);

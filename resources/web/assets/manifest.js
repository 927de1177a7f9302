/* The manifest and its signatures: docs/formats/manifest.md. */
"use strict";

(function (lucid) {
  const { Failure, Fields, refusedAs } = lucid;
  const LARGEST_MANIFEST = 64 << 20;
  const LARGEST_CHUNK = 64 << 20;
  const LARGEST_SIGNATURES = 4096;
  const MANY = 1 << 20;
  const REASON = /^[a-z][a-z0-9_]{0,63}$/;
  const SESSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  const malformed = (field) => new Failure("manifest_malformed", { field });

  /** Read a manifest; a newer one is told apart from one that breaks the format. @param {Uint8Array} octets */
  function readManifest(octets) {
    const loose = new Fields(refusedAs(() => lucid.loadJson(octets, LARGEST_MANIFEST), malformed), malformed);
    loose.constant("format", "lucid-manifest");
    const version = loose.whole("version", 1);
    if (version !== 1) {
      throw new Failure("manifest_version_unsupported", { found: version, known: "1" });
    }
    const value = refusedAs(() => lucid.loadCanonicalJson(octets, LARGEST_MANIFEST), malformed);
    return new Fields(value, malformed).wholeOf(readMembers);
  }

  function readMembers(fields) {
    fields.constant("format", "lucid-manifest");
    fields.whole("version", 1, 1);
    const devicePublicKey = fields.octets("device_public_key", 32);
    const deviceFingerprint = lucid.octets.toHex(lucid.blake3(devicePublicKey));
    fields.constant("device_fingerprint", deviceFingerprint);
    const durationNs = fields.whole("duration_ns");
    const facts = readFacts(fields);
    const chunks = readChunks(fields, durationNs);
    const gaps = fields.items("gaps", readGap);
    checkTimes(gaps.map((gap, at) => [`gaps[${at}]`, gap.fromNs, gap.untilNs]), durationNs);
    return {
      devicePublicKey,
      deviceFingerprint,
      durationNs,
      ...facts,
      chunks,
      gaps,
      tree: new lucid.MerkleTree(chunks.map((chunk) => chunk.leaf)),
      chunkCount: fields.whole("chunk_count", 0, MANY),
      merkleRoot: fields.octets("merkle_root", 32),
      policy: fields.taken("policy", lucid.isObject),
      policyHash: fields.octets("policy_hash", 32),
      policySignature: fields.has("policy_signature") ? fields.octets("policy_signature", 64) : null,
      trail: readHead(fields, "trail", "entries"),
      keys: readHead(fields, "keys", "records"),
    };
  }

  function readFacts(fields) {
    const sessionId = fields.matching("session_id", SESSION_ID);
    return {
      sessionId,
      sessionOctets: lucid.octets.fromHex(sessionId.replaceAll("-", "")),
      ephemeralPublicKey: fields.octets("ephemeral_public_key", 32),
      softwareVersion: fields.text("software_version", 1, 64),
      source: fields.text("source", 1, 256),
      encoder: fields.text("encoder", 0, 64),
      width: fields.whole("width", 0, 65535),
      height: fields.whole("height", 0, 65535),
      framesPerSecond: fields.whole("frames_per_second", 0, 1000),
      startedUtcMs: fields.whole("started_utc_ms"),
      endedUtcMs: fields.whole("ended_utc_ms"),
      wasInterrupted: fields.flag("was_interrupted"),
      endReason: fields.matching("end_reason", REASON),
    };
  }

  function readHead(fields, name, counted) {
    if (!fields.has(name)) {
      return null;
    }
    return fields.members(name, (head) => ({ count: head.whole(counted, 1, MANY), hash: head.octets("head", 32) }));
  }

  function readChunks(fields, durationNs) {
    const chunks = fields.items("chunks", readChunk);
    chunks.forEach((chunk, at) => {
      if (chunk.index !== at) {
        throw fields.wrong(`chunks[${at}].index`);
      }
    });
    // A chunk without video stands for one of which nothing could be recovered; it has no times.
    const timed = chunks.filter((chunk) => chunk.plainBytes > 0);
    checkTimes(timed.map((chunk) => [`chunks[${chunk.index}]`, chunk.firstAtNs, chunk.lastAtNs]), durationNs);
    return chunks;
  }

  function readChunk(fields) {
    return {
      index: fields.whole("index"),
      firstAtNs: fields.whole("first_at_ns"),
      lastAtNs: fields.whole("last_at_ns"),
      firstUtcNs: fields.decimal("first_utc_ns"),
      lastUtcNs: fields.decimal("last_utc_ns"),
      plainBytes: fields.whole("plain_bytes", 0, LARGEST_CHUNK),
      storedBytes: fields.whole("stored_bytes", 1, LARGEST_CHUNK),
      isCompressed: fields.flag("is_compressed"),
      frames: fields.whole("frames", 0, LARGEST_CHUNK),
      leaf: fields.octets("leaf", 32),
    };
  }

  function readGap(fields) {
    return {
      fromNs: fields.whole("from_ns"),
      untilNs: fields.whole("until_ns"),
      reason: fields.matching("reason", REASON),
    };
  }

  /** Stretches do not overlap, do not run backwards, and end within the session. */
  function checkTimes(stretches, durationNs) {
    let last = 0;
    for (const [name, first, until] of stretches) {
      if (!(last <= first && first <= until && until <= durationNs)) {
        throw malformed(`${name} times`);
      }
      last = until;
    }
  }

  /** Read the signatures that belong to a manifest. @param {Uint8Array} manifestOctets @param {Uint8Array} octets */
  function readSignatures(manifestOctets, octets) {
    const wrong = (reason) => malformed(`signatures: ${reason}`);
    const value = refusedAs(() => lucid.loadCanonicalJson(octets, LARGEST_SIGNATURES), wrong);
    const inside = (field) => malformed(`signatures.${field}`);
    const found = new Fields(value, inside).wholeOf((fields) => {
      fields.constant("format", "lucid-manifest-signatures");
      fields.whole("version", 1, 1);
      return {
        manifestHash: fields.octets("manifest_hash", 32),
        device: fields.octets("device_signature", 64),
        session: fields.octets("session_signature", 64),
      };
    });
    if (!lucid.octets.equal(found.manifestHash, lucid.blake3(manifestOctets))) {
      throw new Failure("manifest_signature_wrong", { signer: "manifest_hash" });
    }
    return found;
  }

  Object.assign(lucid, { manifestMalformed: malformed, readManifest, readSignatures });
})(globalThis.lucid);

/* The verification of a bundle: every section is read once, then the checks are made, in the order and with the names
 * of `lucid proof verify`. A check that fails does not hide the others. */
"use strict";

(function (lucid) {
  const { Failure, NotChecked, bundleMalformed, counted, manifestChecks, anchorChecks } = lucid;
  const PIECE = 1 << 20;
  const ITSELF = "nothing beside the manifest itself";
  const ELSEWHERE = "this page opens nothing that is sealed; lucid proof verify does";

  /** Verifies one bundle. */
  class Verification {
    /** @param {Uint8Array} data @param {object} pins
     * @param {(done: number, total: number) => Promise<void>} progress */
    constructor(data, pins, progress) {
      this.bundle = new lucid.Bundle(data);
      this.total = data.length;
      this.progress = progress;
      this.table = new lucid.Part("the bundle", () => this.bundle.load());
      this.keys = new lucid.Part("the chunk keys", () =>
        this.bundle.has("chunk_keys") ? lucid.readChunkKeys(this.document("chunk_keys")) : [],
      );
      this.evidence = new lucid.Evidence((name) => this.document(name), pins);
      this.altered = [];
      this.findings = { lookedAt: 0, storedBytes: 0, damaged: new Map() };
      this.checks = [];
      this.root = "nothing_yet";
    }

    async run() {
      const started = Date.now();
      if (this.table.isThere) {
        await this.readEverything();
      }
      await this.check("bundle_integrity", "nothing: it finds damage, not forgery", () => this.integrity());
      await this.checkManifest();
      await this.checkContents();
      await this.checkAnchors();
      return {
        session_id: this.evidence.manifest.isThere ? this.evidence.manifest.value.sessionId : null,
        holds: this.checks.every((check) => check.outcome !== "fails"),
        checks: this.checks,
        root_of_trust: this.root,
        duration_s: (Date.now() - started) / 1000,
        facts: this.evidence.manifest.isThere ? factsOf(this.evidence.manifest.value) : null,
      };
    }

    /** Make one check: `work` gives its summary, or throws Failure or NotChecked. Other work may have its turn then. */
    async check(name, restsOn, work) {
      try {
        this.checks.push({ name, outcome: "holds", summary: work(), rests_on: restsOn, failure: null });
      } catch (error) {
        if (error instanceof NotChecked) {
          const summary = `Not checked: ${error.message}.`;
          this.checks.push({ name, outcome: "not_checked", summary, rests_on: "nothing yet", failure: null });
        } else if (error instanceof Failure) {
          const failure = { code: error.code, facts: error.facts };
          const { what, next } = lucid.sentenceFor(failure);
          this.checks.push({ name, outcome: "fails", summary: what, next, rests_on: restsOn, failure });
        } else {
          throw error;
        }
      }
      await this.progress(this.total, this.total);
    }

    async checkManifest() {
      const { evidence } = this;
      const run = (name, restsOn, work) => this.check(name, restsOn, () => work(evidence));
      await run("manifest_schema", ITSELF, manifestChecks.manifestSchema);
      await run("device_signature", manifestChecks.deviceRestsOn(evidence), manifestChecks.deviceSignature);
      await run("session_signature", "the session's public key: see session_id", manifestChecks.sessionSignature);
      await run("session_id", "the anchor of the opening", manifestChecks.sessionId);
      await run("policy_hash", "the anchor of the opening, where there is one", manifestChecks.checkedPolicyHash);
      await run("policy", "the device's key: see device_signature", manifestChecks.checkedPolicy);
      await run("merkle_root", ITSELF, manifestChecks.checkedMerkleRoot);
      await run("chunk_count", "the anchor of the seal, where there is one", manifestChecks.chunkCount);
    }

    async checkContents() {
      await this.check("inclusion_proofs", "the Merkle root: see sealed_anchor", () => this.inclusion());
      await this.check("chunks", "the leaves: see merkle_root", () =>
        lucid.chunksSummary(this.findings, this.evidence.manifest.value),
      );
      await this.check("chunk_contents", "the chunks, and the keys in the bundle", () => this.contents());
      await this.check("trail", "the head in the manifest, and the key in the bundle", () => this.trail());
      if (this.hasKeyLog()) {
        await this.check("key_log", "the head in the manifest", () => this.keyLog());
      }
    }

    async checkAnchors() {
      const { evidence } = this;
      const run = (name, restsOn, work) => this.check(name, restsOn, () => work(evidence));
      await run("opened_anchor", anchorChecks.anchorRestsOn(evidence, "opened"), anchorChecks.openedAnchor);
      await run("sealed_anchor", anchorChecks.anchorRestsOn(evidence, "sealed"), anchorChecks.sealedAnchor);
      await run("progress_anchors", "the blocks' headers: see header_trust", anchorChecks.progressAnchors);
      await run("anchored_time", "the clocks of the appliance and of the chain's publisher", anchorChecks.anchoredTime);
      if (anchorChecks.isInBatch(evidence)) {
        await run("single_use", "the contract's word as of now, from the node that was asked", anchorChecks.singleUse);
      }
      await run("header_trust", anchorChecks.trustRestsOn(evidence), (each) => {
        const [root, summary] = anchorChecks.headerTrust(each);
        this.root = root;
        return summary;
      });
    }

    /** Read every section once: its hash, and its leaf if it is a chunk. */
    async readEverything() {
      const manifest = this.evidence.manifest.isThere ? this.evidence.manifest.value : null;
      let done = 0;
      for (const section of this.bundle.sections.values()) {
        const index = section.name.startsWith("chunk/") ? Number(section.name.slice("chunk/".length)) : null;
        await this.readSection(section, index, manifest, done);
        done += section.length;
      }
    }

    async readSection(section, index, manifest, done) {
      const data = this.bundle.data.subarray(section.offset, section.offset + section.length);
      const expected = index === null || manifest === null ? null : (manifest.chunks[index] ?? null);
      const hashers = [new lucid.Blake3(), ...(expected ? [lucid.leafHasher()] : [])];
      for (let at = 0; at < data.length; at += PIECE) {
        const piece = data.subarray(at, at + PIECE);
        hashers.forEach((hasher) => hasher.update(piece));
        await this.progress(done + at + piece.length, this.total);
      }
      const [hash, leaf] = hashers.map((hasher) => hasher.digest());
      if (!lucid.octets.equal(hash, section.hash)) {
        this.altered.push(new Failure("bundle_altered", { section: section.name }));
      } else if (index !== null && manifest !== null && expected === null) {
        this.altered.push(bundleMalformed(section.name, "the manifest lists no such chunk"));
      }
      if (expected !== null) {
        this.lookAt(data, leaf, manifest, expected);
      }
    }

    lookAt(data, leaf, manifest, expected) {
      const damage = lucid.damageOf(data, leaf, manifest, expected);
      this.findings.lookedAt += 1;
      this.findings.storedBytes += expected.storedBytes;
      if (damage !== null) {
        this.findings.damaged.set(expected.index, damage);
      }
    }

    integrity() {
      this.table.read();
      if (this.altered.length > 0) {
        throw this.altered[0];
      }
      return `All ${this.bundle.sections.size} sections, ${this.total} bytes, are as they were written.`;
    }

    inclusion() {
      const manifest = this.evidence.manifest.value;
      const proofs = lucid.readInclusionProofs(this.document("inclusion_proofs"));
      return manifestChecks.checkInclusion(manifest, proofs, this.bundle.chunkIndexes());
    }

    contents() {
      this.evidence.manifest.value;
      const keys = this.keys.read();
      const here = new Set(this.bundle.chunkIndexes());
      if (!keys.every((index) => here.has(index))) {
        throw bundleMalformed("chunk_keys", "it holds keys of chunks that are not here");
      }
      throw new NotChecked(keys.length ? ELSEWHERE : "no key is at hand, so the chunks stay sealed");
    }

    trail() {
      const manifest = this.evidence.manifest.value;
      if (this.bundle.has("trail_key") && !this.bundle.has("trail")) {
        throw bundleMalformed("trail_key", "the trail that it opens is not here");
      }
      if (this.bundle.has("trail") && manifest.trail === null) {
        throw bundleMalformed("trail", "the manifest has none");
      }
      this.requireTrailHead(manifest);
      if (!this.bundle.has("trail")) {
        throw new NotChecked("the trail is not here");
      }
      if (this.bundle.has("trail_key")) {
        lucid.readTrailKey(this.document("trail_key"));
      }
      lucid.checkTrailHeader(this.bundle.read("trail", lucid.LARGEST_CHUNK), manifest.sessionOctets);
      const said = `no key is at hand, so the ${counted(manifest.trail.count, "entry")} of the trail stay sealed`;
      throw new NotChecked(this.bundle.has("trail_key") ? ELSEWHERE : said);
    }

    requireTrailHead(manifest) {
      if (manifest.trail === null && lucid.hasTrail(manifest.policy)) {
        throw new Failure("trail_malformed", { field: "the manifest's trail" });
      }
      if (manifest.trail === null) {
        throw new NotChecked("nobody could join the session, so it has no trail");
      }
    }

    /** Tell whether there is, or should be, a record of what was typed; most sessions have none. */
    hasKeyLog() {
      if (!this.evidence.manifest.isThere) {
        return false;
      }
      const manifest = this.evidence.manifest.value;
      return lucid.recordsKeys(manifest.policy) || manifest.keys !== null;
    }

    keyLog() {
      const manifest = this.evidence.manifest.value;
      if (manifest.keys === null || !lucid.recordsKeys(manifest.policy)) {
        throw new Failure("key_log_malformed", { field: "the manifest's keys" });
      }
      throw new NotChecked(`what was typed, ${counted(manifest.keys.count, "record")}, is never part of a bundle`);
    }

    /** Read a document, whole or altered; what it then holds is checked on its own. */
    document(name) {
      if (!this.table.isThere) {
        throw new NotChecked("the bundle cannot be read");
      }
      return this.bundle.read(name);
    }
  }

  /** Say what the manifest tells of the session, in what a message between threads can carry. */
  function factsOf(manifest) {
    return {
      device_fingerprint: manifest.deviceFingerprint,
      source: manifest.source,
      started_utc_ms: manifest.startedUtcMs,
      ended_utc_ms: manifest.endedUtcMs,
      duration_s: manifest.durationNs / 1e9,
      chunks: manifest.chunks.length,
      gaps: manifest.gaps.length,
      end_reason: manifest.endReason,
      was_interrupted: manifest.wasInterrupted,
    };
  }

  /** Verify a bundle. `progress` hears done and total bytes, and may give other work its turn.
   * @param {Uint8Array} data @param {{checkpoint?: Uint8Array, device?: string, contract?: Uint8Array}} pins
   * @param {(done: number, total: number) => Promise<void>} progress */
  function verifyBundle(data, pins = {}, progress = async () => {}) {
    return new Verification(data, pins, progress).run();
  }

  Object.assign(lucid, { verifyBundle });
})(globalThis.lucid);

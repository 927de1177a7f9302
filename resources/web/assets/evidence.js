/* The evidence about one session: each part is read when a check first needs it. */
"use strict";

(function (lucid) {
  const { Failure, NotChecked } = lucid;

  /** A part of the evidence that several checks need. `read` throws what reading it threw, for the check that is about
   * it; `value` throws NotChecked then, for the checks that only need it. */
  class Part {
    /** @param {string} name @param {() => any} read */
    constructor(name, read) {
      this.name = name;
      this.work = read;
      this.outcome = null;
    }

    read() {
      this.outcome ??= this.attempt();
      if (this.outcome.error) {
        throw this.outcome.error;
      }
      return this.outcome.found;
    }

    attempt() {
      try {
        return { found: this.work() };
      } catch (error) {
        if (error instanceof Failure || error instanceof NotChecked) {
          return { error };
        }
        throw error;
      }
    }

    get value() {
      try {
        return this.read();
      } catch (error) {
        throw error instanceof Failure ? new NotChecked(`${this.name} cannot be relied on`) : error;
      }
    }

    get isThere() {
      try {
        this.read();
        return true;
      } catch (error) {
        if (error instanceof Failure || error instanceof NotChecked) {
          return false;
        }
        throw error;
      }
    }
  }

  /** What the checks look at. */
  class Evidence {
    /** @param {(name: string) => Uint8Array} document gives a section of the bundle
     * @param {{checkpoint?: Uint8Array, device?: string, contract?: Uint8Array}} pins what the reader knows from
     *   elsewhere: a trusted block's hash, the device's fingerprint (hex), the contract's address */
    constructor(document, pins) {
      this.pins = pins;
      this.manifestOctets = new Part("the manifest", () => document("manifest"));
      this.manifest = new Part("the manifest", () => lucid.readManifest(this.manifestOctets.read()));
      this.signed = new Part("the signatures", () =>
        lucid.readSignatures(this.manifestOctets.value, document("signatures")),
      );
      this.anchors = new Part("the anchors", () => lucid.readAnchors(document("anchors")));
      this.opened = new Part("the anchor of the opening", () =>
        this.anchored(this.anchors.read().opened, "opened", "opening"),
      );
      this.sealed = new Part("the anchor of the seal", () =>
        this.anchored(this.anchors.read().sealed, "sealed", "seal"),
      );
    }

    progress() {
      return this.anchors.value.progress.map((proof) => this.anchored(proof, "progress", "progress"));
    }

    /** Verify a proof and find the one event of its kind. */
    anchored(proof, kind, name) {
      if (proof === null) {
        throw new NotChecked(`nothing anchors the ${name} yet`);
      }
      const { contract } = this.pins;
      if (contract && !lucid.octets.equal(contract, proof.contract)) {
        throw new Failure("anchor_mismatch", { field: "contract" });
      }
      const found = lucid.verifyProof(proof);
      const events = lucid.eventsOf(found, this.manifest.value.sessionOctets).filter((event) => event.kind === kind);
      if (events.length !== 1) {
        throw new Failure("anchor_mismatch", { field: "session_id" });
      }
      return { ...found, event: events[0] };
    }
  }

  Object.assign(lucid, { Evidence, Part });
})(globalThis.lucid);

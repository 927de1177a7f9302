/* Checks of what the manifest says, by itself and by its signatures. Each gives its summary or throws. */
"use strict";

(function (lucid) {
  const { Failure, NotChecked, counted } = lucid;
  const { concat, encode, equal, toHex } = lucid.octets;
  const DEVICE_DOMAIN = encode("lucid manifest device signature v1\0");
  const SESSION_DOMAIN = encode("lucid manifest session signature v1\0");
  const POLICY_DOMAIN = encode("lucid policy device signature v1\0");

  const beginning = (octets) => `${toHex(octets).slice(0, 16)}…`;

  /** Write a number with one digit behind the point; of two as near the even one, as Python does. */
  function oneDigit(value) {
    return (value * 4) % 4 === 1 ? `${Math.floor(value)}.2` : value.toFixed(1);
  }

  function manifestSchema(evidence) {
    const manifest = evidence.manifest.read();
    const parts = [counted(manifest.chunks.length, "chunk"), counted(manifest.gaps.length, "gap")];
    return `The manifest is well formed (version 1): ${parts.join(", ")}, ${oneDigit(manifest.durationNs / 1e9)} s.`;
  }

  function checkSignature(evidence, key, domain, signer, signature) {
    const message = concat(domain, lucid.blake3(evidence.manifestOctets.value));
    if (!lucid.verifySignature(key, message, signature)) {
      throw new Failure("manifest_signature_wrong", { signer });
    }
  }

  function deviceSignature(evidence) {
    const manifest = evidence.manifest.value;
    checkSignature(evidence, manifest.devicePublicKey, DEVICE_DOMAIN, "device", evidence.signed.read().device);
    const pinned = evidence.pins.device;
    if (pinned && pinned !== manifest.deviceFingerprint) {
      throw new Failure("manifest_signature_wrong", { signer: "pinned_device" });
    }
    const known = pinned ? "the one that was expected" : "known from the manifest alone";
    const shown = manifest.deviceFingerprint.slice(0, 16).match(/.{4}/g).join(" ");
    return `Device ${shown}… signed the manifest; the device is ${known}.`;
  }

  function deviceRestsOn(evidence) {
    return evidence.pins.device
      ? "the device fingerprint that was given"
      : "the device fingerprint in the manifest: compare it with the appliance's own";
  }

  function sessionSignature(evidence) {
    const key = evidence.manifest.value.ephemeralPublicKey;
    checkSignature(evidence, key, SESSION_DOMAIN, "session", evidence.signed.read().session);
    return `The session's own key ${beginning(key)} signed the manifest.`;
  }

  function sessionId(evidence) {
    const manifest = evidence.manifest.value;
    if (!equal(evidence.opened.value.event.ephemeralKey, manifest.ephemeralPublicKey)) {
      throw new Failure("anchor_mismatch", { field: "ephemeral_public_key" });
    }
    return `Session ${manifest.sessionId} was opened with the key that signed its manifest.`;
  }

  function checkedPolicyHash(evidence) {
    const manifest = evidence.manifest.value;
    if (!equal(lucid.policyHash(manifest.policy), manifest.policyHash)) {
      throw lucid.manifestMalformed("policy_hash");
    }
    const shown = beginning(manifest.policyHash);
    if (!evidence.opened.isThere) {
      return `The policy's hash ${shown} is the manifest's; no anchor confirms it yet.`;
    }
    if (!equal(evidence.opened.value.event.policyHash, manifest.policyHash)) {
      throw new Failure("anchor_mismatch", { field: "policy_hash" });
    }
    return `The policy's hash ${shown} is the one that was anchored when the session opened.`;
  }

  function checkedPolicy(evidence) {
    const manifest = evidence.manifest.value;
    const { policy } = manifest;
    if (lucid.isSandbox(policy)) {
      return "Nobody can join a session under this policy; it is always the same and needs no signature.";
    }
    if (!lucid.hasTrail(policy)) {
      throw new NotChecked("this version does not know such a policy");
    }
    const hashed = lucid.policyHash(policy);
    const signature = manifest.policySignature ?? new Uint8Array(0);
    const isSigned = lucid.verifySignature(manifest.devicePublicKey, concat(POLICY_DOMAIN, hashed), signature);
    if (!isSigned || !equal(hashed, manifest.policyHash)) {
      throw new Failure("policy_signature_wrong");
    }
    const { profile, rules } = lucid.readHostedPolicy(policy);
    const all = Object.values(rules);
    const count = (rule) => all.filter((each) => each === rule).length;
    return (
      `The device signed the policy, profile ${profile}: ${count("allow")} of ${all.length} capabilities allowed, ` +
      `${count("ask")} to be asked for, ${count("deny")} denied.`
    );
  }

  function checkedMerkleRoot(evidence) {
    const manifest = evidence.manifest.value;
    if (!equal(manifest.tree.root(), manifest.merkleRoot)) {
      throw new Failure("proof_wrong", { claim: "merkle_root", reason: "the leaves have another root" });
    }
    return `The root over ${counted(manifest.tree.count, "leaf")} is ${beginning(manifest.merkleRoot)}.`;
  }

  function chunkCount(evidence) {
    const manifest = evidence.manifest.value;
    if (manifest.chunkCount !== manifest.chunks.length) {
      throw lucid.manifestMalformed("chunk_count");
    }
    const listed = `The manifest lists ${counted(manifest.chunks.length, "chunk")}`;
    if (!evidence.sealed.isThere) {
      return `${listed}, as it says; no anchor confirms it yet.`;
    }
    if (evidence.sealed.value.event.chunkCount !== manifest.chunkCount) {
      throw new Failure("anchor_mismatch", { field: "chunk_count" });
    }
    return `${listed}, as was anchored.`;
  }

  /** Check that each proof leads to the root, and that no chunk here is without one. */
  function checkInclusion(manifest, proofs, needed) {
    const wrong = (index, reason) => new Failure("proof_wrong", { claim: `inclusion of chunk ${index}`, reason });
    for (const { index, path } of proofs) {
      const leaf = manifest.chunks[index]?.leaf;
      if (!leaf || !lucid.verifyInclusion(leaf, index, manifest.chunkCount, path, manifest.merkleRoot)) {
        throw wrong(index, "another root");
      }
    }
    const proved = new Set(proofs.map((each) => each.index));
    const missing = needed.find((index) => !proved.has(index));
    if (missing !== undefined) {
      throw wrong(missing, "it is missing");
    }
    return `The root is reached by ${counted(proofs.length, "inclusion proof")}.`;
  }

  lucid.manifestChecks = {
    checkInclusion,
    checkedMerkleRoot,
    checkedPolicy,
    checkedPolicyHash,
    chunkCount,
    deviceRestsOn,
    deviceSignature,
    manifestSchema,
    sessionId,
    sessionSignature,
  };
})(globalThis.lucid);

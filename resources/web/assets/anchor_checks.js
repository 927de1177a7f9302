/* Checks of what the chain says about the session, and of what the chain's word rests on. */
"use strict";

(function (lucid) {
  const { Failure, NotChecked, counted } = lucid;
  const { equal, toHex } = lucid.octets;
  const TOLERANCE_S = 120;
  const LATEST_S = 3600;
  // A hardware clock that is kept in local time is wrong by up to 14 hours until it is set.
  const LARGEST_SETTING_BACK_S = 14 * 3600;
  const LAST_SECOND_OF_9999 = 253402300799n;

  const mismatch = (field) => new Failure("anchor_mismatch", { field });
  const address = (octets) => `0x${toHex(octets)}`;
  const place = ({ header }) => `${header.number} (0x${toHex(header.hash).slice(0, 16)}…)`;

  function same(field, found, expected) {
    const isSame = found instanceof Uint8Array ? equal(found, expected) : found === expected;
    if (!isSame) {
      throw mismatch(field);
    }
  }

  function openedAnchor(evidence) {
    const opened = evidence.opened.read();
    const account = address(opened.event.owner);
    return `The opening is in block ${place(opened)}, by account ${account}${inBatch(opened, evidence)}.`;
  }

  /** Say which of the account's batches holds an anchor; nothing of one that went by itself. */
  function inBatch(anchored, evidence) {
    if (anchored.proof.batch === null) {
      return "";
    }
    const { number, count } = lucid.batchOf(anchored, evidence.manifest.value.sessionOctets);
    return `, in batch ${number} of ${counted(count, "record")}`;
  }

  function isInBatch(evidence) {
    const opened = evidence.anchors.isThere ? evidence.anchors.value.opened : null;
    return opened !== null && opened.batch !== null;
  }

  /** This page asks no node, and only a node says whether a second use of the ID was shown. */
  function singleUse(evidence) {
    evidence.opened.value;
    throw new NotChecked("no node was given, and only a node says whether a second use was shown");
  }

  function optionalOpened(evidence) {
    return evidence.anchors.value.opened === null ? null : evidence.opened.value;
  }

  function sealedAnchor(evidence) {
    const manifest = evidence.manifest.value;
    const sealed = evidence.sealed.read();
    const { event } = sealed;
    same("manifest_hash", event.manifestHash, evidence.signed.value.manifestHash);
    same("merkle_root", event.merkleRoot, manifest.merkleRoot);
    same("chunk_count", event.chunkCount, manifest.chunkCount);
    const opened = optionalOpened(evidence);
    if (opened !== null) {
      same("owner", event.owner, opened.event.owner);
      same("contract", sealed.proof.contract, opened.proof.contract);
      same("chain_id", sealed.proof.chainId, opened.proof.chainId);
    }
    return (
      `The seal is in block ${place(sealed)}${inBatch(sealed, evidence)}: manifest hash, Merkle root and ` +
      `${counted(event.chunkCount, "chunk")} are those of the manifest.`
    );
  }

  function progressAnchors(evidence) {
    const manifest = evidence.manifest.value;
    const found = evidence.progress();
    const opened = optionalOpened(evidence);
    for (const anchored of found) {
      checkProgress(anchored.event, manifest.tree);
      if (opened !== null) {
        same("owner", anchored.event.owner, opened.event.owner);
        same("contract", anchored.proof.contract, opened.proof.contract);
      }
    }
    const largest = found.reduce((most, { event }) => Math.max(most, event.chunkCount), 0);
    if (evidence.anchors.value.sealed !== null) {
      checkLastProgress(largest, evidence.sealed.value.event.progressCount);
    } else if (found.length === 0) {
      throw new NotChecked("nothing anchors the seal yet, and only the seal says what was anchored on the way");
    }
    if (found.length === 0) {
      return "Nothing was anchored on the way, as the seal says.";
    }
    return (
      `What was anchored on the way fits the manifest: ${counted(found.length, "root")}, ` +
      `the last over ${counted(largest, "chunk")}.`
    );
  }

  function checkProgress(event, tree) {
    const count = event.chunkCount;
    if (count > tree.count) {
      throw mismatch("chunk_count");
    }
    same(`root over ${count} chunks`, event.merkleRoot, tree.root(count));
  }

  /** The seal names the last progress; without it, what it showed could be left out. */
  function checkLastProgress(largest, last) {
    if (largest > last) {
      throw mismatch("progress_count");
    }
    if (largest < last) {
      throw new Failure("proof_wrong", {
        claim: `progress over ${counted(last, "chunk")}`,
        reason: "it is missing",
      });
    }
  }

  function anchoredTime(evidence) {
    const manifest = evidence.manifest.value;
    checkOwnTimes(manifest);
    const [opened, sealed] = [evidence.opened.value.header, evidence.sealed.value.header];
    if (sealed.number < opened.number || sealed.timeUtcS < opened.timeUtcS) {
      throw mismatch("block order");
    }
    const afterStart = Number(opened.timeUtcS) - manifest.startedUtcMs / 1000;
    const afterEnd = Number(sealed.timeUtcS) - manifest.endedUtcMs / 1000;
    if (Math.min(afterStart, afterEnd) < -TOLERANCE_S) {
      throw mismatch("block time");
    }
    checkPrompt(afterStart, opened, "existed", "start");
    checkPrompt(afterEnd, sealed, "was sealed", "end");
    return (
      `The opening's block is ${signed(afterStart)} s from the start, the seal's ${signed(afterEnd)} s ` +
      `from the end, ${sealed.timeUtcS - opened.timeUtcS} s apart.`
    );
  }

  /** Write a number without digits behind the point and with its sign; of two as near the even one. */
  function signed(value) {
    const size = Math.abs(value);
    const below = Math.floor(size);
    const isHalf = size - below === 0.5;
    const rounded = isHalf ? below + (below % 2) : Math.round(size);
    return `${value < 0 || Object.is(value, -0) ? "-" : "+"}${rounded}`;
  }

  /** Fail on times that no setting of the clock explains: forward by any amount, back by so much. */
  function checkOwnTimes(manifest) {
    const [started, ended] = [manifest.startedUtcMs / 1000, manifest.endedUtcMs / 1000];
    if (ended < started - TOLERANCE_S) {
      throw lucid.manifestMalformed("ended_utc_ms");
    }
    if (started + manifest.durationNs / 1e9 - ended > LARGEST_SETTING_BACK_S) {
      throw lucid.manifestMalformed("duration_ns");
    }
    for (const chunk of manifest.chunks) {
      const isEarly = Number(chunk.firstUtcNs) / 1e9 < started - LARGEST_SETTING_BACK_S;
      const isLate = Number(chunk.lastUtcNs) / 1e9 > ended + LARGEST_SETTING_BACK_S;
      if (chunk.plainBytes > 0 && (isEarly || isLate)) {
        throw lucid.manifestMalformed(`chunks[${chunk.index}] utc times`);
      }
    }
  }

  /** A late block is honest (there was no chain then), but shows nothing about the moment. */
  function checkPrompt(afterS, header, what, moment) {
    if (afterS > LATEST_S) {
      throw new NotChecked(
        `the chain shows only that it ${what} by ${utc(header.timeUtcS)}; the claimed ${moment} is not confirmed`,
      );
    }
  }

  function utc(seconds) {
    if (seconds > LAST_SECOND_OF_9999) {
      return `second ${seconds} of 1970`;
    }
    return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  }

  /** Say what the blocks' headers rest on: root of trust and summary. What the reader gave has to be reached. */
  function headerTrust(evidence) {
    const { pins } = evidence;
    const anchors = evidence.anchors.value;
    if ((pins.checkpoint || pins.contract) && (anchors.opened === null || anchors.sealed === null)) {
      throw new Failure("anchor_missing", { session_id: evidence.manifest.value.sessionId });
    }
    const headers = lucid.proofsOf(anchors).map((proof) => lucid.readBlockHeader(proof.header));
    if (headers.length === 0) {
      throw new NotChecked("no anchor is there, so nothing outside the appliance confirms this session yet");
    }
    if (!pins.checkpoint) {
      throw new NotChecked("no checkpoint and no node was given, so the blocks themselves rest on nothing yet");
    }
    const covered = lucid.coveredBy(pins.checkpoint, anchors);
    if (!headers.every((header) => covered.has(toHex(header.hash)))) {
      throw mismatch("checkpoint");
    }
    return ["checkpoint", `The checkpoint covers each of ${counted(headers.length, "block")}.`];
  }

  function anchorRestsOn(evidence, name) {
    const proof = evidence.anchors.isThere ? evidence.anchors.value[name] : null;
    if (proof === null) {
      return "nothing yet";
    }
    const known = evidence.pins.contract ? "that was given" : "that the evidence names";
    const being = proof.batch === null ? "LucidAnchors" : "LucidBatches";
    const once = proof.batch === null ? "" : ", and the ID being used once: see single_use";
    return (
      `the block's header (see header_trust), and contract ${address(proof.contract)}, ${known}, ` +
      `being ${being} on chain ${proof.chainId}${once}`
    );
  }

  function trustRestsOn(evidence) {
    const { checkpoint } = evidence.pins;
    return checkpoint ? `the block hash that was given, 0x${toHex(checkpoint).slice(0, 16)}…` : "nothing yet";
  }

  lucid.anchorChecks = {
    anchorRestsOn,
    anchoredTime,
    headerTrust,
    isInBatch,
    openedAnchor,
    progressAnchors,
    sealedAnchor,
    singleUse,
    trustRestsOn,
  };
})(globalThis.lucid);

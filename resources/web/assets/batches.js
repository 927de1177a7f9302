/* Batches: that a session's record is under a root that the contract logged. docs/formats/anchors.md, *Batches*. */
"use strict";

(function (lucid) {
  const { Failure, Refused } = lucid;
  const { concat, encode, equal, toWhole } = lucid.octets;
  const LONGEST_PATH = 32;
  const MOST = 0xffffffff;
  const TOPIC = lucid.keccak256(encode("BatchAnchored(address,uint32,bytes32,uint32)"));

  const onTheLeft = (octets) => concat(new Uint8Array(32 - octets.length), octets);
  const onTheRight = (octets) => concat(octets, new Uint8Array(32 - octets.length));

  /** Read a record and its path: an opening where there is a policy hash, else a seal. */
  function readBatchedRecord(fields) {
    const path = fields.octetsList("path", LONGEST_PATH, 32);
    if (fields.has("policy_hash")) {
      const policyHash = fields.octets("policy_hash", 32);
      return { path, kind: "opened", values: { policyHash, ephemeralKey: fields.octets("ephemeral_key", 32) } };
    }
    const values = {
      manifestHash: fields.octets("manifest_hash", 32),
      merkleRoot: fields.octets("merkle_root", 32),
      chunkCount: fields.whole("chunk_count", 0, MOST),
    };
    return { path, kind: "sealed", values: { ...values, progressCount: 0 } };
  }

  /** The double hash of the record's words. */
  function leafOf({ kind, values }, owner, sessionOctets) {
    const name = encode(kind === "opened" ? "Opened" : "Sealed");
    const words = [onTheRight(name), onTheLeft(owner), onTheRight(sessionOctets)];
    if (kind === "opened") {
      words.push(values.policyHash, values.ephemeralKey);
    } else {
      const count = new Uint8Array(4);
      new DataView(count.buffer).setUint32(0, values.chunkCount);
      words.push(values.manifestHash, values.merkleRoot, onTheLeft(count));
    }
    return lucid.keccak256(lucid.keccak256(concat(...words)));
  }

  const isBelow = (one, other) => toWhole(one) < toWhole(other);

  /** The root that a leaf and its path lead to: the smaller of two hashes comes first. */
  function rootOver(leaf, path) {
    return path.reduce(
      (hash, beside) => lucid.keccak256(isBelow(hash, beside) ? concat(hash, beside) : concat(beside, hash)),
      leaf,
    );
  }

  /** Read a log as a batch; null for any other. */
  function readBatch(log, contract) {
    if (!equal(log.address, contract) || log.topics.length !== 3 || !equal(log.topics[0], TOPIC)) {
      return null;
    }
    if (log.data.length !== 64 || log.topics[1].subarray(0, 12).some((octet) => octet !== 0)) {
      throw new Refused("an event with other data");
    }
    const [number, count] = [toWhole(log.topics[2]), toWhole(log.data.subarray(32))];
    if (number > MOST || count > MOST) {
      throw new Refused("not a uint32");
    }
    const [owner, root] = [log.topics[1].subarray(12), log.data.subarray(0, 32)];
    return { owner, root, number: Number(number), count: Number(count) };
  }

  /** Find the batch among a receipt's logs that holds the proof's record.
   * @returns {{owner: Uint8Array, number: number, root: Uint8Array, count: number}} */
  function batchOf({ proof, logs }, sessionOctets) {
    const wrong = (claim) => (reason) => new Failure("proof_wrong", { claim, reason });
    const batches = lucid.refusedAs(
      () => logs.map((log) => readBatch(log, proof.contract)).filter((batch) => batch !== null),
      wrong("event"),
    );
    const { batch: record } = proof;
    const holds = ({ owner, root }) => equal(rootOver(leafOf(record, owner, sessionOctets), record.path), root);
    const found = batches.find(holds);
    if (found === undefined) {
      throw wrong("batch")("the record is in no batch of that transaction");
    }
    return found;
  }

  Object.assign(lucid, { batchOf, readBatchedRecord });
})(globalThis.lucid);

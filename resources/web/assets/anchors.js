/* Anchor proofs: that an event of the contract is in a block. docs/formats/bundle.md, *Anchor proofs*. */
"use strict";

(function (lucid) {
  const { Failure, Refused, refusedAs } = lucid;
  const { equal, toHex, encode } = lucid.octets;
  const { asBytes, asList, asWhole, decodeList, encodeWhole } = lucid.rlp;
  const MOST_NODES = 64;
  const MOST_HEADERS = 1 << 16;
  const WITH_BATCHES = 2;
  const topic = (signature) => lucid.keccak256(encode(signature));
  const KINDS = [
    ["opened", topic("SessionOpened(bytes16,address,bytes32,bytes32)"), readOpened],
    ["sealed", topic("SessionSealed(bytes16,address,bytes32,bytes32,uint32,uint32)"), readSealed],
    ["progress", topic("ProgressAnchored(bytes16,address,bytes32,uint32)"), readProgress],
  ];

  const proofWrong = (claim) => (reason) => new Failure("proof_wrong", { claim, reason });

  /** Read the document of a bundle's anchors. @param {Uint8Array} octets */
  function readAnchors(octets) {
    const read = (fields, version) => {
      const readProof = (each) => readProofOf(each, version === WITH_BATCHES);
      return {
        opened: fields.optionalMembers("opened", readProof),
        sealed: fields.optionalMembers("sealed", readProof),
        progress: fields.items("progress", readProof),
        headers: fields.octetsList("headers", MOST_HEADERS),
      };
    };
    return lucid.readDocument(octets, "anchors", "lucid-anchors", read, WITH_BATCHES);
  }

  function readProofOf(fields, knowsBatches) {
    return {
      batch: knowsBatches ? fields.optionalMembers("batch", lucid.readBatchedRecord) : null,
      chainId: fields.whole("chain_id"),
      contract: fields.octets("contract", 20),
      header: fields.octets("header"),
      transactionIndex: fields.whole("transaction_index", 0, 0xffffffff),
      nodes: fields.octetsList("nodes", MOST_NODES),
    };
  }

  /** List the proofs that are there, in the order of what they prove. */
  function proofsOf(anchors) {
    return [anchors.opened, ...anchors.progress, anchors.sealed].filter((proof) => proof !== null);
  }

  /** Read a block's header (RLP); its hash is Keccak-256 of it. */
  function readHeader(octets) {
    return refusedAs(() => {
      const items = decodeList(octets);
      if (items.length < 15) {
        throw new Refused("not a block's header");
      }
      return {
        hash: lucid.keccak256(octets),
        parentHash: asBytes(items[0], 32),
        receiptsRoot: asBytes(items[5], 32),
        number: asWhole(items[8]),
        timeUtcS: asWhole(items[11]),
      };
    }, proofWrong("block_header"));
  }

  /** Prove that the receipt is in the block of the header.
   * @returns {{proof: object, header: object, logs: object[]}} */
  function verifyProof(proof) {
    const header = readHeader(proof.header);
    const logs = refusedAs(() => {
      const receipt = lucid.trieValue(header.receiptsRoot, encodeWhole(proof.transactionIndex), proof.nodes);
      return readLogs(receipt);
    }, proofWrong("receipt"));
    return { proof, header, logs };
  }

  /** Find what the contract said about a session in a proved receipt. @returns {object[]} */
  function eventsOf({ proof, logs }, sessionOctets) {
    if (proof.batch !== null) {
      const { owner } = lucid.batchOf({ proof, logs }, sessionOctets);
      return [{ kind: proof.batch.kind, owner, ...proof.batch.values }];
    }
    return refusedAs(() => {
      const own = logs.filter((log) => equal(log.address, proof.contract));
      return own.map((log) => readEvent(log, sessionOctets)).filter((event) => event !== null);
    }, proofWrong("event"));
  }

  /** Give the logs of a receipt; none when its transaction failed. */
  function readLogs(receipt) {
    const items = decodeList(receipt[0] < 0x80 ? receipt.subarray(1) : receipt);
    if (items.length !== 4) {
      throw new Refused("not a receipt");
    }
    const isSuccess = asWhole(items[0], 1) === 1n;
    asWhole(items[1], 32);
    asBytes(items[2], 256);
    const logs = asList(items[3]).map(readLog);
    return isSuccess ? logs : [];
  }

  function readLog(item) {
    const items = asList(item);
    if (items.length !== 3) {
      throw new Refused("not a log");
    }
    return {
      address: asBytes(items[0], 20),
      topics: asList(items[1]).map((each) => asBytes(each, 32)),
      data: asBytes(items[2]),
    };
  }

  function readEvent(log, sessionOctets) {
    const session = lucid.octets.concat(sessionOctets, new Uint8Array(16));
    if (log.topics.length !== 3 || !equal(log.topics[1], session)) {
      return null;
    }
    if (log.topics[2].subarray(0, 12).some((octet) => octet !== 0)) {
      throw new Refused("not an address");
    }
    const owner = log.topics[2].subarray(12);
    const known = KINDS.find(([, signature]) => equal(signature, log.topics[0]));
    return known ? { kind: known[0], owner, ...known[2](log.data) } : null;
  }

  function readOpened(data) {
    const [policyHash, ephemeralKey] = words(data, 2);
    return { policyHash, ephemeralKey };
  }

  function readSealed(data) {
    const [manifestHash, merkleRoot, count, progress] = words(data, 4);
    return { manifestHash, merkleRoot, chunkCount: asCount(count), progressCount: asCount(progress) };
  }

  function readProgress(data) {
    const [merkleRoot, count] = words(data, 2);
    return { merkleRoot, chunkCount: asCount(count) };
  }

  function words(data, count) {
    if (data.length !== 32 * count) {
      throw new Refused("an event with other data");
    }
    return Array.from({ length: count }, (_, at) => data.subarray(32 * at, 32 * at + 32));
  }

  function asCount(word) {
    const value = lucid.octets.toWhole(word);
    if (value > 0xffffffffn) {
      throw new Refused("not a uint32");
    }
    return Number(value);
  }

  /** List the hashes (hex) of the known blocks that a trusted block stands on, itself included. */
  function coveredBy(checkpoint, anchors) {
    const headers = [...anchors.headers, ...proofsOf(anchors).map((proof) => proof.header)].map(readHeader);
    const known = new Map(headers.map((header) => [toHex(header.hash), header]));
    const covered = new Set();
    let current = known.get(toHex(checkpoint));
    while (current !== undefined) {
      covered.add(toHex(current.hash));
      const parent = known.get(toHex(current.parentHash));
      if (parent !== undefined && parent.number !== current.number - 1n) {
        throw proofWrong("header_chain")(`block ${current.number} has another parent`);
      }
      current = parent;
    }
    return covered;
  }

  Object.assign(lucid, { coveredBy, eventsOf, proofsOf, readAnchors, readBlockHeader: readHeader, verifyProof });
})(globalThis.lucid);

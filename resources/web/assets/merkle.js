/* The Merkle tree over a session's chunks: docs/formats/merkle-tree.md (RFC 9162, section 2.1, with BLAKE3). */
"use strict";

(function (lucid) {
  const LEAF_CONTEXT = "lucid 2026-11 chunk leaf v1";
  const NODE_CONTEXT = "lucid 2026-11 merkle node v1";
  const { Blake3 } = lucid;
  const NODE = lucid.blake3Deriver(NODE_CONTEXT);

  /** Make the hasher of a chunk's leaf. */
  const leafHasher = () => lucid.blake3Deriver(LEAF_CONTEXT);

  function nodeHash(...children) {
    const hasher = new Blake3(NODE.key, NODE.flags);
    children.forEach((child) => hasher.update(child));
    return hasher.digest();
  }

  /** Compute the root; an odd last hash of a level moves up as it is. @param {Uint8Array[]} leaves */
  function merkleRoot(leaves) {
    if (leaves.length === 0) {
      return nodeHash();
    }
    let level = leaves;
    while (level.length > 1) {
      const above = [];
      for (let at = 0; at < level.length; at += 2) {
        above.push(at + 1 < level.length ? nodeHash(level[at], level[at + 1]) : level[at]);
      }
      level = above;
    }
    return level[0];
  }

  /** Tell whether `path` leads from leaf `index` of `count` to `root` (RFC 9162, 2.1.3.2). */
  function verifyInclusion(leaf, index, count, path, root) {
    if (index >= count) {
      return false;
    }
    let [position, last, current] = [index, count - 1, leaf];
    for (const sibling of path) {
      if (last === 0) {
        return false;
      }
      if (position % 2 === 1 || position === last) {
        current = nodeHash(sibling, current);
        while (position % 2 === 0 && position > 0) {
          [position, last] = [position >>> 1, last >>> 1];
        }
      } else {
        current = nodeHash(current, sibling);
      }
      [position, last] = [position >>> 1, last >>> 1];
    }
    return last === 0 && lucid.octets.equal(current, root);
  }

  Object.assign(lucid, { leafHasher, merkleRoot, verifyInclusion });
})(globalThis.lucid);

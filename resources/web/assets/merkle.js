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

  /** The tree over leaves: its root, and the roots that stood when there were fewer.
   * Every whole subtree is hashed once, so that thousands of earlier roots take no longer than a few. */
  class MerkleTree {
    /** @param {Uint8Array[]} leaves */
    constructor(leaves) {
      this.count = leaves.length;
      this.levels = [leaves];
      for (let below = leaves; below.length > 1; below = this.levels.at(-1)) {
        const above = [];
        for (let at = 0; at + 1 < below.length; at += 2) {
          above.push(nodeHash(below[at], below[at + 1]));
        }
        this.levels.push(above);
      }
    }

    /** Compute the root of the first `count` leaves: of the whole subtrees that they fill, joined from the right.
     * @param {number} count at most as many as there are @returns {Uint8Array} */
    root(count = this.count) {
      let [left, root] = [count, null];
      for (let level = 0; left > 0; level += 1, left = Math.floor(left / 2)) {
        if (left % 2 === 1) {
          const own = this.levels[level][left - 1];
          root = root === null ? own : nodeHash(own, root);
        }
      }
      return root ?? nodeHash();
    }
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

  Object.assign(lucid, { MerkleTree, leafHasher, verifyInclusion });
})(globalThis.lucid);

/* Merkle-Patricia proofs (Ethereum Yellow Paper, appendices C and D). */
"use strict";

(function (lucid) {
  const { Refused } = lucid;
  const { asBytes, asList, decode } = lucid.rlp;

  /** Follow `key` from `root` through `nodes` and give the value; Refused otherwise.
   * Every node is used, once and in order: there is one proof for a key, and no other verifies.
   * @param {Uint8Array} root @param {Uint8Array} key @param {Uint8Array[]} nodes @returns {Uint8Array} */
  function trieValue(root, key, nodes) {
    let [child, path, used] = [root, nibbles(key), 0];
    for (let isValue = false; !isValue; ) {
      let node = child;
      if (!Array.isArray(child)) {
        const encoded = nodes[used];
        used += 1;
        if (child.length !== 32) {
          throw new Refused("the path ends early");
        }
        if (encoded === undefined || !lucid.octets.equal(lucid.keccak256(encoded), child)) {
          throw new Refused("a node that its parent does not name");
        }
        node = asList(decode(encoded));
      }
      [child, path, isValue] = step(node, path);
    }
    const value = asBytes(child);
    if (path.length > 0 || value.length === 0) {
      throw new Refused("there is no value under the key");
    }
    if (used !== nodes.length) {
      throw new Refused("more nodes than the path has");
    }
    return value;
  }

  function step(node, path) {
    if (node.length === 17) {
      return path.length ? [node[path[0]], path.slice(1), false] : [node[16], path, true];
    }
    if (node.length !== 2) {
      throw new Refused("a node with another number of items");
    }
    const [own, isLeaf] = unpacked(asBytes(node[0]));
    if (own.some((nibble, at) => nibble !== path[at])) {
      throw new Refused("the path leads elsewhere");
    }
    return [node[1], path.slice(own.length), isLeaf];
  }

  /** Split bytes into halves, the high one first. */
  function nibbles(octets) {
    return Array.from(octets).flatMap((octet) => [octet >> 4, octet & 15]);
  }

  /** Read a path in hex-prefix encoding; its flag says whether its node is a leaf. */
  function unpacked(packed) {
    const whole = nibbles(packed);
    const isOdd = (whole[0] & 1) === 1;
    if (whole.length === 0 || whole[0] > 3 || (!isOdd && whole[1] !== 0)) {
      throw new Refused("a path that is not in its one encoding");
    }
    const path = whole.slice(isOdd ? 1 : 2);
    const isLeaf = whole[0] >= 2;
    if (path.length === 0 && !isLeaf) {
      throw new Refused("a path that leads nowhere");
    }
    return [path, isLeaf];
  }

  Object.assign(lucid, { trieValue });
})(globalThis.lucid);

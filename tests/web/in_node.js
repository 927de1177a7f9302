/* Answers what a test asks of the page's verifier, one line of JSON for each: [task, arguments]. */
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const web = path.resolve(__dirname, "../../resources/web/assets");
const worker = fs.readFileSync(path.join(web, "worker.js"), "utf8");
for (const [, name] of worker.matchAll(/^ {2}"(\w+\.js)",$/gm)) {
  require(path.join(web, name));
}
const { lucid } = globalThis;
const { fromHex, toHex } = lucid.octets;

/** Give what `work` gives, or why it refuses. */
function orRefused(work) {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof lucid.Refused) {
      return { refused: error.message };
    }
    if (error instanceof lucid.Failure) {
      return { failed: error.code };
    }
    throw error;
  }
}

const asHex = (item) => (Array.isArray(item) ? item.map(asHex) : toHex(item));

const TASKS = {
  blake3: (hex) => toHex(lucid.blake3(fromHex(hex))),
  blake3_pieces: (hexes) => toHex(lucid.blake3(...hexes.map(fromHex))),
  blake3_derive: (context, hex) => toHex(lucid.blake3Deriver(context).update(fromHex(hex)).digest()),
  keccak256: (hex) => toHex(lucid.keccak256(fromHex(hex))),
  sha512: (hex) => toHex(lucid.sha512(fromHex(hex))),
  ed25519: (key, message, signature) => lucid.verifySignature(fromHex(key), fromHex(message), fromHex(signature)),
  canonical: (hex) => orRefused(() => toHex(lucid.octets.encode(lucid.canonicalJson(lucid.loadJson(fromHex(hex), 1 << 20))))),
  load: (hex) => "value" in orRefused(() => lucid.loadCanonicalJson(fromHex(hex), 1 << 20)),
  rlp: (hex) => orRefused(() => asHex(lucid.rlp.decode(fromHex(hex)))),
  rlp_whole: (number) => toHex(lucid.rlp.encodeWhole(number)),
  trie: (root, key, nodes) => orRefused(() => toHex(lucid.trieValue(fromHex(root), fromHex(key), nodes.map(fromHex)))),
  roots(leaves) {
    const tree = new lucid.MerkleTree(leaves.map(fromHex));
    return [...leaves.map((_, at) => toHex(tree.root(at))), toHex(tree.root())];
  },
  inclusion: (leaf, index, count, steps, root) =>
    lucid.verifyInclusion(fromHex(leaf), index, count, steps.map(fromHex), fromHex(root)),
  policy: (document) => orRefused(() => lucid.readHostedPolicy(document).rules),
  sentences: () => lucid.SENTENCES,
  async verify(hex, pins) {
    const octets = (text) => (text ? fromHex(text) : null);
    return lucid.verifyBundle(fromHex(hex), {
      device: pins.device ?? null,
      checkpoint: octets(pins.checkpoint),
      contract: octets(pins.contract),
    });
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [task, ...given] = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await TASKS[task](...given))}\n`);
  }
})();

/* The verifier in a thread of its own, so that the page stays awake. */
"use strict";

importScripts(
  "octets.js",
  "blake3.js",
  "keccak.js",
  "sha512.js",
  "ed25519.js",
  "failures.js",
  "documents.js",
  "bundle.js",
  "merkle.js",
  "manifest.js",
  "policy.js",
  "rlp.js",
  "trie.js",
  "batches.js",
  "anchors.js",
  "chunks.js",
  "evidence.js",
  "manifest_checks.js",
  "anchor_checks.js",
  "verification.js",
);

self.onmessage = async ({ data: { octets, pins } }) => {
  const progress = async (done, total) => self.postMessage({ done, total });
  self.postMessage({ report: await globalThis.lucid.verifyBundle(octets, pins, progress) });
};

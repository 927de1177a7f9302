// Fails unless forge tested the very code that the artifacts hold: foundry.toml and compiler.json say the same.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const CONTRACTS = path.resolve(__dirname, "..");
const ARTIFACTS = path.resolve(CONTRACTS, "..", "core", "chain", "artifacts");

/** The JSON in a file. */
function readJson(...parts) {
  return JSON.parse(fs.readFileSync(path.join(...parts), "utf8"));
}

for (const file of fs.readdirSync(ARTIFACTS).filter((name) => name.endsWith(".json"))) {
  const name = path.basename(file, ".json");
  const artifact = readJson(ARTIFACTS, file);
  const tested = readJson(CONTRACTS, "out", `${name}.sol`, file);
  const isSame =
    tested.bytecode.object === artifact.bytecode && tested.deployedBytecode.object === artifact.runtime_bytecode;
  if (isSame) continue;
  process.stderr.write(`${name}: forge builds other code than core/chain/artifacts/${file} holds\n`);
  process.exitCode = 1;
}

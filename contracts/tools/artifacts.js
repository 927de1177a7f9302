// Compiles contracts/src and writes the artifacts that core.chain loads: `node artifacts.js [--check]`.
//
// Uses solc's WebAssembly build alone, so it runs wherever node does. With --check nothing is written, and the exit
// code is 1 when a file differs from what would be written. The format is described in docs/contracts/README.md.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");
const { CONTRACTS, SETTINGS, readImport, settingsFor, version } = require("./compiler.js");

const ARTIFACTS = path.resolve(CONTRACTS, "..", "core", "chain", "artifacts");
const OUTPUTS = ["abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode"];
const PUBLISHED = {
  EligibilityManager: "src/nodes/EligibilityManager.sol",
  LucidAnchors: "src/anchors/LucidAnchors.sol",
  LucidBatches: "src/anchors/LucidBatches.sol",
  LucidChunkStore: "src/storage/LucidChunkStore.sol",
  LucidGovernor: "src/governance/LucidGovernor.sol",
  LucidRewards: "src/token/LucidRewards.sol",
  LucidStorageProofs: "src/storage/LucidStorageProofs.sol",
  LucidTimelock: "src/governance/LucidTimelock.sol",
  LucidToken: "src/token/LucidToken.sol",
  NodeRegistry: "src/nodes/NodeRegistry.sol",
  ParamRegistry: "src/governance/ParamRegistry.sol",
  PayoutRouterKYC: "src/payouts/PayoutRouterKYC.sol",
  PayoutRouterV0: "src/payouts/PayoutRouterV0.sol",
  SignerRegistry: "src/governance/SignerRegistry.sol",
  ValidatorSet: "src/work/ValidatorSet.sol",
  WorkCreditsOracle: "src/work/WorkCreditsOracle.sol",
};

/** JSON with sorted keys and no white space (RFC 8785; all our numbers are small integers, all text ASCII). */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** What the compiler asks for: our own sources, and OpenZeppelin's from the locked npm package. */
function readSource(name) {
  if (!name.startsWith("src/")) return readImport(name);
  return { contents: fs.readFileSync(path.join(CONTRACTS, name), "utf8") };
}

/** The compiler's complaints, less warnings about the inside of OpenZeppelin's files, which are as published. */
function complaints(output) {
  const isTheirs = (error) => error.severity === "warning" && error.sourceLocation?.file.startsWith("@openzeppelin/");
  return (output.errors ?? []).filter((error) => !isTheirs(error));
}

/** The compiler's output for the published contracts of one EVM version; any error or warning ends the build. */
function compileFor(evmVersion) {
  const wanted = Object.entries(PUBLISHED).filter(([, source]) => settingsFor(source).evmVersion === evmVersion);
  if (wanted.length === 0) return {};
  const outputSelection = Object.fromEntries(wanted.map(([name, source]) => [source, { [name]: OUTPUTS }]));
  outputSelection["*"] = { "": ["ast"] }; // only there are the immutables' names
  const sources = Object.fromEntries(wanted.map(([, source]) => [source, { content: readSource(source).contents }]));
  const input = { language: "Solidity", sources, settings: { ...SETTINGS, evmVersion, outputSelection } };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readSource }));
  const problems = complaints(output);
  if (problems.length > 0) throw new Error(problems.map((error) => error.formattedMessage).join("\n"));
  const names = namesById(Object.values(output.sources).map(({ ast }) => ast));
  for (const contract of Object.values(output.contracts).flatMap(Object.values)) contract.namesById = names;
  return output.contracts;
}

/** The names of all immutables in some syntax trees, by the number that the compiler gave each. */
function namesById(node, names = new Map()) {
  if (node === null || typeof node !== "object") return names;
  if (node.nodeType === "VariableDeclaration" && node.mutability === "immutable") names.set(node.id, node.name);
  for (const child of Object.values(node)) namesById(child, names);
  return names;
}

/** The compiler's output for every published contract. */
function compileAll() {
  const versions = new Set(Object.values(PUBLISHED).map((source) => settingsFor(source).evmVersion));
  return Object.assign({}, ...[...versions].map((version) => compileFor(version)));
}

/** Where the constructor writes which immutable into the runtime code, in order. */
function immutablesOf(compiled) {
  const references = Object.entries(compiled.evm.deployedBytecode.immutableReferences ?? {});
  const places = references.flatMap(([id, list]) => {
    const name = compiled.namesById.get(Number(id));
    return list.map(({ start, length }) => ({ length, name, start }));
  });
  return places.sort((a, b) => a.start - b.start);
}

/** One artifact, as the text of its file. */
function artifactText(name, source, compiled) {
  const sources = Object.fromEntries(
    Object.entries(JSON.parse(compiled.metadata).sources).map(([file, { keccak256 }]) => [file, keccak256]),
  );
  const artifact = {
    abi: compiled.abi,
    bytecode: `0x${compiled.evm.bytecode.object}`,
    compiler: { settings: settingsFor(source), version: version() },
    immutables: immutablesOf(compiled),
    name,
    runtime_bytecode: `0x${compiled.evm.deployedBytecode.object}`,
    source_hash: `0x${createHash("sha256").update(canonical(sources)).digest("hex")}`,
    sources,
  };
  return `${canonical(artifact)}\n`;
}

/** Writes `text` so that a reader sees the old file or the new one, never a part. */
function replaceFile(file, text) {
  fs.writeFileSync(`${file}.new`, text);
  fs.renameSync(`${file}.new`, file);
}

/** The file's text, or nothing where there is no file. */
function currentText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

/** Brings every artifact up to date, or with `isCheck` only says which are not. Returns how many were stale. */
function bringUpToDate(isCheck) {
  const compiled = compileAll();
  fs.mkdirSync(ARTIFACTS, { recursive: true });
  let stale = 0;
  for (const [name, source] of Object.entries(PUBLISHED)) {
    const file = path.join(ARTIFACTS, `${name}.json`);
    const text = artifactText(name, source, compiled[source][name]);
    if (currentText(file) === text) continue;
    stale += 1;
    if (!isCheck) replaceFile(file, text);
    process.stderr.write(`core/chain/artifacts/${name}.json ${isCheck ? "is stale: run contracts/build" : "written"}\n`);
  }
  return stale;
}

const isCheck = process.argv.includes("--check");
try {
  const stale = bringUpToDate(isCheck);
  if (stale === 0) process.stderr.write("contract artifacts are up to date\n");
  process.exitCode = isCheck && stale > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

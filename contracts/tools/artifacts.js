// Compiles contracts/src and writes the artifacts that core.chain loads: `node artifacts.js [--check]`.
//
// Uses solc's WebAssembly build alone, so it runs wherever node does. With --check nothing is written, and the exit
// code is 1 when a file differs from what would be written. The format is described in docs/contracts/README.md.
//
// A folder of sources is compiled at a time, and what came of it is kept in .cache/artifacts under the hash of all that went
// in. So the second run on the same sources compiles nothing, and a change costs its own folder.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");
const { CONTRACTS, closureOf, settingsFor, version } = require("./compiler.js");

const ARTIFACTS = path.resolve(CONTRACTS, "..", "core", "chain", "artifacts");
const KEPT = path.join(CONTRACTS, ".cache", "artifacts");
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

/** The compiler's complaints, less warnings about the inside of OpenZeppelin's files, which are as published. */
function complaints(output) {
  const isTheirs = (error) => error.severity === "warning" && error.sourceLocation?.file.startsWith("@openzeppelin/");
  return (output.errors ?? []).filter((error) => !isTheirs(error));
}

/** The published contracts in groups that one run of the compiler serves: of one folder, with the same settings. */
function groupsOfPublished() {
  const groups = new Map();
  for (const [name, source] of Object.entries(PUBLISHED)) {
    const key = canonical([path.posix.dirname(source), settingsFor(source)]);
    groups.set(key, [...(groups.get(key) ?? []), { name, source }]);
  }
  return [...groups.values()];
}

/** All that the compiler is given for a group, imports too, so that it asks for nothing. */
function inputFor(group) {
  const outputSelection = Object.fromEntries(group.map(({ source }) => [source, {}]));
  group.forEach(({ name, source }) => (outputSelection[source][name] = OUTPUTS));
  outputSelection["*"] = { "": ["ast"] }; // only there are the immutables' names
  const texts = closureOf(group.map(({ source }) => source));
  const sources = Object.fromEntries([...texts].map(([name, content]) => [name, { content }]));
  return { language: "Solidity", sources, settings: { ...settingsFor(group[0].source), outputSelection } };
}

/** The texts of a group's artifacts, by name; any error or warning of the compiler ends the build. */
function compileGroup(group, input) {
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const problems = complaints(output);
  if (problems.length > 0) throw new Error(problems.map((error) => error.formattedMessage).join("\n"));
  const names = namesById(Object.values(output.sources).map(({ ast }) => ast));
  return Object.fromEntries(
    group.map(({ name, source }) => [name, artifactText(name, source, output.contracts[source][name], names)]),
  );
}

/** The texts of a group's artifacts, kept or compiled, and the file that keeps them. */
function artifactsOf(group, toolHash) {
  const input = inputFor(group);
  const key = createHash("sha256").update(canonical([toolHash, version(), input])).digest("hex");
  const file = path.join(KEPT, `${key}.json`);
  const kept = currentText(file);
  if (kept) return { file, texts: JSON.parse(kept) };
  const texts = compileGroup(group, input);
  replaceFile(file, JSON.stringify(texts));
  return { file, texts };
}

/** The text of every artifact, by name. What is kept of other sources is removed. */
function allArtifacts() {
  fs.mkdirSync(KEPT, { recursive: true });
  const toolHash = createHash("sha256").update(fs.readFileSync(__filename)).digest("hex");
  const groups = groupsOfPublished().map((group) => artifactsOf(group, toolHash));
  const current = new Set(groups.map(({ file }) => path.basename(file)));
  const old = fs.readdirSync(KEPT).filter((name) => name.endsWith(".json") && !current.has(name));
  old.forEach((name) => fs.rmSync(path.join(KEPT, name), { force: true }));
  return Object.assign({}, ...groups.map(({ texts }) => texts));
}

/** The names of all immutables in some syntax trees, by the number that the compiler gave each. */
function namesById(node, names = new Map()) {
  if (node === null || typeof node !== "object") return names;
  if (node.nodeType === "VariableDeclaration" && node.mutability === "immutable") names.set(node.id, node.name);
  for (const child of Object.values(node)) namesById(child, names);
  return names;
}

/** Where the constructor writes which immutable into the runtime code, in order. */
function immutablesOf(compiled, namesById) {
  const references = Object.entries(compiled.evm.deployedBytecode.immutableReferences ?? {});
  const places = references.flatMap(([id, list]) => {
    const name = namesById.get(Number(id));
    return list.map(({ start, length }) => ({ length, name, start }));
  });
  return places.sort((a, b) => a.start - b.start);
}

/** One artifact, as the text of its file. */
function artifactText(name, source, compiled, namesById) {
  const sources = Object.fromEntries(
    Object.entries(JSON.parse(compiled.metadata).sources).map(([file, { keccak256 }]) => [file, keccak256]),
  );
  const artifact = {
    abi: compiled.abi,
    bytecode: `0x${compiled.evm.bytecode.object}`,
    compiler: { settings: settingsFor(source), version: version() },
    immutables: immutablesOf(compiled, namesById),
    name,
    runtime_bytecode: `0x${compiled.evm.deployedBytecode.object}`,
    source_hash: `0x${createHash("sha256").update(canonical(sources)).digest("hex")}`,
    sources,
  };
  return `${canonical(artifact)}\n`;
}

/** Writes `text` so that a reader sees the old file or the new one, never a part, whoever else writes it. */
function replaceFile(file, text) {
  fs.writeFileSync(`${file}.${process.pid}`, text);
  fs.renameSync(`${file}.${process.pid}`, file);
}

/** The file's text, or nothing where there is no file. */
function currentText(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return "";
  }
}

/** Brings every artifact up to date, or with `isCheck` only says which are not. Returns how many were stale. */
function bringUpToDate(isCheck) {
  const texts = allArtifacts();
  fs.mkdirSync(ARTIFACTS, { recursive: true });
  let stale = 0;
  for (const [name, text] of Object.entries(texts).sort()) {
    const file = path.join(ARTIFACTS, `${name}.json`);
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

// The parts of the evidence: how each is gathered, and what is kept of it in .cache/report/PART.json.
//
// A part is run by itself and kept with the state of the sources that it is of, so that a long report can be gathered
// bit by bit. A state is the git tree hash of src/ and of test/, whether committed or not, and a hash of the settings and of
// the tools that the part is gathered by.
"use strict";

const { createHash } = require("node:crypto");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("../compiler");
const { SIGNALS } = require("../signals");

const KEPT = path.join(CONTRACTS, ".cache", "report");
const SETTINGS = ["foundry.toml", "compiler.json", "package-lock.json", "../requirements-evidence.lock"];
const MUTATED = ["LucidGovernor", "ParamRegistry", "PayoutRouterV0", "PayoutRouterKYC"]; // held to 90 %
const SECTIONS = ["tests", "coverage", "mutation", "proofs", "analysis", "gas"];
const TOOLS = [
  "compiler.js", "processes.js", "signals.js", "toolchain.bash", "mutation/forge.js", "mutation/workspace.js", "report/parts.js",
].map((name) => `tools/${name}`); // of every part
const GATHERED_BY = {
  tests: ["gas.txt", "test-all", "gas", "tools/gas.js", ".solhint.js", "tools/artifacts.js", "tools/same-code.js", "../core/chain/artifacts"],
  coverage: ["cover", "tools/cover.js"],
  mutation: ["equivalent-mutants.json", "mutate", "tools/mutate.js", "tools/mutation"],
  proofs: ["prove", "tools/prove.js"],
  analysis: ["slither-answers.json", "analyse", "tools/analyse.js", "tools/slither_findings.py"],
  gas: ["gas"],
};

/** The hash that git gives an object. */
function gitHash(kind, body) {
  return createHash("sha1").update(`${kind} ${body.length}\0`).update(body).digest();
}

/** The hash that git gives a folder. */
function treeHash(folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return { key: `${entry.name}/`, mode: "40000", name: entry.name, hash: treeHash(place) };
    const mode = fs.statSync(place).mode & 0o100 ? "100755" : "100644";
    return { key: entry.name, mode, name: entry.name, hash: gitHash("blob", fs.readFileSync(place)) };
  });
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return gitHash("tree", Buffer.concat(entries.flatMap(({ mode, name, hash }) => [Buffer.from(`${mode} ${name}\0`), hash])));
}

/** What a part's results depend on. */
function stateFor(part) {
  const settings = createHash("sha256");
  for (const name of [...SETTINGS, ...TOOLS, ...GATHERED_BY[sectionOf(part)]]) {
    const place = path.join(CONTRACTS, name);
    settings.update(fs.statSync(place).isDirectory() ? treeHash(place) : gitHash("blob", fs.readFileSync(place)));
  }
  const tree = (folder) => treeHash(path.join(CONTRACTS, folder)).toString("hex");
  return { src: tree("src"), test: tree("test"), settings: settings.digest("hex") };
}

/** The section that a part belongs to: what stands before its hyphen. */
function sectionOf(part) {
  return part.split("-")[0];
}

/** The folders of contracts/src. */
function domains() {
  return fs.readdirSync(path.join(CONTRACTS, "src")).sort();
}

/** The parts of a section; those that a name means, if it names a part. */
function partsOf(name) {
  if (name === "coverage") return domains().map((domain) => `coverage-${domain}`);
  if (name === "mutation") return MUTATED.map((contract) => `mutation-${contract}`);
  const [section, rest] = [sectionOf(name), name.slice(name.indexOf("-") + 1)];
  const isOne = section === "mutation" ? /^\w+$/.test(rest) : section === "coverage" && domains().includes(rest);
  return SECTIONS.includes(name) || (name.includes("-") && isOne) ? [name] : [];
}

/** The file that keeps a part. */
function fileOf(part) {
  return path.join(KEPT, `${part}.json`);
}

/** What is kept of a part, or nothing. */
function kept(part) {
  return fs.existsSync(fileOf(part)) ? JSON.parse(fs.readFileSync(fileOf(part), "utf8")) : null;
}

/** All parts that there should be, and those that were run besides. */
function allParts() {
  const others = fs.existsSync(KEPT) ? fs.readdirSync(KEPT).filter((file) => /^mutation-\w+\.json$/.test(file)) : [];
  const named = SECTIONS.flatMap(partsOf);
  return [...new Set([...named, ...others.map((file) => path.basename(file, ".json")).sort()])];
}

/** Whether two states are the same. */
function isSame(one, other) {
  return ["src", "test", "settings"].every((key) => one[key] === other[key]);
}

/** "up to date", "out of date" with what changed since, or "not run". */
function ageOf(part) {
  const found = kept(part);
  if (!found) return "not run";
  if (found.changed) return "**out of date**: something changed while it ran";
  const now = stateFor(part);
  if (isSame(found.state, now)) return "up to date";
  const names = { src: "sources", test: "tests", settings: "settings or tools" };
  const changed = Object.keys(names).filter((key) => found.state[key] !== now[key]);
  return `**out of date**: ${changed.map((key) => names[key]).join(", ")} changed since`;
}

/** Runs a command of contracts/ to its end: {status, output}. Its errors are shown. A signal to us ends it, and then us. */
function run(command, ...options) {
  process.stderr.write(`contracts/${command} ${options.join(" ")}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(CONTRACTS, command), options, { stdio: ["ignore", "pipe", "inherit"] });
    let code;
    const pass = (signal) => {
      code = SIGNALS[signal];
      child.kill(signal);
    };
    for (const signal of Object.keys(SIGNALS)) process.on(signal, pass);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (status) => {
      if (code) process.exit(code);
      for (const signal of Object.keys(SIGNALS)) process.off(signal, pass);
      resolve({ status, output });
    });
  });
}

/** Runs a command that writes its own JSON: {isGood, results}. One that could not run is an error. */
async function runWithJson(command, ...options) {
  const file = path.join(KEPT, `${command}.${process.pid}`);
  const { status, output } = await run(command, ...options, "--json", file);
  if (!fs.existsSync(file)) throw new Error(`contracts/${command} ended with ${status}:\n${output.slice(-4000)}`);
  const results = JSON.parse(fs.readFileSync(file, "utf8"));
  fs.rmSync(file);
  return { isGood: status === 0, results };
}

/** What forge counted in the run of everything. */
async function runTests() {
  const { status, output } = await run("test-all");
  const count = (pattern) => [...output.matchAll(pattern)].map(([, number]) => Number(number));
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const [unit, random] = count(/Ran \d+ test suites? in .*: (\d+) tests? passed/g);
  if (random === undefined) throw new Error(`contracts/test-all ended with ${status}:\n${output.slice(-4000)}`);
  const fuzzed = count(/\[PASS\] testFuzz\w+\(.*?\) \(runs: (\d+)/g);
  const calls = count(/\[PASS\] invariant\w+\(\) \(runs: \d+, calls: (\d+)/g);
  const results = {
    "unit tests": unit, "fuzz tests": fuzzed.length, "cases of them": sum(fuzzed),
    invariants: calls.length, "calls before them": sum(calls), failed: sum(count(/tests? passed, (\d+) failed/g)),
  };
  return { isGood: status === 0, results };
}

/** What each function of each contract costs in the unit tests. */
async function runGas() {
  const { status, output } = await run("gas", "--functions");
  const line = output.split("\n").find((one) => one.startsWith("["));
  if (status !== 0 || !line) throw new Error(`contracts/gas ended with ${status}:\n${output.slice(-4000)}`);
  const ours = JSON.parse(line).filter(({ contract }) => contract.startsWith("src/"));
  return { isGood: ours.length > 0, results: ours };
}

/** Gathers a part: {isGood, results}. */
function gather(part) {
  const rest = part.slice(part.indexOf("-") + 1);
  const commands = {
    tests: runTests,
    coverage: () => runWithJson("cover", rest),
    mutation: () => runWithJson("mutate", rest),
    proofs: () => runWithJson("prove"),
    analysis: () => runWithJson("analyse"),
    gas: runGas,
  };
  return commands[sectionOf(part)]();
}

/** Runs a part and keeps what was found; whether all is as it should be. */
async function runPart(part) {
  fs.mkdirSync(KEPT, { recursive: true });
  const [state, begun] = [stateFor(part), performance.now()];
  const { isGood, results } = await gather(part);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const changed = !isSame(state, stateFor(part));
  const found = { part, at: new Date().toISOString().slice(0, 16), seconds, state, changed, isGood, results };
  fs.writeFileSync(`${fileOf(part)}.new`, `${JSON.stringify(found, null, 2)}\n`);
  fs.renameSync(`${fileOf(part)}.new`, fileOf(part));
  return isGood;
}

/** The git tree hashes of src/ and test/ now. */
function sourcesNow() {
  return ["src", "test"].map((folder) => treeHash(path.join(CONTRACTS, folder)).toString("hex"));
}

module.exports = { SECTIONS, ageOf, allParts, kept, partsOf, runPart, sectionOf, sourcesNow };

// Runs forge in a workspace, with the number of a mutant.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("../compiler");
const { run } = require("../processes");

const FORGE = path.join(CONTRACTS, "node_modules", "@foundry-rs", "forge-linux-amd64", "bin", "forge");
const PLAIN = -1; // the number of a run that is built as the product is
const INVARIANTS = "*.invariant.t.sol";
const KINDS = [
  { name: "unit", options: ["--no-match-path", INVARIANTS] },
  { name: "fuzz", options: ["--no-match-path", INVARIANTS, "--match-test", "^testFuzz"] },
  { name: "invariant", options: ["--match-path", INVARIANTS] },
];

/** The environment of a run: the mutant's number, nothing kept of a failure, a build that is quick but slow to run. */
function environmentOf(folder, number) {
  return {
    ...process.env,
    HOME: path.join(CONTRACTS, ".cache", "home"),
    TMPDIR: path.join(folder, "tmp"),
    FOUNDRY_DENY: "never",
    FOUNDRY_OPTIMIZER: number === PLAIN ? "true" : "false",
    FOUNDRY_BLOCK_COINBASE: `0x${Math.max(number, 0).toString(16).padStart(40, "0")}`,
    FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: path.join(folder, "failures", String(number)),
    FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: path.join(folder, "failures", String(number)),
    FOUNDRY_TEST_FAILURES_FILE: path.join(folder, "failures", `${number}.txt`),
    FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0",
  };
}

/** The environment of a program that looks for forge on the PATH; forge builds as the product is built, unless told. */
function environmentWithForge(folder, changes = {}) {
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin);
  fs.symlinkSync(FORGE, path.join(bin, "forge"));
  return { ...environmentOf(folder, PLAIN), PATH: `${bin}:${process.env.PATH}`, ...changes };
}

/** Runs forge: {status, stdout, stderr}. Ends it after some seconds, with null as its status. */
function runForge(folder, number, options, seconds = 300) {
  return run(FORGE, options, { folder, environment: environmentOf(folder, number), seconds });
}

/** Builds everything in the folder; an error of the build is thrown. */
async function build(folder, number = 0) {
  const { status, stdout, stderr } = await runForge(folder, number, ["build"], 1200);
  if (status !== 0) throw new Error(`forge build failed:\n${stdout}${stderr}`);
}

/** The tests that fail with a mutant, by name, how many there are, and which kinds of tests those are. */
async function failingTests(folder, number) {
  const { stdout, stderr } = await runForge(folder, number, ["test", "--json"], 1200);
  const line = stdout.split("\n").find((one) => one.startsWith("{"));
  if (!line) throw new Error(`forge test said nothing to read:\n${stdout}${stderr}`);
  const results = Object.values(JSON.parse(line)).flatMap((suite) => Object.entries(suite.test_results));
  const failing = results.filter(([, result]) => result.status === "Failure").map(([test]) => test.replace(/\(.*/, ""));
  const kindOf = (test) => (/^invariant/.test(test) ? "invariant" : /^testFuzz/.test(test) ? "fuzz" : "unit");
  return { failing, count: results.length, kinds: new Set(results.map(([test]) => kindOf(test))) };
}

/** Whether some test fails with the mutant. The quick kinds run first, since most mutants end there. */
async function isKilled(folder, number, leftOut, kinds) {
  for (const kind of KINDS.filter(({ name }) => kinds.has(name))) {
    const names = kind.name === "unit" ? [...leftOut.map((one) => `${one}\\(`), "testFuzz"] : leftOut.map((one) => `${one}\\(`);
    const skipped = names.length ? ["--no-match-test", `^(${names.join("|")})`] : [];
    const run = await runForge(folder, number, ["test", "--fail-fast", "--threads", "1", ...skipped, ...kind.options]);
    if (isFailure(run)) return true;
  }
  return false;
}

/** Whether one of the named tests fails, in a folder that was built as the product is. */
async function isKilledBy(folder, names) {
  return isFailure(await runForge(folder, PLAIN, ["test", "--fail-fast", "--match-test", `^(${names.join("|")})\\(`]));
}

/** Whether tests failed, or ran for ever; anything else that goes wrong is our own failure and is thrown. */
function isFailure({ status, stdout, stderr }) {
  if (status === 0 && /\d+ tests? passed|No tests to run|No tests match/.test(stdout + stderr)) return false;
  if (status === null || /Failing tests:|Encountered a total of/.test(stdout)) return true;
  throw new Error(`forge test ended with ${status}:\n${stdout}${stderr}`);
}

module.exports = { PLAIN, build, environmentWithForge, failingTests, isKilled, isKilledBy, runForge };

// Runs forge in a workspace, with the number of a mutant.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("../compiler");

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
    FOUNDRY_DENY: "never",
    FOUNDRY_OPTIMIZER: number === PLAIN ? "true" : "false",
    FOUNDRY_BLOCK_COINBASE: `0x${Math.max(number, 0).toString(16).padStart(40, "0")}`,
    FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: path.join(folder, "failures", String(number)),
    FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: path.join(folder, "failures", String(number)),
    FOUNDRY_TEST_FAILURES_FILE: path.join(folder, "failures", `${number}.txt`),
    FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0",
  };
}

/** Puts forge where a program that looks for it on the PATH finds it: in bin/ of the folder. */
function linkForge(folder) {
  fs.mkdirSync(path.join(folder, "bin"), { recursive: true });
  fs.symlinkSync(FORGE, path.join(folder, "bin", "forge"));
}

/** Runs forge; its exit code and what it printed. Ends it after `timeout` seconds, with null as its code. */
function runForge(folder, number, options, timeout = 300) {
  return new Promise((resolve, reject) => {
    const child = spawn(FORGE, options, { cwd: folder, env: environmentOf(folder, number), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (errors += data));
    const timer = setTimeout(() => child.kill("SIGKILL"), timeout * 1000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output, errors });
    });
  });
}

/** Builds everything in the folder; an error of the build is thrown. */
async function build(folder, number = 0) {
  const { code, output, errors } = await runForge(folder, number, ["build"], 1200);
  if (code !== 0) throw new Error(`forge build failed:\n${output}${errors}`);
}

/** The tests that fail with a mutant, by name, how many there are, and which kinds of tests those are. */
async function failingTests(folder, number) {
  const { output, errors } = await runForge(folder, number, ["test", "--json"], 1200);
  const line = output.split("\n").find((one) => one.startsWith("{"));
  if (!line) throw new Error(`forge test said nothing to read:\n${output}${errors}`);
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
function isFailure({ code, output, errors }) {
  if (code === 0 && /\d+ tests? passed|No tests to run|No tests match/.test(output + errors)) return false;
  if (code === null || /Failing tests:|Encountered a total of/.test(output)) return true;
  throw new Error(`forge test ended with ${code}:\n${output}${errors}`);
}

module.exports = { PLAIN, build, environmentOf, failingTests, isKilled, isKilledBy, linkForge, runForge };

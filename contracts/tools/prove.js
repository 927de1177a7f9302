// Has halmos prove the checks in test/**/*.check.t.sol for every input: `node prove.js HALMOS YICES [NAME] [--json FILE]`.
//
// Every function check_… must be found by halmos and come out proven: a counterexample, a solver that gave up, and a
// loop that was cut off (say `@custom:halmos --loop N` beside the check) each fail.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");
const { filesBelow, makeWorkspace } = require("./mutation/workspace");
const { environmentOf, linkForge } = require("./mutation/forge");

const PATIENCE = "120s"; // for one question to the solver
const OUTCOMES = { 0: "proven", 1: "counterexample", 2: "gave up", 3: "stuck", 4: "every path reverts", 5: "error" };

/** The checks written in the files: {file, contract, name}. */
function checksIn(files) {
  return files.flatMap((file) => {
    const text = fs.readFileSync(path.join(CONTRACTS, file), "utf8");
    const contract = text.match(/^contract (\w+)/m)?.[1];
    return [...text.matchAll(/function (check_\w+)/g)].map(([, name]) => ({ file, contract, name }));
  });
}

/** Halmos's results by "contract.check", and what it printed. */
function runHalmos(halmos, yices, checks) {
  const folder = makeWorkspace("proofs", [...new Set(checks.map(({ file }) => file))]);
  try {
    linkForge(folder);
    const results = path.join(folder, "results.json");
    const contracts = [...new Set(checks.map(({ contract }) => contract))];
    const options = ["--match-contract", `^(${contracts.join("|")})$`, "--function", "check_", "--no-status"];
    options.push("--solver-command", yices, "--solver-timeout-assertion", PATIENCE, "--json-output", results);
    const environment = { ...environmentOf(folder, -1), PATH: `${path.join(folder, "bin")}:${process.env.PATH}` };
    const { stdout, stderr } = spawnSync(halmos, options, { cwd: folder, env: environment, encoding: "utf8", maxBuffer: 1 << 30 });
    const printed = `${stdout}${stderr}`;
    if (!fs.existsSync(results)) throw new Error(`halmos failed:\n${printed}`);
    const byContract = JSON.parse(fs.readFileSync(results, "utf8")).test_results;
    const all = Object.entries(byContract).flatMap(([key, tests]) =>
      tests.map((test) => [`${key.split(":").at(-1)}.${test.name.replace(/\(.*/, "")}`, test]),
    );
    return { found: new Map(all), printed };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What became of a check. */
function outcomeOf(result) {
  if (!result) return "not found by halmos";
  if (result.exitcode === 0 && result.num_bounded_loops > 0) return "a loop was cut off";
  return OUTCOMES[result.exitcode] ?? `exit code ${result.exitcode}`;
}

/** The value after an option. */
function optionOf(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Proves, prints and says whether all is proven. */
function main() {
  const [halmos, yices, name] = process.argv.slice(2);
  const wanted = name && !name.startsWith("-") ? `/${name}.check.t.sol` : ".check.t.sol";
  const checks = checksIn(filesBelow("test", wanted));
  if (checks.length === 0) throw new Error(`no check_ function in contracts/test/**/*${wanted}`);
  const { found, printed } = runHalmos(halmos, yices, checks);
  const outcomes = checks.map((check) => {
    const result = found.get(`${check.contract}.${check.name}`);
    return { ...check, outcome: outcomeOf(result), paths: result?.num_paths?.[0] ?? 0, seconds: result?.time?.[0] ?? 0 };
  });
  const file = optionOf("--json");
  if (file) fs.writeFileSync(file, `${JSON.stringify({ checks: outcomes }, null, 2)}\n`);
  outcomes.forEach((one) => process.stdout.write(`${one.contract}.${one.name}: ${one.outcome} (${one.seconds.toFixed(1)} s)\n`));
  const proven = outcomes.filter(({ outcome }) => outcome === "proven").length;
  process.stdout.write(`halmos: ${proven} of ${outcomes.length} proven\n`);
  if (proven < outcomes.length) process.stdout.write(printed);
  return proven === outcomes.length;
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

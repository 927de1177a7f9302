// Has halmos prove the checks in test/**/*.check.t.sol for every input:
//   node prove.js HALMOS YICES [NAME] [--seconds N] [--json FILE]
//
// Every function check_… must be found by halmos and come out proved: a counterexample, a check that ran out of its time, and
// a loop that was cut off (say `@custom:halmos --loop N` beside the check) each fail. All run together at first, since most
// take a second; if that takes longer than one check may, each runs by itself, for at most N seconds (600).
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");
const { environmentWithForge } = require("./mutation/forge");
const { filesBelow, makeWorkspace } = require("./mutation/workspace");
const { removeFolder, run } = require("./processes");

const LATE = "ran out of time";
const OUTCOMES = { 0: "proved", 1: "counterexample", 2: LATE, 3: "stuck", 4: "every path reverts", 5: "error" };

/** The checks written in the files, of every contract of a file: {file, contract, name}. */
function checksIn(files) {
  return files.flatMap((file) => {
    const text = fs.readFileSync(path.join(CONTRACTS, file), "utf8");
    let contract;
    return [...text.matchAll(/^(?:abstract )?(?:contract|library) (\w+)|^ +function (check_\w+)/gm)].flatMap(([, begun, name]) => {
      contract = begun ?? contract;
      return name ? [{ file, contract, name }] : [];
    });
  });
}

/** What became of a check. */
function outcomeOf(result) {
  if (!result) return "not found by halmos";
  if (result.exitcode === 0 && result.num_bounded_loops > 0) return "a loop was cut off";
  return OUTCOMES[result.exitcode] ?? `exit code ${result.exitcode}`;
}

/** Halmos in a workspace that holds some checks. */
class Prover {
  constructor(halmos, yices, checks, seconds) {
    Object.assign(this, { halmos, yices, seconds, printed: "" });
    this.folder = makeWorkspace("proofs", [...new Set(checks.map(({ file }) => file))]);
    this.environment = environmentWithForge(this.folder);
  }

  /** Builds the checks, so that their time is their own. Halmos asks for the same build. */
  async build() {
    const options = ["build", "--ast", "--extra-output", "storageLayout", "metadata"];
    const { status, stdout, stderr } = await run("forge", options, this.#place(1200));
    if (status !== 0) throw new Error(`forge build failed:\n${stdout}${stderr}`);
  }

  /** The checks with their outcomes, or nothing when there was not enough time. */
  async prove(checks) {
    const results = path.join(this.folder, "results.json");
    fs.rmSync(results, { force: true });
    const any = (names) => `^(${[...new Set(names)].join("|")})`;
    const options = ["--match-contract", `${any(checks.map(({ contract }) => contract))}$`, "--no-status"];
    options.push("--match-test", `${any(checks.map(({ name }) => name))}\\(`, "--json-output", results);
    options.push("--solver-command", this.yices, "--solver-timeout-assertion", `${this.seconds}s`);
    const { status, stdout, stderr } = await run(this.halmos, options, this.#place(this.seconds));
    this.printed += `${stdout}${stderr}`;
    if (status === null) return null;
    if (!fs.existsSync(results)) throw new Error(`halmos failed:\n${stdout}${stderr}`);
    const found = JSON.parse(fs.readFileSync(results, "utf8")).test_results;
    const isOf = (test, name) => test.name.replace(/\(.*/, "") === name;
    return checks.map((check) => {
      const tests = found[`${check.file}:${check.contract}`] ?? [];
      const at = tests.findIndex((test) => isOf(test, check.name));
      const [result] = at < 0 ? [] : tests.splice(at, 1); // a name may be there twice, with other parameters
      return { ...check, outcome: outcomeOf(result), paths: result?.num_paths?.[0] ?? 0, seconds: result?.time?.[0] ?? 0 };
    });
  }

  /** The checks with their outcomes, each within its time. */
  async proveAll(checks) {
    await this.build();
    const together = await this.prove(checks);
    if (together) return together;
    const outcomes = [];
    for (const check of checks) {
      const [one] = (await this.prove([check])) ?? [{ ...check, outcome: LATE, paths: 0, seconds: this.seconds }];
      process.stderr.write(`  ${one.contract}.${one.name}: ${one.outcome}\n`);
      outcomes.push(one);
    }
    return outcomes;
  }

  #place(seconds) {
    return { folder: this.folder, environment: this.environment, seconds };
  }
}

/** The value after an option. */
function optionOf(name, fallback) {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
}

/** Proves, prints and says whether all is proved. */
async function main() {
  const [halmos, yices, name] = process.argv.slice(2);
  const wanted = name && !name.startsWith("-") ? `/${name}.check.t.sol` : ".check.t.sol";
  const checks = checksIn(filesBelow("test", wanted));
  if (checks.length === 0) throw new Error(`no check_ function in contracts/test/**/*${wanted}`);
  const seconds = Number(optionOf("--seconds", "600"));
  if (!(seconds > 0)) throw new Error("--seconds takes a number above 0");
  const prover = new Prover(halmos, yices, checks, seconds);
  const outcomes = await prover.proveAll(checks);
  removeFolder(prover.folder);
  const file = optionOf("--json");
  if (file) fs.writeFileSync(file, `${JSON.stringify({ seconds_for_each: seconds, checks: outcomes }, null, 2)}\n`);
  outcomes.forEach((one) => process.stdout.write(`${one.contract}.${one.name}: ${one.outcome} (${one.seconds.toFixed(1)} s)\n`));
  const proved = outcomes.filter(({ outcome }) => outcome === "proved").length;
  process.stdout.write(`halmos: ${proved} of ${outcomes.length} proved\n`);
  if (proved < outcomes.length) process.stdout.write(prover.printed);
  return proved === outcomes.length;
}

main()
  .then((isProved) => (process.exitCode = isProved ? 0 : 1))
  .catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });

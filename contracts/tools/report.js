// The evidence for the contracts: `node report.js [SECTION …]` runs the sections and writes docs/contracts/report.md.
//
// What each section found is kept in bench-results/contracts/, so that one can be run by itself; the report names what was
// not run. Sections: tests, coverage, mutation, proofs, analysis; `--write` runs none and writes what is known.
"use strict";

const { createHash } = require("node:crypto");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");

const CHECKOUT = path.resolve(CONTRACTS, "..");
const RESULTS = path.join(CHECKOUT, "bench-results", "contracts");
const ARTIFACTS = path.join(CHECKOUT, "core", "chain", "artifacts");
const MUTATED = ["LucidGovernor", "ParamRegistry", "PayoutRouterV0", "PayoutRouterKYC"];
const LARGEST = 24_576; // bytes of runtime code, EIP-170

/** Runs a command of contracts/ to its end; {status, output}. */
function run(command, ...options) {
  process.stderr.write(`contracts/${command} ${options.join(" ")}\n`);
  const result = spawnSync(path.join(CONTRACTS, command), options, { encoding: "utf8", maxBuffer: 1 << 30 });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/** The file in which a section's results are kept. */
function fileOf(section) {
  return path.join(RESULTS, `${section}.json`);
}

/** Runs a command that writes its own JSON; one that could not run is an error. */
function runWithJson(section, command, ...options) {
  fs.rmSync(fileOf(section), { force: true });
  const { status, output } = run(command, ...options, "--json", fileOf(section));
  if (!fs.existsSync(fileOf(section))) throw new Error(`contracts/${command} ended with ${status}:\n${output}`);
  return status === 0;
}

/** What forge counted in the run of everything. */
function runTests() {
  const { status, output } = run("test-all");
  const count = (pattern) => [...output.matchAll(pattern)].map(([, number]) => Number(number));
  const total = output.match(/Ran (\d+) test suites? in .*: (\d+) tests? passed, (\d+) failed/);
  const runs = count(/\[PASS\] invariant\w+\(\) \(runs: \d+, calls: (\d+)/g);
  const fuzzed = count(/\[PASS\] testFuzz\w+\(.*?\) \(runs: (\d+)/g);
  if (!total) throw new Error(`contracts/test-all ended with ${status}:\n${output.slice(-4000)}`);
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const results = {
    suites: Number(total[1]), passed: Number(total[2]), failed: Number(total[3]),
    fuzz_tests: fuzzed.length, fuzz_cases: sum(fuzzed), invariants: runs.length, invariant_calls: sum(runs),
  };
  fs.writeFileSync(fileOf("tests"), `${JSON.stringify(results, null, 2)}\n`);
  return status === 0;
}

const SECTIONS = {
  tests: runTests,
  coverage: () => runWithJson("coverage", "cover"),
  mutation: () => MUTATED.map((name) => runWithJson(`mutation-${name}`, "mutate", name)).every(Boolean),
  proofs: () => runWithJson("proofs", "prove"),
  analysis: () => runWithJson("analysis", "analyse"),
};

/** A section's results, or nothing if it was not run. */
function resultsOf(section) {
  return fs.existsSync(fileOf(section)) ? JSON.parse(fs.readFileSync(fileOf(section), "utf8")) : null;
}

/** A Markdown table. */
function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const NOT_RUN = "Not run on this checkout.";

function testsText(tests) {
  if (!tests) return NOT_RUN;
  return table(["what", "number"], Object.entries(tests).map(([name, number]) => [name.replaceAll("_", " "), number]));
}

function coverageText(coverage) {
  if (!coverage) return NOT_RUN;
  const rows = coverage.files.map(({ file, lines, branches, missed }) => [
    `\`${file}\``, lines?.join(" of ") ?? "not seen", branches?.join(" of ") ?? "not seen", missed?.join(", ") || "none",
  ]);
  return table(["source", "lines", "branches", "lines missed"], rows);
}

function mutationText() {
  const found = MUTATED.map((name) => [name, resultsOf(`mutation-${name}`)]);
  const rows = found.map(([name, one]) =>
    one ? [name, `${one.score} %`, one.killed, one.survived.length, one.equivalent.length] : [name, "not run", "", "", ""],
  );
  return table(["contract", "score", "noticed", "survived", "equivalent"], rows);
}

function proofsText(proofs) {
  if (!proofs) return NOT_RUN;
  const rows = proofs.checks.map(({ contract, name, outcome, seconds }) => [`${contract}.${name}`, outcome, seconds.toFixed(1)]);
  return table(["check", "outcome", "seconds"], rows);
}

function analysisText(analysis) {
  if (!analysis) return NOT_RUN;
  const rows = analysis.findings.map(({ impact, check, place, answer }) => [impact, check, place, answer ?? "**open**"]);
  const once = [...new Map(rows.map((row) => [row[0] + row[1] + row[3], row])).values()];
  return `${analysis.findings.length} findings; those with one answer are shown once.\n\n${table(["impact", "finding", "where", "answer"], once)}`;
}

/** The size and hash of each published contract's runtime code, immutables as zeros. */
function codeText() {
  const rows = fs.readdirSync(ARTIFACTS).filter((file) => file.endsWith(".json")).sort().map((file) => {
    const { name, runtime_bytecode: code } = JSON.parse(fs.readFileSync(path.join(ARTIFACTS, file), "utf8"));
    const bytes = Buffer.from(code.slice(2), "hex");
    return [name, `${bytes.length} of ${LARGEST}`, `\`${createHash("sha256").update(bytes).digest("hex")}\``];
  });
  return table(["contract", "bytes", "SHA-256 of the runtime code"], rows);
}

/** The report of what is known now. */
function reportText() {
  const parts = [
    ["Tests", testsText(resultsOf("tests"))],
    ["Coverage", coverageText(resultsOf("coverage"))],
    ["Mutation", mutationText()],
    ["Proofs", proofsText(resultsOf("proofs"))],
    ["Analysis", analysisText(resultsOf("analysis"))],
    ["Code", codeText()],
  ];
  const body = parts.map(([title, text]) => `## ${title}\n${text}\n`).join("\n");
  return `# Evidence for the contracts\nWritten by \`make contracts-report\`. What each unit test costs in gas is in \`contracts/gas.txt\`.\n\n${body}`;
}

const wanted = process.argv.slice(2);
const isOnlyWriting = wanted.length === 1 && wanted[0] === "--write";
const unknown = isOnlyWriting ? [] : wanted.filter((name) => !(name in SECTIONS));
if (unknown.length) {
  process.stderr.write(`there is no section ${unknown.join(", ")}; there are ${Object.keys(SECTIONS).join(", ")}\n`);
  process.exitCode = 2;
} else {
  fs.mkdirSync(RESULTS, { recursive: true });
  const sections = isOnlyWriting ? [] : wanted.length ? wanted : Object.keys(SECTIONS);
  const failed = sections.filter((name) => !SECTIONS[name]());
  fs.writeFileSync(path.join(CHECKOUT, "docs", "contracts", "report.md"), reportText());
  if (failed.length) process.stderr.write(`not as it should be: ${failed.join(", ")}\n`);
  process.exitCode = failed.length ? 1 : 0;
}

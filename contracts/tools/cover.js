// Which lines and branches of src/ the tests of the same folder run: `node cover.js [DOMAIN …] [--json FILE]`.
//
// A folder at a time, so that a change to one is quick to measure. A source that coverage does not list counts as missed.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS, SETTINGS, settingsFor } = require("./compiler");
const { runForge } = require("./mutation/forge");
const { filesBelow, makeWorkspace } = require("./mutation/workspace");
const { removeFolder } = require("./processes");

/** What an lcov report says of each file: {lines: [hit, all], branches: [hit, all], missed}. */
function readLcov(text) {
  const files = new Map();
  for (const record of text.split("end_of_record")) {
    const file = record.match(/^SF:(.*)$/m)?.[1];
    if (!file) continue;
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, hits]) => [Number(line), Number(hits)]);
    const branches = [...record.matchAll(/^BRDA:(\d+),\d+,\d+,(\S+)/gm)].map(([, line, hits]) => [Number(line), Number(hits) || 0]);
    const count = (all) => [all.filter(([, hits]) => hits > 0).length, all.length];
    const missed = [...new Set([...lines, ...branches].filter(([, hits]) => hits === 0).map(([line]) => line))];
    files.set(file, { lines: count(lines), branches: count(branches), missed: missed.sort((a, b) => a - b) });
  }
  return files;
}

/** Whether a file has nothing that runs: interfaces, and libraries of constants. */
function isEmpty(file) {
  return !/\{[^}]*\b(return|revert|=|emit)\b/.test(fs.readFileSync(path.join(CONTRACTS, file), "utf8").replace(/\/\/.*$/gm, ""));
}

/** Has the oldest machine that a source asks for be that of all. Built for two, a source would be counted in one of them. */
function buildForOneMachine(folder, sources) {
  const file = path.join(folder, "foundry.toml");
  const older = sources.map((source) => settingsFor(source).evmVersion).find((version) => version !== SETTINGS.evmVersion);
  const text = fs.readFileSync(file, "utf8").replace(/^(additional_compiler_profiles|compilation_restrictions) = .*\n/gm, "");
  fs.writeFileSync(file, older ? text.replace(/^evm_version = "\w+"/m, `evm_version = "${older}"`) : text);
}

/** The coverage of the sources of one folder by its tests. Tests that hold gas fail here and count as run. */
async function coverDomain(domain) {
  const tests = filesBelow(`test/${domain}`, ".t.sol").filter((file) => !file.endsWith(".check.t.sol"));
  if (tests.length === 0) throw new Error(`there is no test in contracts/test/${domain}`);
  const sources = filesBelow(`src/${domain}`, ".sol");
  const folder = makeWorkspace("coverage", tests);
  buildForOneMachine(folder, sources);
  const report = path.join(folder, "lcov.info");
  const options = ["coverage", "--allow-failure", "--report", "lcov", "--report-file", report, "--no-match-coverage", "^test/"];
  const { stdout, stderr } = await runForge(folder, 0, options, 1800);
  if (!fs.existsSync(report)) throw new Error(`forge coverage failed for ${domain}:\n${stdout}${stderr}`);
  const found = readLcov(fs.readFileSync(report, "utf8"));
  removeFolder(folder);
  return sources.filter((file) => found.has(file) || !isEmpty(file)).map((file) => ({ file, ...found.get(file) }));
}

/** Whether every line and branch ran. */
function isFull({ lines, branches }) {
  return Boolean(lines) && lines[0] === lines[1] && branches[0] === branches[1];
}

/** Measures, prints and says whether all of it ran. */
async function main(options) {
  const at = options.indexOf("--json");
  const [report] = at < 0 ? [] : options.splice(at, 2).slice(1);
  const all = fs.readdirSync(path.join(CONTRACTS, "src")).sort();
  const files = [];
  for (const domain of options.length ? options : all) files.push(...(await coverDomain(domain)));
  if (report) fs.writeFileSync(report, `${JSON.stringify({ files }, null, 2)}\n`);
  for (const one of files) {
    const share = one.lines ? `lines ${one.lines.join("/")}, branches ${one.branches.join("/")}` : "not seen by forge coverage";
    process.stdout.write(`${isFull(one) ? "full" : "MISSED"}  ${one.file}: ${share}${one.missed?.length ? `; lines ${one.missed.join(", ")}` : ""}\n`);
  }
  return files.length > 0 && files.every(isFull);
}

main(process.argv.slice(2))
  .then((isWhole) => (process.exitCode = isWhole ? 0 : 1))
  .catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });

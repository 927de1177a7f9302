// The evidence for the contracts: `node report.js [--missing | PART …]` runs parts of it, then writes docs/contracts/report.md.
//
// The report joins what is kept of every part (report/parts.js), with the state of the sources that each is of. Without an
// argument nothing is run; --missing runs what was never run, and what is out of date.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");
const { SECTIONS, ageOf, allParts, kept, partsOf, runPart } = require("./report/parts");
const { reportText } = require("./report/text");

const REPORT = path.resolve(CONTRACTS, "..", "docs", "contracts", "report.md");

/** The parts to run; a name that there is not is an error. */
function partsToRun(names) {
  if (names.length === 1 && names[0] === "--missing") return allParts().filter((part) => ageOf(part) !== "up to date");
  const unknown = names.filter((name) => partsOf(name).length === 0);
  if (unknown.length === 0) return names.flatMap(partsOf);
  const known = `${SECTIONS.join(", ")}, coverage-DOMAIN, mutation-NAME`;
  throw new Error(`there is no part ${unknown.join(", ")}; there are ${known}`);
}

/** Runs the parts one after another; one that could not run keeps no other from running. Returns those that could not. */
async function runParts(parts) {
  const failed = [];
  for (const part of parts) {
    try {
      await runPart(part);
    } catch (error) {
      process.stderr.write(`${part}: ${error.message}\n`);
      failed.push(part);
    }
    fs.writeFileSync(REPORT, reportText());
  }
  return failed;
}

/** What is kept and not as it should be, whether it was run now or before. */
function notGood() {
  return allParts().filter((part) => kept(part)?.isGood === false);
}

async function main() {
  const failed = await runParts(partsToRun(process.argv.slice(2)));
  fs.writeFileSync(REPORT, reportText());
  const bad = [...new Set([...failed, ...notGood()])];
  if (bad.length) process.stderr.write(`not as it should be: ${bad.join(", ")}\n`);
  process.exitCode = bad.length ? 1 : 0;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});

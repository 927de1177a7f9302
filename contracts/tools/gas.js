// Compares what unit tests cost in gas with what they cost when gas.txt was written: `node gas.js GAS.TXT FOUND`.
//
// Both are forge's snapshots. Tests that only one of them has are errors, as are tests that cost over 2 % more or less.
"use strict";

const fs = require("node:fs");

const TOLERANCE = 0.02;

/** What each test of a snapshot costs. */
function costsIn(file) {
  const lines = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => {
    const [, test, gas] = /^(\S+) \(gas: (\d+)\)$/.exec(line) ?? [];
    if (!test) throw new Error(`${file} has a line that is no test's cost: ${line}`);
    return [test, Number(gas)];
  }));
}

/** What differs between two snapshots, a sentence each. */
function differences(kept, found) {
  const missing = [...kept.keys()].filter((test) => !found.has(test)).map((test) => `${test} was not run`);
  const others = [...found].flatMap(([test, gas]) => {
    const was = kept.get(test);
    if (was === undefined) return [`${test} is new: ${gas}`];
    const percent = ((gas - was) / was) * 100;
    return Math.abs(gas - was) > TOLERANCE * was ? [`${test}: ${gas} instead of ${was} (${percent.toFixed(1)} %)`] : [];
  });
  return [...missing, ...others];
}

const [kept, found] = process.argv.slice(2).map(costsIn);
const all = differences(kept, found);
for (const one of all) process.stderr.write(`${one}\n`);
if (all.length) {
  process.stderr.write("contracts: the costs in gas differ from gas.txt; where that is meant, run: contracts/gas --update\n");
  process.exitCode = 1;
}

// Mutants that change nothing that anybody can observe, each with its reason: contracts/equivalent-mutants.json.
//
// {"CONTRACT": {"ID": "reason"}}. An entry that no longer names a mutant, or one that a test does notice, is an error:
// so the file never excuses more than it was written for.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("../compiler");

const FILE = path.join(CONTRACTS, "equivalent-mutants.json");

/** Gives each mutant an ID that stays while its function and the change stay, wherever they move in the file. */
function identify(mutants) {
  const seen = new Map();
  for (const mutant of mutants) {
    const { file, where, operator, original, mutated } = mutant;
    const key = JSON.stringify([path.posix.basename(file), where, operator, original, mutated]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    mutant.id = createHash("sha256").update(`${key}#${count}`).digest("hex").slice(0, 12);
  }
}

/** The reasons written down for a contract, by the mutants' IDs. */
function reasonsFor(name) {
  return fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, "utf8"))[name] ?? {} : {};
}

/** Throws where the file names a mutant that there is not, or gives no reason. */
function requireKnown(name, mutants) {
  for (const [id, reason] of Object.entries(reasonsFor(name))) {
    if (!mutants.some((one) => one.id === id)) {
      throw new Error(`equivalent-mutants.json: ${name} has no mutant ${id} any more; take the entry out`);
    }
    if (!reason.trim()) throw new Error(`equivalent-mutants.json: mutant ${id} of ${name} has no reason`);
  }
}

/** Marks the survivors that the file calls equivalent; throws where a test notices one of them. */
function applyEquivalents(name, mutants) {
  for (const [id, reason] of Object.entries(reasonsFor(name))) {
    const mutant = mutants.find((one) => one.id === id);
    if (mutant.result !== "survived") {
      throw new Error(`equivalent-mutants.json: mutant ${id} of ${name} is ${mutant.result}, not equivalent; take it out`);
    }
    Object.assign(mutant, { result: "equivalent", reason });
  }
}

module.exports = { applyEquivalents, identify, requireKnown };

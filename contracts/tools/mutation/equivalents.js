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

/** Marks the survivors that the file calls equivalent; throws where the file is wrong. */
function applyEquivalents(name, mutants) {
  const reasons = fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, "utf8"))[name] ?? {} : {};
  for (const [id, reason] of Object.entries(reasons)) {
    const mutant = mutants.find((one) => one.id === id);
    if (!mutant) throw new Error(`equivalent-mutants.json: ${name} has no mutant ${id} any more; take the entry out`);
    if (mutant.result !== "survived") {
      throw new Error(`equivalent-mutants.json: mutant ${id} of ${name} is ${mutant.result}, not equivalent; take it out`);
    }
    if (!reason.trim()) throw new Error(`equivalent-mutants.json: mutant ${id} of ${name} has no reason`);
    Object.assign(mutant, { result: "equivalent", reason });
  }
}

module.exports = { applyEquivalents, identify };

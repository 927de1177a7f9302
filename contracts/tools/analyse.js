// Has slither look at the published contracts: `node analyse.js PYTHON [--json FILE]`, with the Python that has slither.
//
// Each finding is either mended in the source, or answered in contracts/slither-answers.json with its reason. An answer
// that fits no finding any more is an error, and so is a contract that slither did not see.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");
const { environmentWithForge } = require("./mutation/forge");
const { filesBelow, makeWorkspace } = require("./mutation/workspace");
const { removeFolder, run } = require("./processes");

const ANSWERS = path.join(CONTRACTS, "slither-answers.json");

// Matters of taste, and of one property of every chain: these may be answered once, with "*" as the place.
const WHOLE = new Set(["naming-convention", "timestamp", "too-many-digits"]);

/** The names of the contracts that the sources define, libraries and interfaces too. */
function namesIn(sources) {
  const texts = sources.map((file) => fs.readFileSync(path.join(CONTRACTS, file), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(/^(?:abstract )?(?:contract|library|interface) (\w+)/gm)].map(([, name]) => name));
}

/** Where a finding is: the function or contract that it names first, without lines, so that it stays when lines move. */
function placeOf(finding) {
  const [first] = finding.elements;
  if (!first) return finding.check;
  const contract = first.type === "contract" ? first : first.type_specific_fields?.parent;
  const owner = contract?.type === "function" ? contract.type_specific_fields.parent : contract;
  return [owner?.name, contract?.type === "function" ? contract.name : null, first.type === "contract" ? null : first.name]
    .filter(Boolean)
    .join(".");
}

/** Slither's findings and the contracts that it saw. It reads syntax trees, so the code need not be optimised. */
async function analyse(python, sources) {
  const folder = makeWorkspace("analysis", sources);
  const place = { folder, environment: environmentWithForge(folder, { FOUNDRY_OPTIMIZER: "false" }), seconds: 1200 };
  const built = await run("forge", ["build", "--build-info", "--ast"], place);
  if (built.status !== 0) throw new Error(`forge build failed:\n${built.stdout}${built.stderr}`);
  const found = await run(python, [path.join(__dirname, "slither_findings.py")], place);
  if (found.status !== 0) throw new Error(`slither failed:\n${found.stdout}${found.stderr}`);
  removeFolder(folder);
  const { findings, seen } = JSON.parse(found.stdout);
  const shown = findings.map((one) => ({
    check: one.check, impact: one.impact, place: placeOf(one), text: one.description.trim().replace(/\s+/g, " "),
  }));
  return { findings: shown, seen: new Set(seen) };
}

/** Findings with their answers, and what is wrong: findings without one, answers without a finding. */
function judge(findings, answers) {
  const isFor = (answer, finding) =>
    answer.check === finding.check && (answer.place === finding.place || (answer.place === "*" && WHOLE.has(answer.check)));
  const answered = findings.map((finding) => ({ ...finding, answer: answers.find((one) => isFor(one, finding))?.answer }));
  const open = answered.filter(({ answer }) => !answer?.trim());
  const stale = answers.filter((answer) => !findings.some((finding) => isFor(answer, finding)));
  return { answered, open, stale };
}

/** The value after an option. */
function optionOf(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Runs slither, prints what is wrong and says whether nothing is. */
async function main() {
  const sources = filesBelow("src", ".sol");
  const { findings, seen } = await analyse(process.argv[2], sources);
  const unseen = namesIn(sources).filter((name) => !seen.has(name));
  const answers = fs.existsSync(ANSWERS) ? JSON.parse(fs.readFileSync(ANSWERS, "utf8")) : [];
  const { answered, open, stale } = judge(findings, answers);
  const file = optionOf("--json");
  if (file) fs.writeFileSync(file, `${JSON.stringify({ contracts: seen.size, findings: answered }, null, 2)}\n`);
  open.forEach(({ impact, check, place, text }) => process.stdout.write(`${impact}: ${check} at ${place}: ${text}\n`));
  stale.forEach(({ check, place }) => process.stdout.write(`slither-answers.json: no finding ${check} at ${place} any more; take it out\n`));
  unseen.forEach((name) => process.stdout.write(`slither did not see ${name}\n`));
  const count = `${sources.length} sources, ${findings.length} findings, ${findings.length - open.length} answered`;
  process.stdout.write(`slither: ${count}\n`);
  return sources.length > 0 && open.length + stale.length + unseen.length === 0;
}

main()
  .then((isClean) => (process.exitCode = isClean ? 0 : 1))
  .catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });

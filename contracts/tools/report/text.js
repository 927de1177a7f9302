// The report of the evidence as Markdown, from what is kept of its parts.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS } = require("../compiler");
const { SECTIONS, ageOf, allParts, kept, sectionOf, sourcesNow } = require("./parts");

const ARTIFACTS = path.resolve(CONTRACTS, "..", "core", "chain", "artifacts");
const LARGEST = 24_576; // bytes of runtime code, EIP-170

/** A Markdown table. */
function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replace(/\s+/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** What of a section was run: the kept parts. */
function keptOf(section) {
  return allParts().filter((part) => sectionOf(part) === section).map(kept).filter(Boolean);
}

/** Which state of the sources each part is of. */
function partsTable() {
  const rows = allParts().map((part) => {
    const found = kept(part);
    if (!found) return [part, "", "", "", "", "", ageOf(part)];
    const { state, at, seconds, isGood } = found;
    const result = isGood ? "good" : "**not as it should be**";
    return [part, result, `\`${state.src.slice(0, 10)}\``, `\`${state.test.slice(0, 10)}\``, at.replace("T", " "), seconds, ageOf(part)];
  });
  return table(["part", "result", "sources", "tests", "run (UTC)", "seconds", "state"], rows);
}

function testsText([{ results }]) {
  return table(["what", "number"], Object.entries(results));
}

function coverageText(parts) {
  const rows = parts.flatMap(({ results }) => results.files).map(({ file, lines, branches, missed }) => [
    `\`${file}\``, lines?.join(" of ") ?? "not seen", branches?.join(" of ") ?? "not seen", missed?.join(", ") || "none",
  ]);
  return table(["source", "lines", "branches", "lines missed"], rows);
}

function mutationText(parts) {
  const rows = parts.map(({ results: one }) => [
    one.contract, one.killed + one.survived.length + one.equivalent.length, one.killed, one.survived.length, one.equivalent.length, `${one.score} %`,
  ]);
  const alive = parts.flatMap(({ results }) => results.survived).map(({ file, line, where, operator, original, mutated }) => [
    `\`${file}:${line}\``, where, operator, `\`${original}\``, `\`${mutated || "nothing"}\``,
  ]);
  const scores = table(["contract", "changes", "noticed", "survived", "change nothing", "score"], rows);
  return alive.length ? `${scores}\n\n${table(["survived at", "in", "kind", "was", "became"], alive)}` : scores;
}

function proofsText([{ results }]) {
  const rows = results.checks.map(({ contract, name, outcome, paths, seconds }) => [
    `${contract}.${name}`, outcome === "proved" ? outcome : `**${outcome}**`, paths, seconds.toFixed(1),
  ]);
  const proved = results.checks.filter(({ outcome }) => outcome === "proved").length;
  const count = `${proved} of ${results.checks.length} are proved for every input; a check has ${results.seconds_for_each} seconds.`;
  return `${count}\n\n${table(["check", "outcome", "paths", "seconds"], rows)}`;
}

function analysisText([{ results }]) {
  const rows = results.findings.map(({ impact, check, place, answer }) => [impact, check, place, answer ?? "**open**"]);
  const once = [...new Map(rows.map((row) => [row[0] + row[1] + row[3], row])).values()];
  return `${results.findings.length} findings; those with one answer are shown once.\n\n${table(["impact", "finding", "where", "answer"], once)}`;
}

function gasText([{ results }]) {
  const rows = results.flatMap(({ contract, functions }) =>
    Object.entries(functions).map(([name, { calls, min, median, max }]) => [contract.split(":").at(-1), `\`${name}\``, calls, min, median, max]),
  );
  const note = "Each function in the unit tests, refused calls among them. What each test costs is held by `contracts/gas.txt`.";
  return `${note}\n\n${table(["contract", "function", "calls", "least", "median", "most"], rows)}`;
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

const WRITERS = {
  tests: ["Tests", testsText],
  coverage: ["Coverage", coverageText],
  mutation: ["Mutation", mutationText],
  proofs: ["Proofs", proofsText],
  analysis: ["Slither", analysisText],
  gas: ["Gas", gasText],
};

/** A section, or that it was not run. One that is out of date says so above its tables. */
function sectionText(section) {
  const [title, write] = WRITERS[section];
  const parts = keptOf(section);
  const old = parts.filter(({ part }) => ageOf(part) !== "up to date").map(({ part }) => part);
  const warning = old.length ? `**Out of date: ${old.join(", ")}.** The first table says what changed since.\n\n` : "";
  return `## ${title}\n${warning}${parts.length ? write(parts) : "Not run."}\n`;
}

/** The report of what is known now. */
function reportText() {
  const [sources, tests] = sourcesNow();
  const head =
    "# Evidence for the contracts\nWritten by `make contracts-report` from what each part left when it last ran. *Sources* and *tests* are the git tree hashes of\n" +
    "`contracts/src` and `contracts/test` that a part is of: `git rev-parse HEAD:contracts/src`. When this was written they were\n" +
    `\`${sources.slice(0, 10)}\` and \`${tests.slice(0, 10)}\`; whether a part is up to date is told against these.\n`;
  return [head, `## Parts\n${partsTable()}\n`, ...SECTIONS.map(sectionText), `## Code\n${codeText()}\n`].join("\n");
}

module.exports = { reportText };

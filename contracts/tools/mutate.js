// Tries whether a contract's tests notice when it is changed: `node mutate.js NAME [--json FILE] [--at-least PERCENT]`.
//
// Every mutant is one small change (mutation/operators.js). All that can be are built into one source and chosen by a
// number (mutation/schemata.js); the few others are built one by one. A mutant that no test notices survives.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { CONTRACTS } = require("./compiler");
const { applyEquivalents, identify, requireKnown } = require("./mutation/equivalents");
const { PLAIN, build, failingTests, isKilled, isKilledBy } = require("./mutation/forge");
const { mutantsOf, walk } = require("./mutation/operators");
const { aloneOf, schemataOf } = require("./mutation/schemata");
const { removeFolder } = require("./processes");
const { check, makeWorkspace, readBytes, sourceOf, testsOf, writeBytes } = require("./mutation/workspace");

const UNASSIGNED = "3464"; // the compiler's code for a storage pointer that may be read before it is set

/** The contracts of our own that are in a contract: itself, and those of src/ that it inherits from, by file. */
function contractsIn(name, source, asts) {
  const all = new Map();
  for (const [file, { ast }] of Object.entries(asts)) {
    for (const node of ast.nodes.filter((one) => one.nodeType === "ContractDefinition")) all.set(node.id, { file, node });
  }
  const main = [...all.values()].find(({ file, node }) => file === source && node.name === name);
  if (!main) throw new Error(`${source} has no contract ${name}`);
  const files = new Map();
  for (const id of main.node.linearizedBaseContracts) {
    const { file, node } = all.get(id);
    if (!file.startsWith("src/") || node.contractKind === "interface") continue;
    files.set(file, [...(files.get(file) ?? []), node]);
  }
  return files;
}

/** Modifiers by their id, with the text of their file. */
function modifiersIn(folder, asts) {
  const found = new Map();
  for (const [file, { ast }] of Object.entries(asts)) {
    const from = file.startsWith("@") ? path.join(CONTRACTS, "node_modules") : folder;
    const text = readBytes(from, file);
    walk(ast, (node) => {
      if (node.nodeType === "ModifierDefinition") found.set(node.id, { file, node, text });
      return node.nodeType === "SourceUnit" || node.nodeType === "ContractDefinition";
    });
  }
  return found;
}

/** Every mutant, numbered from 1. Refuses a contract that reads what the number is carried in. */
function findMutants(name, source, folder) {
  const { asts, errors } = check(folder, source);
  if (errors.length) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  const modifiers = modifiersIn(folder, asts);
  const mutants = [];
  for (const [file, contracts] of contractsIn(name, source, asts)) {
    const text = readBytes(folder, file);
    if (/\bcoinbase\b/.test(text)) throw new Error(`${file} reads block.coinbase, which carries the mutant's number`);
    mutants.push(...mutantsOf(file, text, contracts, modifiers));
  }
  const known = new Set();
  const different = mutants.filter((mutant) => {
    const key = JSON.stringify([mutant.file, mutant.alone.map(({ start, end, text }) => [start, end, text])]);
    return !known.has(key) && known.add(key);
  });
  different.forEach((mutant, index) => (mutant.number = index + 1));
  identify(different);
  return different;
}

/** The spans in the function around an offset of the text. */
function spansOfFunction(text, offset, spans) {
  const heads = [...text.matchAll(/\b(?:function \w+|constructor|modifier \w+|receive|fallback) ?\(/g)];
  const begin = heads.filter(({ index }) => index <= offset).at(-1)?.index ?? 0;
  const end = heads.find(({ index }) => index > offset)?.index ?? text.length;
  return spans.filter(({ from, to }) => begin <= from && to <= end);
}

/** The numbers of the mutants that an error of the compiler is about. */
function blamed({ errorCode, sourceLocation }, text, spans, deletions) {
  const [start, end] = [sourceLocation?.start ?? -1, sourceLocation?.end ?? -1];
  if (errorCode === UNASSIGNED) {
    return spansOfFunction(text, start, spans).flatMap(({ numbers }) => numbers.filter((one) => deletions.has(one)));
  }
  const inside = spans.filter(({ from, to }) => start <= from && to <= end);
  if (inside.length) return inside.flatMap(({ numbers }) => numbers);
  const around = spans.filter(({ from, to }) => from <= start && end <= to);
  around.sort((a, b) => a.to - a.from - (b.to - b.from));
  return (around.length ? [around[0]] : spansOfFunction(text, start, spans)).flatMap(({ numbers }) => numbers);
}

/** Writes the mutants of a file, part of the source `whole`, into it as far as they build together; the others are returned. */
function writeSchemata(folder, file, mutants, whole) {
  const original = readBytes(folder, file);
  const isUnset = ({ operator, original }) => operator === "deletion" && original.includes("=");
  const deletions = new Set(mutants.filter(isUnset).map(({ number }) => number));
  let together = mutants;
  for (let withCode = false; ; ) {
    const { text, spans } = schemataOf(original, together);
    const { errors } = check(folder, file, { text, withCode, whole });
    if (errors.length === 0 && withCode) {
      writeBytes(folder, file, text);
      return mutants.filter((mutant) => !together.includes(mutant));
    }
    withCode = errors.length === 0;
    const guilty = new Set(errors.flatMap((error) => blamed(error, text, spans, deletions)));
    if (errors.length && guilty.size === 0) {
      together.filter(({ places }) => places[0].kind === "getter").forEach(({ number }) => guilty.add(number));
    }
    if (errors.length && guilty.size === 0) throw new Error(errors.map((one) => one.formattedMessage).join("\n"));
    together = together.filter(({ number }) => !guilty.has(number));
  }
}

/** Runs `work` for each item, as many at a time as there are processors. */
async function forEachAtOnce(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

/** Says on the terminal how far it is. */
function tell(text) {
  process.stderr.write(`${text}\n`);
}

/** The kinds of tests there are, and the tests that fail with all mutants in one source, such as limits of gas. */
async function tryNone(folder, originals) {
  const { failing, count, kinds } = await failingTests(folder, 0);
  if (count === 0) throw new Error("forge ran no test");
  if (failing.length === 0) return { kinds, leftOut: [] };
  const mutated = new Map([...originals.keys()].map((file) => [file, readBytes(folder, file)]));
  originals.forEach((text, file) => writeBytes(folder, file, text));
  await build(folder, PLAIN);
  const before = await failingTests(folder, PLAIN);
  if (before.failing.length) throw new Error(`tests fail before anything is changed: ${before.failing.join(", ")}`);
  mutated.forEach((text, file) => writeBytes(folder, file, text));
  await build(folder);
  return { kinds, leftOut: failing };
}

/** Tries the mutants that are built together. */
async function tryTogether(folder, mutants, leftOut, kinds) {
  let done = 0;
  await forEachAtOnce(mutants, async (mutant) => {
    mutant.result = (await isKilled(folder, mutant.number, leftOut, kinds)) ? "killed" : "survived";
    done += 1;
    if (done % 25 === 0) tell(`  ${done} of ${mutants.length}`);
  });
}

/** Tries the mutants that must be built one by one; what the compiler refuses is no mutant. */
async function tryAlone(folder, mutants, originals, { leftOut, kinds, whole }) {
  originals.forEach((text, file) => writeBytes(folder, file, text));
  for (const mutant of mutants) {
    const text = aloneOf(originals.get(mutant.file), mutant);
    mutant.result = "invalid";
    if (check(folder, mutant.file, { text, withCode: true, whole }).errors.length) continue;
    writeBytes(folder, mutant.file, text);
    await build(folder);
    mutant.result = (await isKilled(folder, 0, leftOut, kinds)) ? "killed" : "survived";
    writeBytes(folder, mutant.file, originals.get(mutant.file));
  }
}

/** Tries what survived against the tests that were left out, each built as the product is. */
async function tryLeftOut(folder, mutants, originals, leftOut) {
  for (const mutant of leftOut.length ? mutants.filter((one) => one.result === "survived") : []) {
    writeBytes(folder, mutant.file, aloneOf(originals.get(mutant.file), mutant));
    await build(folder, PLAIN);
    if (await isKilledBy(folder, leftOut)) mutant.result = "killed";
    writeBytes(folder, mutant.file, originals.get(mutant.file));
  }
}

/** Tries every mutant in a workspace. */
async function tryAll(name, source, tests, folder) {
  const mutants = findMutants(name, source, folder);
  if (mutants.length === 0) throw new Error(`${name} has nothing to change`);
  requireKnown(name, mutants);
  const files = new Set(mutants.map(({ file }) => file));
  const originals = new Map([...files].map((file) => [file, readBytes(folder, file)]));
  const alone = [...files].flatMap((file) => writeSchemata(folder, file, mutants.filter((one) => one.file === file), source));
  tell(`${name}: ${mutants.length} mutants, ${alone.length} of them built by themselves; ${tests.length} files of tests`);
  await build(folder);
  const { kinds, leftOut } = await tryNone(folder, originals);
  if (leftOut.length) tell(`  only for what survives, since all mutants in one source fail them: ${leftOut.join(", ")}`);
  await tryTogether(folder, mutants.filter((one) => !alone.includes(one)), leftOut, kinds);
  await tryAlone(folder, alone, originals, { leftOut, kinds, whole: source });
  await tryLeftOut(folder, mutants, originals, leftOut);
  return { mutants, leftOut };
}

/** What was found, as a report and for JSON. */
function reportOf(name, source, mutants, leftOut, seconds) {
  const withResult = (result) => mutants.filter((one) => one.result === result);
  const shown = ({ file, line, where, operator, original, mutated, id }) => ({ file, line, where, operator, original, mutated, id });
  const [killed, survived] = [withResult("killed").length, withResult("survived")];
  return {
    contract: name,
    source,
    score: Math.floor((killed * 1000) / (killed + survived.length || 1)) / 10,
    killed,
    survived: survived.map(shown),
    equivalent: withResult("equivalent").map((one) => ({ ...shown(one), reason: one.reason })),
    refused_by_the_compiler: withResult("invalid").length,
    tests_run_for_survivors_only: leftOut,
    seconds: Math.round(seconds),
  };
}

/** Tries a contract and returns the report. */
async function mutate(name) {
  const begun = performance.now();
  const source = sourceOf(name);
  const tests = testsOf(source);
  if (tests.length === 0) throw new Error(`no test in ${path.dirname(source).replace("src", "test")} uses ${source}`);
  const folder = makeWorkspace(name, tests);
  try {
    const { mutants, leftOut } = await tryAll(name, source, tests, folder);
    applyEquivalents(name, mutants);
    return reportOf(name, source, mutants, leftOut, (performance.now() - begun) / 1000);
  } finally {
    removeFolder(folder);
  }
}

/** Prints a report for people. */
function print(report) {
  for (const { file, line, where, operator, original, mutated, id } of report.survived) {
    process.stdout.write(`survived: ${file}:${line} ${where} [${operator}] ${original}  →  ${mutated}   (${id})\n`);
  }
  process.stdout.write(
    `${report.contract}: ${report.score} % (${report.killed} killed, ${report.survived.length} survived, ` +
      `${report.equivalent.length} equivalent, ${report.refused_by_the_compiler} refused by the compiler) in ${report.seconds} s\n`,
  );
}

/** The value after an option, or a default. */
function optionOf(name, fallback) {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
}

mutate(process.argv[2])
  .then((report) => {
    const file = optionOf("--json");
    if (file) fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    print(report);
    process.exitCode = report.score < Number(optionOf("--at-least", "90")) ? 1 : 0;
  })
  .catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });

// The Solidity compiler as every tool here runs it: solc's WebAssembly build, with the sources of one folder.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");

const CONTRACTS = path.resolve(__dirname, "..");
const SETTINGS = JSON.parse(fs.readFileSync(path.join(CONTRACTS, "compiler.json"), "utf8"));
const IMPORT = /^\s*import\b[^;]*?["']([^"']+)["']/gm;
const RESTRICTION = /\{ paths = "([^"]+)", evm_version = "(\w+)" \}/g;

/** Whether a path is one of those that a pattern of foundry.toml names: * stays in a folder, ** does not. */
function fits(pattern, file) {
  const part = { "**": ".*", "*": "[^/]*" };
  const text = pattern.replace(/\*\*|\*|[.+?^${}()|[\]\\]/g, (one) => part[one] ?? `\\${one}`);
  return new RegExp(`^${text}$`).test(file);
}

/** The sources that foundry.toml keeps to an older virtual machine: [{paths, evmVersion}]. */
function readRestrictions() {
  const text = fs.readFileSync(path.join(CONTRACTS, "foundry.toml"), "utf8");
  const written = text.match(/^compilation_restrictions = \[(.*)\]$/m)?.[1] ?? "";
  const found = [...written.matchAll(RESTRICTION)].map(([, paths, evmVersion]) => ({ paths, evmVersion }));
  if (found.length === 0 || found.length !== written.split("{").length - 1) {
    throw new Error("foundry.toml: compilation_restrictions is not one line of { paths = …, evm_version = … }");
  }
  return found;
}

const RESTRICTIONS = readRestrictions();

/** The compiler's settings for a source file: those that forge builds it with. */
function settingsFor(source) {
  const older = RESTRICTIONS.find(({ paths }) => fits(paths, source));
  return { ...SETTINGS, evmVersion: older?.evmVersion ?? SETTINGS.evmVersion };
}

/** Where a source is: OpenZeppelin's in the locked npm package, ours in contracts/. */
function placeOf(name) {
  return path.join(CONTRACTS, name.startsWith("@openzeppelin/contracts/") ? "node_modules" : "", name);
}

/** What the compiler asks for beyond what it was given: OpenZeppelin's, from the locked npm package. */
function readImport(name) {
  const file = placeOf(name);
  if (!name.startsWith("@openzeppelin/contracts/") || !fs.existsSync(file)) return { error: `${name} is not here` };
  return { contents: fs.readFileSync(file, "utf8") };
}

/** The texts of some sources and of all they import, by name. The compiler refuses to go on where one were left out. */
function closureOf(names, found = new Map()) {
  for (const name of names.filter((one) => !found.has(one))) {
    const text = fs.readFileSync(placeOf(name), "utf8");
    found.set(name, text);
    const imported = [...text.matchAll(IMPORT)].map(([, to]) => to);
    closureOf(imported.map((to) => (to.startsWith(".") ? path.posix.join(path.posix.dirname(name), to) : to)), found);
  }
  return found;
}

/** The compiler's answer to a standard JSON input; imports of OpenZeppelin are found. */
function compile(sources, settings) {
  const input = { language: "Solidity", sources, settings };
  return JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
}

/** The compiler's version as the native compiler would print it. */
function version() {
  return solc.version().replace(".Emscripten.clang", "");
}

module.exports = { CONTRACTS, IMPORT, SETTINGS, closureOf, compile, readImport, settingsFor, version };

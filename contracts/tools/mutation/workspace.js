// A folder of its own in which a contract, its tests and all they import can be changed and built.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { CONTRACTS, closureOf, compile, settingsFor } = require("../compiler");
const { makeFolder } = require("../processes");

/** Files below a folder of contracts/ whose name ends so, by their path from contracts/. */
function filesBelow(folder, ending) {
  const root = path.join(CONTRACTS, folder);
  if (!fs.existsSync(root)) return [];
  const names = fs.readdirSync(root, { recursive: true }).filter((name) => name.endsWith(ending));
  return names.map((name) => path.posix.join(folder, name.split(path.sep).join("/"))).sort();
}

/** Our own files that a file imports, directly or not, itself among them. */
function ownFilesOf(file) {
  return [...closureOf([file]).keys()].filter((name) => !name.startsWith("@"));
}

/** The source file of a contract. */
function sourceOf(name) {
  const found = filesBelow("src", `/${name}.sol`);
  if (found.length !== 1) throw new Error(`there is no contract ${name} in contracts/src`);
  return found[0];
}

/** The tests of the source's own folder that use it. */
function testsOf(source) {
  const folder = path.posix.dirname(source).replace(/^src/, "test");
  return filesBelow(folder, ".t.sol").filter((file) => !file.endsWith(".check.t.sol") && ownFilesOf(file).includes(source));
}

/** Makes the folder with the tests, what they import, and the settings of the build. Its path; it goes when the tool ends. */
function makeWorkspace(name, tests) {
  const folder = makeFolder(path.join(CONTRACTS, ".cache", "workspaces"), name);
  for (const file of new Set(tests.flatMap(ownFilesOf))) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.copyFileSync(path.join(CONTRACTS, file), path.join(folder, file));
  }
  fs.copyFileSync(path.join(CONTRACTS, "foundry.toml"), path.join(folder, "foundry.toml"));
  fs.mkdirSync(path.join(folder, "tmp"));
  for (const shared of ["tools", "node_modules"]) fs.symlinkSync(path.join(CONTRACTS, shared), path.join(folder, shared));
  return folder;
}

/** The text of a file, a character a byte, so that the compiler's offsets fit. */
function readBytes(folder, file) {
  return fs.readFileSync(path.join(folder, file), "latin1");
}

/** Writes a file, a byte a character. */
function writeBytes(folder, file, text) {
  fs.writeFileSync(path.join(folder, file), text, "latin1");
}

/** What the compiler says of a source of the folder: ASTs of all it imports, code if wanted, and errors. A base is built
 * for the machine of the contract `whole` that it becomes part of. */
function check(folder, source, { text, withCode = false, whole = source } = {}) {
  const files = ownFilesOf(source).filter((file) => fs.existsSync(path.join(folder, file)));
  const contents = (file) => (file === source && text !== undefined ? text : readBytes(folder, file));
  const sources = Object.fromEntries(
    files.map((file) => [file, { content: Buffer.from(contents(file), "latin1").toString("utf8") }]),
  );
  const outputSelection = { "*": { "": ["ast"] } };
  if (withCode) outputSelection[source] = { "*": ["evm.bytecode.object"] };
  const { evmVersion } = settingsFor(whole);
  const output = compile(sources, { evmVersion, outputSelection });
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  return { asts: output.sources ?? {}, errors };
}

module.exports = { check, filesBelow, makeWorkspace, readBytes, sourceOf, testsOf, writeBytes };

// The Solidity compiler as every tool here runs it: solc's WebAssembly build, with the sources of one folder.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");

const CONTRACTS = path.resolve(__dirname, "..");
const SETTINGS = JSON.parse(fs.readFileSync(path.join(CONTRACTS, "compiler.json"), "utf8"));
// The routers run on TRON, whose virtual machine lags behind: nothing newer than paris (no PUSH0).
const OLDER_EVM = { "src/payouts/PayoutRouterV0.sol": "paris", "src/payouts/PayoutRouterKYC.sol": "paris" };

/** The compiler's settings for a source file. */
function settingsFor(source) {
  return { ...SETTINGS, evmVersion: OLDER_EVM[source] ?? SETTINGS.evmVersion };
}

/** What the compiler asks for beyond what it was given: OpenZeppelin's, from the locked npm package. */
function readImport(name) {
  const file = path.join(CONTRACTS, "node_modules", name);
  if (!name.startsWith("@openzeppelin/contracts/") || !fs.existsSync(file)) return { error: `${name} is not here` };
  return { contents: fs.readFileSync(file, "utf8") };
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

module.exports = { CONTRACTS, SETTINGS, compile, readImport, settingsFor, version };

// What solhint holds contracts/src to: all it recommends, except what is said here with its reason.
"use strict";

module.exports = {
  extends: "solhint:recommended",
  rules: {
    "compiler-version": ["error", "0.8.37"],
    "func-visibility": ["error", { ignoreConstructors: true }], // constructors have none since 0.7
    "gas-strict-inequalities": "off", // >= and <= say what is meant; the difference is 3 gas
    "gas-small-strings": "off", // EIP-712 types are long, and hashed when compiling
    "gas-indexed-events": "off", // the events' indexed arguments are part of the ABI
    "no-inline-assembly": "off", // forge lint and "memory-safe" watch it
    "use-natspec": ["error", { author: { enabled: false } }], // the licence names the authors
  },
};

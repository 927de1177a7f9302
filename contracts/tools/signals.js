// The signals that end a tool, each with the exit code that says so.
"use strict";

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

module.exports = { SIGNALS };

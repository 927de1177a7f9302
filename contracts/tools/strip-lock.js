// Takes out of package-lock.json, or the lock that is named, what no install needs and what holds addresses: where to send money.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const LOCK = path.resolve(process.argv[2] ?? path.join(__dirname, "..", "package-lock.json"));

const lock = JSON.parse(fs.readFileSync(LOCK, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
fs.writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);

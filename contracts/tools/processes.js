// Programs that a tool starts, and folders that it works in: both end with the tool, however it is ended.
//
// A program runs in a process group of its own, so that what it started itself (halmos its solvers, forge the compiler) ends
// with it. Only SIGKILL leaves something behind; folders left so are taken away when the next one is made.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { SIGNALS } = require("./signals");

const running = new Set();
const folders = new Set();

/** Ends a program and all that it started. */
function end(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Ends every program and removes every folder. */
function clearAway() {
  running.forEach(end);
  folders.forEach(removeFolder);
}

process.on("exit", clearAway);
// Kept for good: a second signal, as a terminal and a parent both send one, must not end the clearing away.
for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => process.exit(code));

/** Runs a program to its end, or ends it after some seconds: {status, stdout, stderr}; status is null for one we ended. */
function run(program, options, { folder, environment, seconds = 3600 }) {
  return new Promise((resolve, reject) => {
    const pipes = ["ignore", "pipe", "pipe"];
    const child = spawn(program, options, { cwd: folder, env: environment, stdio: pipes, detached: true });
    running.add(child);
    const printed = { stdout: "", stderr: "" };
    for (const name of Object.keys(printed)) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text) => (printed[name] += text));
    }
    const timer = setTimeout(() => end(child), seconds * 1000);
    const finish = (settle, value) => {
      clearTimeout(timer);
      running.delete(child);
      settle(value);
    };
    child.on("error", (error) => finish(reject, error));
    child.on("close", (status) => finish(resolve, { status, ...printed }));
  });
}

/** Whether a process is there. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Makes a folder below `parent` that is removed when the tool ends, and removes those whose tool was killed. */
function makeFolder(parent, name) {
  fs.mkdirSync(parent, { recursive: true });
  for (const other of fs.readdirSync(parent)) {
    const pid = other.match(/-(\d+)-\w{6}$/)?.[1];
    if (pid && !isAlive(Number(pid))) fs.rmSync(path.join(parent, other), { recursive: true, force: true });
  }
  const folder = fs.mkdtempSync(path.join(parent, `${name}-${process.pid}-`));
  folders.add(folder);
  return folder;
}

/** Removes a folder that was made here; a program that was just ended may still be writing into it. */
function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

module.exports = { makeFolder, removeFolder, run };

/* Shows what a verification came to: one sentence first, then each check, and what it all rests on. */
"use strict";

(function (lucid) {
  const { element, made, words } = lucid;
  const OUTCOMES = { holds: "✓ Holds", fails: "✗ Does not hold", not_checked: "– Not checked" };

  /** Say the one sentence: what came out, and how far it reaches. @returns {[string, string]} sentence and class */
  function statement(report) {
    const failing = report.checks.filter((check) => check.outcome === "fails").length;
    if (!report.holds) {
      return [`Does not hold: ${lucid.counted(failing, "check")} failed. Do not rely on it.`, "fails"];
    }
    if (report.root_of_trust === "nothing_yet") {
      return ["Fits together. Nothing from outside confirms it yet.", "open"];
    }
    return ["Holds, as far as the block that you trust does.", "holds"];
  }

  /** Say what was not checked and what everything rests on. */
  function rests(report, pins) {
    const named = (outcome) =>
      report.checks.filter((check) => check.outcome === outcome).map((check) => words(check.name));
    const [failed, open] = [named("fails"), named("not_checked")];
    const wrong = failed.length ? `Failed: ${failed.join(", ")}. ` : "";
    const device = pins.device
      ? "The device is the one whose fingerprint you gave."
      : "Which device signed is known from the bundle alone: compare its fingerprint with the appliance's own.";
    const blocks = pins.checkpoint
      ? "The blocks rest on the hash that you gave."
      : "The blocks rest on nothing yet: give the hash of a block that you trust.";
    const left = open.length ? `Not checked: ${open.join(", ")}; the reasons stand below.` : "Every check was made.";
    return `${wrong}${device} ${blocks} ${left}`;
  }

  function shownCheck(check) {
    const item = made("li", "", check.outcome);
    item.append(made("p", `${OUTCOMES[check.outcome]}: ${words(check.name)}`, "outcome"), made("p", check.summary));
    if (check.next) {
      item.append(made("p", check.next));
    }
    item.append(made("p", `Rests on ${check.rests_on}.`, "rests"));
    return item;
  }

  /** @param {object} report @param {object} pins @param {string} subject what was verified */
  function showReport(report, pins, subject) {
    const [sentence, kind] = statement(report);
    const title = element("report-title");
    title.textContent = sentence;
    title.className = `statement ${kind}`;
    lucid.fillFacts(element("report-facts"), [["Checked", subject], ...factsOf(report)]);
    element("report-rests").textContent = rests(report, pins);
    element("checks").replaceChildren(...report.checks.map(shownCheck));
    element("report").hidden = false;
    title.focus();
  }

  /** Give the facts that the manifest tells, where it can be read. */
  function factsOf(report) {
    if (report.facts === null) {
      return [];
    }
    const { facts } = report;
    return [
      ["Session", report.session_id, true],
      ["Recorded", `${lucid.moment(facts.started_utc_ms)}, ${lucid.length(facts.duration_s)}`],
      ["Device", facts.device_fingerprint.match(/.{4}/g).join(" "), true],
      ["Why it ended", words(facts.end_reason)],
    ];
  }

  Object.assign(lucid, { showReport });
})(globalThis.lucid);

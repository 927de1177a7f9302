/* The list of sessions, and one session's facts, as the appliance tells them. */
"use strict";

(function (lucid) {
  const { element, made, words } = lucid;
  const asText = (value) => (typeof value === "string" ? value : "");
  const asNumber = (value) => (Number.isFinite(value) ? value : 0);

  /** Say in one line what a session is. */
  function line(session) {
    const parts = [
      lucid.length(asNumber(session.duration_s)),
      words(asText(session.state)),
      lucid.counted(asNumber(session.chunks), "chunk"),
    ];
    return parts.filter((part) => part !== "").join(", ");
  }

  /** Add sessions to the list. @param {object[]} sessions @param {(session: object) => void} opened */
  function addSessions(sessions, opened) {
    const items = sessions.map((session) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(made("strong", lucid.moment(session.started_utc_ms)), made("span", line(session)));
      button.addEventListener("click", () => opened(session));
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
    element("sessions").append(...items);
    const count = element("sessions").childElementCount;
    element("list-state").textContent = count
      ? `${lucid.counted(count, "session")}, the newest first.`
      : "Nothing was recorded here yet. When a session has ended, it stands here.";
  }

  /** @param {object} session */
  function showSession(session) {
    element("one-title").textContent = `Session of ${lucid.moment(session.started_utc_ms)}`;
    lucid.fillFacts(element("one-facts"), [
      ["Session", asText(session.session_id), true],
      ["State", words(asText(session.state))],
      ["Length", lucid.length(asNumber(session.duration_s))],
      ["Ended", lucid.moment(session.ended_utc_ms)],
      ["Why it ended", words(asText(session.end_reason)) || "not known"],
      ["Chunks", String(asNumber(session.chunks))],
      ["Stored", lucid.size(asNumber(session.stored_bytes))],
      ["Stretches without pictures", String(asNumber(session.gaps))],
      ["Merkle root", asText(session.merkle_root) || "none yet", true],
    ]);
    element("one-title").focus();
  }

  Object.assign(lucid, { addSessions, showSession });
})(globalThis.lucid);

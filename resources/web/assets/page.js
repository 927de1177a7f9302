/* What a person does on this page, in the order in which it is done. */
"use strict";

(function (lucid) {
  const { element, show } = lucid;
  const isServed = location.protocol !== "file:";
  const state = { reading: null, cursor: null, session: null, work: null, retry: null, kept: null };

  const ANOTHER_SESSION = [
    "The appliance gave the proof of another session.",
    "Do not rely on it; ask its owner why the proof that you asked for was exchanged.",
  ];

  const OTHER_FACTS = [
    "The appliance gave the facts of another session.",
    "Do not rely on it; ask its owner why the session that you asked for was exchanged.",
  ];
  const FAULT = ["This page has a fault.", "Load it again; if it stays, tell whoever looks after Lucid."];
  const COMES_FROM_THE_APPLIANCE =
    "This page comes from the appliance that it checks: one that lies could also send a page that lies. To be " +
    "independent of it, keep the proof as a file and check it with a page or a program that you have from elsewhere: " +
    "lucid proof verify, or lucid proof page.";
  const COMES_FROM_A_DISK =
    "This page was opened from a disk. It reaches no network; what it checks stays on this machine.";

  function clear() {
    state.work?.abort();
    state.work = null;
    if (state.kept) {
      URL.revokeObjectURL(state.kept);
      state.kept = null;
    }
    show({ problem: false, working: false, report: false, keep: false });
  }

  /** Show what is wrong and what to do next; `retry` is offered where trying again may help. */
  function complain(problem, retry) {
    element("problem-what").textContent = problem.message;
    element("problem-next").textContent = problem.next;
    state.retry = retry;
    show({ problem: true, working: false, again: Boolean(problem.isRetryable && retry) });
  }

  /** Do something that may take a while and may fail; the reader can stop it. */
  async function doing(what, work) {
    clear();
    const own = new AbortController();
    state.work = own;
    element("working-what").textContent = what;
    element("working-size").textContent = "";
    element("working-bar").removeAttribute("value");
    show({ working: true });
    try {
      await work(own.signal);
    } catch (error) {
      if (state.work === own && error.name !== "AbortError") {
        const known = error instanceof lucid.Problem;
        complain(known ? error : new lucid.Problem(FAULT), () => doing(what, work));
        if (!known) {
          console.error(error);
        }
      }
    } finally {
      if (state.work === own) {
        show({ working: false });
      }
    }
  }

  /** Read one field of what the reader knows from elsewhere; null where it is empty. */
  function pinned(id, digits) {
    const field = element(id);
    const text = field.value.replace(/\s/g, "").toLowerCase().replace(/^0x/, "");
    const isFine = text === "" || (/^[0-9a-f]+$/.test(text) && text.length === digits);
    field.setAttribute("aria-invalid", String(!isFine));
    if (!isFine) {
      element("known").querySelector("details").open = true;
      field.focus();
      const what = `That cannot be it: ${field.labels[0].textContent}.`;
      throw new lucid.Problem([what, `It has ${digits} hexadecimal digits.`]);
    }
    return text === "" ? null : text;
  }

  function pins() {
    const octets = (text) => (text === null ? null : lucid.octets.fromHex(text));
    return {
      device: pinned("device", 64),
      checkpoint: octets(pinned("checkpoint", 64)),
      contract: octets(pinned("contract", 40)),
    };
  }

  /** What changes many times a second is not read out; what is done is. */
  function showProgress(done, total) {
    element("working-size").textContent = `${lucid.size(done)} of ${lucid.size(total)}`;
    element("working-bar").value = total ? Math.floor((100 * done) / total) : 0;
  }

  async function verify(octets, subject, signal, sessionId = null) {
    const known = pins();
    element("working-what").textContent = "Checking the proof";
    const report = await lucid.verified(octets, known, signal, showProgress);
    if (sessionId !== null && report.session_id !== null && report.session_id !== sessionId) {
      throw new lucid.Problem(ANOTHER_SESSION);
    }
    lucid.showReport(report, known, subject);
  }

  async function verifySession(signal) {
    pins();
    const { session_id: sessionId } = state.session;
    const received = (bytes) => {
      element("working-size").textContent = lucid.size(bytes);
    };
    const octets = await state.reading.proof(sessionId, signal, received);
    keep(octets, sessionId);
    await verify(octets, "The proof that the appliance gave", signal, sessionId);
  }

  /** Offer the very bytes that are checked, so that they can be checked elsewhere as well. */
  function keep(octets, sessionId) {
    const link = element("keep");
    state.kept = URL.createObjectURL(new Blob([octets], { type: "application/octet-stream" }));
    link.href = state.kept;
    link.download = `${sessionId}.lucid`;
    link.hidden = false;
  }

  async function verifyFile(file, signal) {
    pins();
    if (file.size > lucid.LARGEST_BUNDLE) {
      throw new lucid.Problem(lucid.tooLarge(lucid.LARGEST_BUNDLE));
    }
    const octets = new Uint8Array(await file.arrayBuffer());
    await verify(octets, file.name, signal);
  }

  async function loadSessions(signal) {
    const page = await state.reading.sessions(state.cursor, signal);
    state.cursor = typeof page.next === "string" ? page.next : null;
    lucid.addSessions(Array.isArray(page.sessions) ? page.sessions : [], openSession);
    show({ opening: false, list: true, more: state.cursor !== null });
  }

  function openSession(row) {
    doing("Asking for the session", async (signal) => {
      const session = await state.reading.session(row.session_id, signal);
      if (session.session_id !== row.session_id) {
        throw new lucid.Problem(OTHER_FACTS);
      }
      state.session = session;
      show({ list: false, one: true });
      lucid.showSession(state.session);
    });
  }

  function showList() {
    clear();
    show({ one: false, list: true });
    element("list-title").focus();
  }

  function leave() {
    clear();
    Object.assign(state, { reading: null, cursor: null, session: null });
    element("sessions").replaceChildren();
    show({ list: false, one: false, opening: true });
    element("token").focus();
  }

  function open(event) {
    event.preventDefault();
    const token = element("token").value.trim();
    element("token").value = "";
    element("sessions").replaceChildren();
    Object.assign(state, { reading: new lucid.Reading(token), cursor: null });
    doing("Asking for the sessions", loadSessions).then(() => {
      const isIn = !element("list").hidden;
      element(isIn ? "list-title" : "token").focus();
    });
  }

  function begin() {
    element("trust").textContent = isServed ? COMES_FROM_THE_APPLIANCE : COMES_FROM_A_DISK;
    element("where").textContent = isServed ? "Sessions and proofs" : "Proofs, without any network";
    show({ loading: false, opening: isServed, file: true, known: true });
    element("token-form").addEventListener("submit", open);
    element("more").addEventListener("click", () => doing("Asking for older sessions", loadSessions));
    element("leave").addEventListener("click", leave);
    element("back").addEventListener("click", showList);
    element("verify").addEventListener("click", () => doing("Fetching the proof", verifySession));
    element("stop").addEventListener("click", clear);
    element("again").addEventListener("click", () => state.retry?.());
    element("bundle").addEventListener("change", ({ target }) => {
      if (target.files.length > 0) {
        const [file] = target.files;
        doing("Reading the file", (signal) => verifyFile(file, signal)).finally(() => {
          target.value = "";
        });
      }
    });
  }

  begin();
})(globalThis.lucid);

/* The policy of a session: docs/formats/policy.md. What is unknown, missing or out of bounds is refused and named. */
"use strict";

(function (lucid) {
  const { Failure, Fields } = lucid;
  const NAMES = ["hosted", "joined"];
  const CAPABILITIES = [
    "view", "pointer", "keyboard", "clipboard_in", "clipboard_out", "files_in", "files_out", "audio_out", "audio_in",
    "printing", "shell_channels",
  ];
  const RULES = ["deny", "ask", "allow"];
  const ASKED = { view: "ask", pointer: "ask", keyboard: "ask", clipboard_in: "ask", clipboard_out: "ask" };
  const READY_MADE = {
    strict: ASKED,
    standard: { ...ASKED, view: "allow", files_in: "ask", files_out: "ask", audio_out: "ask" },
    custom: null,
  };
  const OUTWARD = { view: ["allow"], pointer: ["ask", "deny"], keyboard: ["ask", "deny"] };
  const LIMITS = {
    longest_minutes: [1, 1440],
    idle_minutes: [1, 1440],
    clipboard_kib: [0, 16384],
    file_mib: [0, 4096],
    wrong_codes: [1, 20],
    lock_s: [10, 86400],
    connections_a_minute: [1, 120],
    prompt_s: [5, 300],
  };
  const ANOMALIES = ["input_burst", "repeated_denials", "clipboard_flood", "connection_flood"];
  const RESPONSES = ["note", "shield", "end"];
  const MOST = 64;
  const LONGEST = 128;
  const LARGEST_POLICY = 1 << 16;
  const ODD = /[\p{Cc}\p{Cs}]/u;
  const SANDBOX = lucid.canonicalJson({
    format: "lucid-policy",
    version: 1,
    name: "sandbox",
    remote_peer: "none",
    records: ["video"],
    permits: [],
  });

  const isSandbox = (policy) => lucid.canonicalJson(policy) === SANDBOX;
  const hasTrail = (policy) => NAMES.includes(policy.name);
  const recordsKeys = (policy) => hasTrail(policy) && policy.records_keys === true;
  const policyHash = (policy) => lucid.blake3(lucid.octets.encode(lucid.canonicalJson(policy)));
  const isPlain = (value, least) =>
    typeof value === "string" && least <= [...value].length && [...value].length <= LONGEST && !ODD.test(value);
  const oneOf = (fields, member, values) => fields.taken(member, (value) => values.includes(value));

  /** Read a policy of version 2. @returns {{profile: string, rules: Record<string, string>}} */
  function readHostedPolicy(document) {
    const malformed = (field) => new Failure("policy_malformed", { field });
    if (lucid.octets.encode(lucid.canonicalJson(document)).length > LARGEST_POLICY) {
      throw malformed(`larger than ${LARGEST_POLICY} bytes`);
    }
    return new Fields(document, malformed).wholeOf(readMembers);
  }

  function readMembers(fields) {
    fields.constant("format", "lucid-policy");
    fields.whole("version", 2, 2);
    const name = oneOf(fields, "name", NAMES);
    const profile = oneOf(fields, "profile", Object.keys(READY_MADE));
    fields.members("desktop", (desktop) => {
      checkSide(desktop, "width", desktop.whole("width", 640, 4096));
      checkSide(desktop, "height", desktop.whole("height", 400, 4096));
    });
    const found = {
      profile,
      rules: fields.members("rules", (each) => readRules(each, READY_MADE[profile])),
      hidden_windows: fields.items("hidden_windows", readWindow, MOST).length > 0,
      allowed_programs: readPrograms(fields).length > 0,
      records_keys: fields.flag("records_keys"),
    };
    fields.members("limits", (limits) => {
      Object.entries(LIMITS).forEach(([limit, bounds]) => limits.whole(limit, ...bounds));
    });
    fields.members("anomalies", (each) => ANOMALIES.forEach((kind) => oneOf(each, kind, RESPONSES)));
    if (name === "joined") {
      refuseMore(found, fields);
    }
    return found;
  }

  /** Video has one colour sample for two pixels. */
  function checkSide(fields, member, length) {
    if (length % 2 === 1) {
      throw fields.wrong(member);
    }
  }

  function readRules(fields, readyMade) {
    const found = {};
    for (const capability of CAPABILITIES) {
      const rule = oneOf(fields, capability, RULES);
      const isMeant = readyMade === null || rule === (readyMade[capability] ?? "deny");
      if ((rule === "allow" && capability !== "view") || !isMeant) {
        throw fields.wrong(capability);
      }
      found[capability] = rule;
    }
    return found;
  }

  function readWindow(fields) {
    const title = fields.taken("title", (value) => isPlain(value, 0));
    const windowClass = fields.taken("window_class", (value) => isPlain(value, 0));
    if (title === "" && windowClass === "") {
      throw fields.wrong("title");
    }
  }

  function readPrograms(fields) {
    const programs = fields.array("allowed_programs", MOST);
    programs.forEach((value, at) => {
      if (!isPlain(value, 1)) {
        throw fields.wrong(`allowed_programs[${at}]`);
      }
    });
    return programs;
  }

  /** Refuse what no policy of a joined session says. */
  function refuseMore(found, fields) {
    if (found.profile !== "custom") {
      throw fields.wrong("profile");
    }
    for (const [capability, rule] of Object.entries(found.rules)) {
      if (!(OUTWARD[capability] ?? ["deny"]).includes(rule)) {
        throw fields.wrong(`rules.${capability}`);
      }
    }
    for (const member of ["hidden_windows", "allowed_programs", "records_keys"]) {
      if (found[member]) {
        throw fields.wrong(member);
      }
    }
  }

  Object.assign(lucid, { hasTrail, isSandbox, policyHash, readHostedPolicy, recordsKeys });
})(globalThis.lucid);

/* What can be wrong with evidence, in the codes and sentences of the appliance's own verifier. */
"use strict";

(function (lucid) {
  /** For each code: what is wrong, and what to do next. A word in braces is a fact of the failure. */
  const SENTENCES = {
    bundle_malformed: [
      "This is not a readable evidence bundle (section {section}): {reason}.",
      "Check that it is the right file and that it arrived whole; if so, ask for it again.",
    ],
    bundle_version_unsupported: [
      "The bundle has version {found}; this version of Lucid reads {known}.",
      "Update Lucid, then check it again.",
    ],
    bundle_altered: [
      "The bundle was changed after it was written (section {section}).",
      "Do not rely on it; ask for the file again.",
    ],
    manifest_malformed: [
      "The manifest cannot be read: {field} is not valid.",
      "Ask for the file again, or put the session's manifest back from a copy.",
    ],
    manifest_version_unsupported: [
      "The manifest has version {found}; this version of Lucid reads {known}.",
      "Update Lucid, then check it again.",
    ],
    manifest_signature_wrong: [
      "The {signer} signature does not fit the manifest.",
      "Do not rely on it: the manifest was changed, or another key signed it.",
    ],
    policy_malformed: [
      "The session's policy cannot be used: {field} is not valid.",
      "Change that rule and start again; nothing is allowed under a policy that is not understood.",
    ],
    policy_signature_wrong: [
      "The session's policy is not the one that this appliance signed.",
      "The session is ended and nothing more is allowed in it; start another one.",
    ],
    trail_malformed: [
      "The trail cannot be read: {field} is not valid.",
      "Put the session's trail.lct back from a copy; video and manifest can still be checked.",
    ],
    key_log_malformed: [
      "What was typed cannot be read: {field} is not valid.",
      "Put the session's keys.lct back from a copy; video, manifest and trail can still be checked.",
    ],
    chunk_truncated: [
      "Chunk {index} has {found} bytes where {expected} were sealed.",
      "Put its file back from a copy; every other chunk can still be checked and played.",
    ],
    chunk_misplaced: [
      "In the place of chunk {index} lies chunk {found_index} of session {found_session}.",
      "Put each chunk file back where it belongs.",
    ],
    chunk_altered: [
      "Chunk {index} is not what was sealed: its bytes were changed.",
      "Do not rely on this part; put its file back from a copy if there is one.",
    ],
    chunk_malformed: [
      "Chunk {index} cannot be read: {field} is not valid.",
      "Put its file back from a copy; every other chunk can still be checked and played.",
    ],
    chunk_version_unsupported: [
      "Chunk {index} has format {found}; this version of Lucid reads {known}.",
      "Update Lucid, then open it again.",
    ],
    proof_wrong: [
      "The proof of the {claim} does not lead to the root it claims.",
      "Do not rely on it: the proof was changed, or it belongs to something else.",
    ],
    anchor_missing: [
      "Session {session_id} is not anchored yet.",
      "Leave the appliance on until its chain answers; anchoring goes on by itself.",
    ],
    anchor_mismatch: [
      "The chain says something else than the manifest: {field} differs.",
      "Do not rely on it: the manifest is not the one that was anchored.",
    ],
  };
  // These facts hold names in snake_case that read better with spaces.
  const NAMES = new Set(["claim", "section", "signer"]);

  /** A claim that does not hold. */
  class Failure extends Error {
    /** @param {string} code @param {Record<string, string | number>} facts */
    constructor(code, facts = {}) {
      super(code);
      this.code = code;
      this.facts = facts;
    }
  }

  /** A check that cannot be made here, with the reason; that is no failure. */
  class NotChecked extends Error {}

  /** Bytes or members that are not in their one form; each caller names them in its own terms. */
  class Refused extends Error {}

  /** Run `work`; a refusal in it becomes the failure that `named` makes of the reason.
   * @template T @param {() => T} work @param {(reason: string) => Failure} named @returns {T} */
  function refusedAs(work, named) {
    try {
      return work();
    } catch (error) {
      throw error instanceof Refused ? named(error.message) : error;
    }
  }

  /** Say what a failure means and what to do next. @param {{code: string, facts: object}} failure */
  function sentenceFor(failure) {
    const [what, next] = SENTENCES[failure.code];
    const filled = (text) =>
      text.replace(/\{(\w+)\}/g, (_, name) => {
        const word = String(failure.facts[name]);
        return NAMES.has(name) ? word.replaceAll("_", " ") : word;
      });
    return { what: filled(what), next: filled(next) };
  }

  const PLURALS = { leaf: "leaves", entry: "entries" };

  /** Say how many: `1 chunk`, `2 chunks`. @param {number | bigint} number @param {string} noun */
  function counted(number, noun) {
    return `${number} ${Number(number) === 1 ? noun : (PLURALS[noun] ?? `${noun}s`)}`;
  }

  Object.assign(lucid, { Failure, NotChecked, Refused, SENTENCES, counted, refusedAs, sentenceFor });
})(globalThis.lucid);

/* Reading from the appliance: its admin API, at the same origin. The token is kept in this object and nowhere else. */
"use strict";

(function (lucid) {
  const LARGEST_BUNDLE = 64 << 20;
  const LARGEST_DOCUMENT = 8 << 20;
  const GONE = [
    "The appliance does not answer.",
    "It may be off, or its address may have changed; this access may also have ended. Try again, then ask its owner.",
  ];
  const STRANGE = [
    "The appliance answers with something that this page does not understand.",
    "Load the page again; if it stays so, use lucid proof verify with a proof that its owner exports.",
  ];

  const SCOPE = "Ask the owner for an access with more scopes.";
  const TOKEN = "Take the token whole, from lucid_ to its end; or ask the owner for a new access.";

  /** Something that the reader is told: what is wrong, and what to do next. */
  class Problem extends Error {
    constructor([what, next], isRetryable = false) {
      super(what);
      this.next = next;
      this.isRetryable = isRetryable;
    }
  }

  /** Reads with one token. */
  class Reading {
    /** @param {string} token */
    constructor(token) {
      this.headers = { Authorization: `Bearer ${token}` };
    }

    /** @param {string} path @param {AbortSignal} signal @returns {Promise<object>} */
    async document(path, signal) {
      const response = await this.call(path, signal);
      const octets = await body(response, LARGEST_DOCUMENT, () => {});
      try {
        return JSON.parse(lucid.octets.decode(octets));
      } catch {
        throw new Problem(STRANGE);
      }
    }

    /** Read a page of the list of sessions. @param {string | null} cursor @param {AbortSignal} signal */
    sessions(cursor, signal) {
      return this.document(`v1/sessions?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, signal);
    }

    /** @param {string} sessionId @param {AbortSignal} signal */
    session(sessionId, signal) {
      return this.document(`v1/sessions/${encodeURIComponent(sessionId)}`, signal);
    }

    /** Read the proof of a session: an evidence bundle without its recording.
     * @param {string} sessionId @param {AbortSignal} signal @param {(bytes: number) => void} progress */
    async proof(sessionId, signal, progress) {
      const response = await this.call(`v1/sessions/${encodeURIComponent(sessionId)}/proof`, signal);
      return body(response, LARGEST_BUNDLE, progress);
    }

    async call(path, signal) {
      let response;
      try {
        response = await fetch(path, { headers: this.headers, signal, cache: "no-store", redirect: "error" });
      } catch (error) {
        throw error.name === "AbortError" ? error : new Problem(GONE, true);
      }
      if (!response.ok) {
        throw await problemOf(response);
      }
      return response;
    }
  }

  /** Read a body piece by piece, and no more than so many bytes. @returns {Promise<Uint8Array>} */
  async function body(response, largest, progress) {
    const pieces = [];
    let length = 0;
    const reader = response.body.getReader();
    for (;;) {
      let piece;
      try {
        piece = await reader.read();
      } catch (error) {
        throw error.name === "AbortError" ? error : new Problem(GONE, true);
      }
      if (piece.done) {
        return lucid.octets.joined(pieces);
      }
      length += piece.value.length;
      if (length > largest) {
        await reader.cancel();
        throw new Problem(lucid.tooLarge(largest));
      }
      pieces.push(piece.value);
      progress(length);
    }
  }

  /** Say what the appliance answered instead: its own sentence and next step, where it gives them. */
  async function problemOf(response) {
    let told = {};
    try {
      told = JSON.parse(lucid.octets.decode(await body(response, 1 << 16, () => {})));
    } catch {
      told = {};
    }
    const what = typeof told.detail === "string" ? told.detail : null;
    const next = typeof told.next_step === "string" ? told.next_step : null;
    return new Problem(...sentenceOf(response, what, next));
  }

  function sentenceOf(response, what, next) {
    const wait = Number(response.headers.get("Retry-After") ?? NaN);
    switch (response.status) {
      case 401:
        return [[`The token does not open this. ${what ?? ""}`.trim(), TOKEN]];
      case 403:
        return [[what ?? "This access does not reach that far.", next ?? SCOPE]];
      case 429:
        return [["That was asked too often in a short time.", `Try again in ${wait || 60} seconds.`], true];
      case 503:
        return [[what ?? "The appliance cannot answer just now.", next ?? "Try again later."], true];
      default:
        return [[what ?? STRANGE[0], next ?? STRANGE[1]], response.status >= 500];
    }
  }

  /** @param {number} largest in bytes */
  lucid.tooLarge = (largest) => [
    `This is larger than the ${largest >> 20} MiB that this page reads.`,
    "Use lucid proof verify; it has no such limit.",
  ];

  Object.assign(lucid, { LARGEST_BUNDLE, Problem, Reading });
})(globalThis.lucid);

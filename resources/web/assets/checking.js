/* Has a bundle verified: in a thread of its own where the page was served, and in slices on the page's own thread where
 * it was opened from a disk, since browsers give such a page no further threads. */
"use strict";

(function (lucid) {
  const SLICE_MS = 30;
  const BROKEN = [
    "The verifier in this page has stopped.",
    "Load the page again; if it stops again, use lucid proof verify, and tell whoever looks after Lucid.",
  ];
  const STOPPED = "AbortError";

  /** @param {Uint8Array} octets @param {object} pins @param {AbortSignal} signal
   * @param {(done: number, total: number) => void} progress @returns {Promise<object>} the report */
  function verified(octets, pins, signal, progress) {
    const isServed = location.protocol !== "file:";
    return isServed ? inWorker(octets, pins, signal, progress) : inSlices(octets, pins, signal, progress);
  }

  function inWorker(octets, pins, signal, progress) {
    const worker = new Worker("assets/worker.js");
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("stopped", STOPPED)));
      worker.onerror = () => reject(new lucid.Problem(BROKEN));
      worker.onmessage = ({ data }) => {
        if (data.report) {
          resolve(data.report);
        } else {
          progress(data.done, data.total);
        }
      };
      worker.postMessage({ octets, pins });
    }).finally(() => worker.terminate());
  }

  async function inSlices(octets, pins, signal, progress) {
    let began = performance.now();
    return lucid.verifyBundle(octets, pins, async (done, total) => {
      if (performance.now() - began > SLICE_MS) {
        progress(done, total);
        await new Promise((resolve) => setTimeout(resolve));
        began = performance.now();
      }
      if (signal.aborted) {
        throw new DOMException("stopped", STOPPED);
      }
    });
  }

  Object.assign(lucid, { verified });
})(globalThis.lucid);

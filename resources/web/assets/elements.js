/* The page's elements. What comes from elsewhere becomes text, never markup. */
"use strict";

(function (lucid) {
  /** @param {string} id @returns {HTMLElement} */
  const element = (id) => document.getElementById(id);

  /** Make an element with text. @param {string} tag @param {string} text @param {string} className */
  function made(tag, text, className = "") {
    const node = document.createElement(tag);
    node.textContent = text;
    node.className = className;
    return node;
  }

  /** Show some sections of the page and hide the others that are named.
   * @param {Record<string, boolean>} shown by their ids */
  function show(shown) {
    for (const [id, isShown] of Object.entries(shown)) {
      element(id).hidden = !isShown;
    }
  }

  /** Fill a list of facts; a hash is set in type of one width. @param {[string, string, boolean?][]} facts */
  function fillFacts(list, facts) {
    const rows = facts.flatMap(([name, value, isHash]) => [made("dt", name), made("dd", value, isHash ? "mono" : "")]);
    list.replaceChildren(...rows);
  }

  /** Say how long something was. @param {number} seconds */
  function length(seconds) {
    const whole = Math.round(seconds);
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
    if (hours > 0) {
      return `${hours} h ${minutes} min`;
    }
    return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
  }

  /** Say when something was, in UTC. @param {number | null} utcMs */
  function moment(utcMs) {
    const time = new Date(utcMs ?? NaN);
    return Number.isNaN(time.getTime()) ? "not known" : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  }

  /** @param {number} bytes */
  function size(bytes) {
    if (bytes < 1 << 20) {
      return `${Math.ceil(bytes / 1024)} KiB`;
    }
    return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
  }

  /** Write one of our own words in snake_case for a person. @param {string} word */
  const words = (word) => word.replaceAll("_", " ");

  Object.assign(lucid, { element, fillFacts, length, made, moment, show, size, words });
})(globalThis.lucid);

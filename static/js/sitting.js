// @ts-check
// What a page says beside a text while somebody writes it: after twenty minutes, that one could look up; near the
// end of what a box can hold, how much room there is. Neither ever touches the words, and the first is said once.

const LONG_MS = 20 * 60 * 1000;
const REST_MS = 5 * 60 * 1000; // who rested this long begins a new sitting
const LIMIT = 200_000; // journal.saving.LIMIT, counted as it counts: with one character a line end
const NEAR = 10_000;

let began = 0;
let last = 0;
/** @type {"" | "near" | "over"} */
let room = "";

/** One line under the text, never over it, and only where the person has not turned it off. */
function lookUp() {
  const now = Date.now();
  if (now - last > REST_MS) began = now;
  last = now;
  if (now - began < LONG_MS) return;
  document.querySelector("[data-look-up]")?.removeAttribute("hidden");
}

/** @param {HTMLTextAreaElement} area */
function measure(area) {
  const units = area.value.length;
  const left = LIMIT - (units > LIMIT - NEAR ? [...area.value].length : units); // some characters are two units
  const now = left < 0 ? "over" : left < NEAR ? "near" : "";
  const line = area.form?.querySelector("[data-room]");
  if (line instanceof HTMLElement) line.textContent = words(now, left, line.dataset);
  if (now !== room && now && line) say(line.textContent ?? "");
  room = now;
}

/** @param {string} state @param {number} left @param {DOMStringMap} said @returns {string} */
function words(state, left, said) {
  const count = Math.abs(left).toLocaleString(document.documentElement.lang);
  if (state === "near") return (said.near ?? "").replace("%s", count);
  return state === "over" ? (said.over ?? "").replace("%s", count) : "";
}

/** @param {string} text */
function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

document.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLTextAreaElement) || target.dataset.box === undefined) return;
  lookUp();
  measure(target);
});

// @ts-check
// One line to a younger me, on paper for a moment. It is sent nowhere and stored nowhere: nothing in this file asks
// the network or the device to hold anything. Without this file the line can be written, and goes with the page.

const FADE_MS = 240;

const place = find(document, "[data-minute]");
const writing = find(place, "[data-writing]");
const shown = find(place, "[data-shown]");
const sheet = find(place, "[data-sheet]");
const paper = find(place, "[data-paper]");
const box = /** @type {HTMLTextAreaElement} */ (find(place, "textarea"));

/**
 * @param {ParentNode} where
 * @param {string} what
 * @returns {HTMLElement}
 */
function find(where, what) {
  return /** @type {HTMLElement} */ (where.querySelector(what));
}

/** @param {string} text on the page, and to a screen reader */
function say(text) {
  find(place, "[data-said]").textContent = text;
  find(document, "#live").textContent = text;
}

/** @param {boolean} onPaper */
function turn(onPaper) {
  writing.hidden = onPaper;
  shown.hidden = !onPaper;
}

function show() {
  say("");
  if (!box.value.trim()) return box.focus();
  paper.textContent = box.value;
  box.value = "";
  turn(true);
  sheet.focus();
}

function back() {
  box.value = paper.textContent ?? "";
  paper.textContent = "";
  turn(false);
  box.focus();
}

/** Fades, unless this person asked for less movement: then it is gone at once. */
async function letGo() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches || "quiet" in document.documentElement.dataset;
  await sheet.animate({ opacity: [1, 0] }, { duration: still ? 0 : FADE_MS }).finished;
  forget();
  say(place.dataset.gone ?? "");
  find(place, "h2").focus();
}

function clear() {
  if (box.value || paper.textContent) say(place.dataset.cleared ?? "");
  forget();
}

function forget() {
  box.value = paper.textContent = "";
  turn(false);
}

async function copy() {
  await navigator.clipboard.writeText(box.value || (paper.textContent ?? ""));
  say(place.dataset.copied ?? "");
}

/** @type {Record<string, () => unknown>} */
const DO = { show, back, clear, copy, go: letGo };

for (const row of place.querySelectorAll("[data-with-script]")) row.removeAttribute("hidden");
if (!navigator.clipboard) for (const button of place.querySelectorAll("[data-do='copy']")) button.remove();

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("[data-do]") : null;
  if (pressed instanceof HTMLElement) DO[pressed.dataset.do ?? ""]?.();
});
document.addEventListener("innerchild:leaving", forget);

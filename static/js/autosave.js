// @ts-check
// Every writing box of the product is kept while somebody writes. The words in the box are never touched.

import { Box } from "./box.js";
import { Saver } from "./saver.js";
import { SaveState } from "./savestate.js";

const LAST_WAIT_MS = 3000;

/** @type {Map<HTMLFormElement, Saver[]>} */
const forms = new Map();
/** @type {WeakSet<HTMLFormElement>} forms that may go now */
const going = new WeakSet();

for (const form of document.querySelectorAll("form[data-writing]")) {
  if (form instanceof HTMLFormElement) forms.set(form, attach(form));
}

/** @param {HTMLFormElement} form @returns {Saver[]} */
function attach(form) {
  const state = new SaveState(form);
  /** @type {Saver[]} */
  const savers = [];
  for (const area of form.querySelectorAll("textarea[data-box]")) {
    if (area instanceof HTMLTextAreaElement) savers.push(new Saver(new Box(area, form), () => state.show(savers)));
  }
  for (const saver of savers) if (saver.box.dirty) saver.touched(); // typed before this script was here
  return savers;
}

/** @param {EventTarget | null} target @returns {Saver | undefined} */
function saverOf(target) {
  const form = target instanceof HTMLTextAreaElement ? target.form : null;
  return form ? forms.get(form)?.find((saver) => saver.box.area === target) : undefined;
}

/** @param {(saver: Saver) => unknown} act */
function each(act) {
  for (const savers of forms.values()) for (const saver of savers) act(saver);
}

/** The form carries the text. One save still on its way is waited for, so that nobody conflicts with themselves.
 * @param {SubmitEvent} event
 */
async function submitted(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const savers = forms.get(form);
  if (!savers || going.has(form)) return;
  if (!navigator.onLine) {
    event.preventDefault();
    for (const saver of savers) saver.retry();
    return;
  }
  if (savers.some((saver) => saver.running)) {
    event.preventDefault();
    const settled = Promise.all(savers.map((saver) => saver.retry()));
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, LAST_WAIT_MS))]);
    going.add(form);
    for (const saver of savers) saver.stop();
    form.requestSubmit(event.submitter);
    return;
  }
  for (const saver of savers) saver.stop();
}

/** Somebody may have signed in elsewhere: the same person goes on, another one's words are not sent. */
function signedIn() {
  each((saver) => saver.away && saver.retry());
}

document.addEventListener("input", (event) => saverOf(event.target)?.touched());
document.addEventListener("focusout", (event) => saverOf(event.target)?.flush());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") each((saver) => saver.flush());
  else signedIn();
});
document.addEventListener("submit", submitted);
document.addEventListener("htmx:beforeRequest", () => each((saver) => saver.flush()));
document.addEventListener("innerchild:leaving", () => each((saver) => saver.stop()));
window.addEventListener("pagehide", () => each((saver) => saver.farewell()));
window.addEventListener("online", () => each((saver) => saver.retry()));
window.addEventListener("focus", signedIn);
new BroadcastChannel("icj-session").addEventListener("message", signedIn);

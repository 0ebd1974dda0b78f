// @ts-check
// Every writing box of the product is kept while somebody writes. The words in the box are never touched.
// A press waits until they are on the server: a form that left for a dead network would take them with it.

import { Box } from "./box.js";
import { session } from "./request.js";
import { Saver } from "./saver.js";
import { SaveState } from "./savestate.js";
import "./sitting.js";

/** @type {Map<HTMLFormElement, { savers: Saver[], state: SaveState }>} */
const forms = new Map();
/** @type {Map<HTMLFormElement, HTMLElement | null>} which button was pressed, while the form cannot leave yet */
const pressed = new Map();
/** @type {WeakSet<HTMLFormElement>} forms that may go now */
const going = new WeakSet();

for (const form of document.querySelectorAll("form[data-writing]")) {
  if (form instanceof HTMLFormElement) attach(form);
}

/** @param {HTMLFormElement} form */
function attach(form) {
  const state = new SaveState(form);
  /** @type {Saver[]} */
  const savers = [];
  const report = () => {
    state.show(savers);
    goOn(form);
  };
  for (const area of form.querySelectorAll("textarea[data-box]")) {
    if (area instanceof HTMLTextAreaElement) savers.push(new Saver(new Box(area, form), report));
  }
  forms.set(form, { savers, state });
  for (const saver of savers) if (saver.box.dirty) saver.touched(); // typed before this script was here
}

/** @param {Event} event somebody typed; who writes on does not want to be taken away by an earlier press */
function typed({ target }) {
  const form = target instanceof HTMLTextAreaElement ? target.form : null;
  const saver = form && saverOf(target);
  if (!saver) return;
  pressed.delete(form);
  saver.touched();
}

/** @param {EventTarget | null} target @returns {Saver | undefined} */
function saverOf(target) {
  const form = target instanceof HTMLTextAreaElement ? target.form : null;
  return form ? forms.get(form)?.savers.find((saver) => saver.box.area === target) : undefined;
}

/** @param {(saver: Saver) => unknown} act */
function each(act) {
  for (const { savers } of forms.values()) for (const saver of savers) act(saver);
}

/** @param {SubmitEvent} event */
function submitted(event) {
  const form = event.target;
  const writing = form instanceof HTMLFormElement ? forms.get(form) : undefined;
  if (!(form instanceof HTMLFormElement) || !writing || going.has(form)) return;
  const { savers, state } = writing;
  const kept = savers.every((saver) => saver.kept);
  if (kept && navigator.onLine) return stopped(savers);
  event.preventDefault();
  pressed.set(form, event.submitter);
  if (kept) return reach(form, state);
  state.again();
  for (const saver of savers) saver.retry();
}

/** The browser believes it is offline, which is no reason to wait where the server is on the same machine.
 * @param {HTMLFormElement} form @param {SaveState} state
 */
async function reach(form, state) {
  if ((await session(form)) !== "unknown") goOn(form);
  else if (pressed.has(form)) state.offline();
}

/** Carry out the press, once nothing could be lost by it: each text is on the server, or was just refused by it,
 * which then gives the words back on a page of its own.
 * @param {HTMLFormElement} form
 */
function goOn(form) {
  const savers = forms.get(form)?.savers ?? [];
  if (!pressed.has(form) || !savers.every((saver) => saver.kept || saver.refused)) return;
  const submitter = pressed.get(form);
  pressed.delete(form);
  going.add(form);
  stopped(savers);
  form.requestSubmit(submitter);
}

/** @param {Saver[]} savers the form carries the text from here */
function stopped(savers) {
  for (const saver of savers) saver.stop();
}

function online() {
  each((saver) => saver.retry());
  for (const form of [...pressed.keys()]) goOn(form);
}

/** Somebody may have signed in elsewhere: the same person goes on, another one's words are not sent. */
function signedIn() {
  each((saver) => saver.away && saver.retry());
}

function leaving() {
  pressed.clear();
  each((saver) => saver.stop());
}

document.addEventListener("input", typed);
document.addEventListener("focusout", (event) => saverOf(event.target)?.flush());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") each((saver) => saver.flush());
  else signedIn();
});
document.addEventListener("submit", submitted);
document.addEventListener("htmx:beforeRequest", () => each((saver) => saver.flush()));
document.addEventListener("innerchild:leaving", leaving);
window.addEventListener("pagehide", () => each((saver) => saver.farewell()));
window.addEventListener("online", online);
window.addEventListener("focus", signedIn);
new BroadcastChannel("icj-session").addEventListener("message", signedIn);

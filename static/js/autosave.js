// @ts-check
// Every writing box of the product is kept while somebody writes. The words in the box are never touched.

import { Box } from "./box.js";
import { isLate, sentLate } from "./late.js";
import { welcome } from "./offer.js";
import { forgetPress, goOn, press } from "./press.js";
import { isMine } from "./request.js";
import { Saver } from "./saver.js";
import { SaveState } from "./savestate.js";
import "./sitting.js";
import { Turn } from "./turn.js";

/** @type {Map<HTMLFormElement, import("./press.js").Writing>} */
const forms = new Map();

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
    goOn(form, savers);
  };
  for (const area of form.querySelectorAll("textarea[data-box]")) {
    if (area instanceof HTMLTextAreaElement) savers.push(new Saver(new Box(area, form), report));
  }
  forms.set(form, { savers, state });
  for (const saver of savers) if (saver.box.dirty) saver.touched(); // typed before this script was here
  if (savers.length) begin(form, savers, state);
}

/** @param {HTMLFormElement} form @param {Saver[]} savers @param {SaveState} state */
async function begin(form, savers, state) {
  const names = savers.flatMap(({ box }) => (box.base ? [box.get("entry")] : [box.get("entry"), box.at]));
  const turn = new Turn(form, names, () => give(savers), (about) => state.reading(about));
  if (isLate()) return turn.freeze(true);
  if (!(await turn.claim())) return undefined;
  if (await isMine(form)) await welcome(savers);
  for (const { copy } of savers) copy.begin();
  return undefined;
}

/** Another tab goes on with these texts, once the server has what was typed here. @param {Saver[]} savers */
async function give(savers) {
  for (const saver of savers) {
    if (await saver.copy.taken()) saver.stop(); // it had them from this device
    else await saver.retry();
  }
  return savers.every((saver) => saver.kept || saver.stopped);
}

/** @param {Event} event somebody typed */
function typed({ target }) {
  const saver = saverOf(target);
  if (!saver) return;
  forgetPress(saver.box.form);
  saver.touched();
}

/** @param {EventTarget | null} target @returns {Saver | undefined} */
function saverOf(target) {
  const form = target instanceof HTMLTextAreaElement ? target.form : null;
  return form ? forms.get(form)?.savers.find((saver) => saver.box.area === target) : undefined;
}

/** @returns {Saver[]} */
const all = () => [...forms.values()].flatMap(({ savers }) => savers);

/** What is neither on the server nor on this device, nor on its way with the form. */
const onlyHere = () => all().filter((saver) => !saver.stopped && !saver.kept && !saver.onDevice);

/** @param {SubmitEvent} event */
function submitted(event) {
  const form = event.target;
  const writing = form instanceof HTMLFormElement ? forms.get(form) : undefined;
  if (form instanceof HTMLFormElement && writing) press(event, form, writing);
}

function online() {
  for (const saver of all()) saver.retry();
  for (const [form, { savers }] of forms) goOn(form, savers);
}

/** Somebody may have signed in elsewhere: the same person goes on, another one's words are not sent. */
function signedIn() {
  for (const saver of all()) if (saver.away) saver.retry();
}

/** @param {CustomEvent<Promise<unknown>[]>} event leaving waits a moment for these */
function leaving({ detail }) {
  for (const form of forms.keys()) forgetPress(form);
  for (const saver of all()) {
    if (!saver.kept) detail?.push(saver.copy.write());
    saver.stop();
  }
}

/** @param {CustomEvent<Promise<unknown>[]>} event signing out waits a little longer */
function signingOut({ detail }) {
  for (const saver of all()) if (!saver.kept) detail.push(saver.retry(), saver.copy.write());
}

/** @param {Event} event somebody signed out in this browser; words that are nowhere else keep their page */
function signedOut(event) {
  if (!onlyHere().length) return;
  event.preventDefault();
  for (const { state } of forms.values()) state.cover();
  for (const saver of all()) saver.become("signed-out");
}

/** @param {BeforeUnloadEvent} event */
function closing(event) {
  for (const saver of all()) saver.copy.write();
  if (onlyHere().length) event.preventDefault();
  farewell(); // a reload is asked for before the page goes, and a tab that closes may be gone before that
}

function farewell() {
  if (all().some((saver) => !saver.stopped && !saver.away && !saver.kept)) sentLate();
  for (const saver of all()) saver.farewell();
}

document.addEventListener("input", typed);
document.addEventListener("focusout", ({ target }) => {
  saverOf(target)?.copy.write();
  saverOf(target)?.flush();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return signedIn();
  for (const saver of all()) {
    saver.copy.write();
    saver.flush();
  }
  return undefined;
});
document.addEventListener("submit", submitted);
document.addEventListener("htmx:beforeRequest", () => all().forEach((saver) => saver.flush()));
document.addEventListener("innerchild:leaving", (event) => leaving(/** @type {CustomEvent} */ (event)));
document.addEventListener("innerchild:signing-out", (event) => signingOut(/** @type {CustomEvent} */ (event)));
document.addEventListener("innerchild:signed-out", signedOut);
window.addEventListener("beforeunload", closing);
window.addEventListener("pagehide", farewell);
window.addEventListener("online", online);
window.addEventListener("focus", signedIn);
new BroadcastChannel("icj-session").addEventListener("message", signedIn);

// @ts-check
// A press waits until the words are on the server: a form that left for a dead network would take them with it.

import { session } from "./request.js";

/** @typedef {{ savers: import("./saver.js").Saver[], state: import("./savestate.js").SaveState }} Writing */

/** @type {Map<HTMLFormElement, HTMLElement | null>} which button was pressed, while the form cannot leave yet */
const pressed = new Map();
/** @type {WeakSet<HTMLFormElement>} forms that may go now */
const going = new WeakSet();

/** @param {SubmitEvent} event @param {HTMLFormElement} form @param {Writing} writing */
export function press(event, form, { savers, state }) {
  if (going.has(form)) return undefined;
  const kept = savers.every((saver) => saver.kept);
  if (kept && navigator.onLine) return stop(savers);
  event.preventDefault();
  pressed.set(form, event.submitter);
  if (kept) return reach(form, { savers, state });
  state.again();
  for (const saver of savers) saver.retry();
  return undefined;
}

/** The browser believes it is offline, which is no reason to wait where the server is on the same machine.
 * @param {HTMLFormElement} form @param {Writing} writing
 */
async function reach(form, { savers, state }) {
  if ((await session(form)) !== "unknown") goOn(form, savers);
  else if (pressed.has(form)) state.offline();
}

/** Carry out the press, once nothing could be lost by it: each text is on the server, or was just refused by it,
 * which then gives the words back on a page of its own.
 * @param {HTMLFormElement} form @param {import("./saver.js").Saver[]} savers
 */
export function goOn(form, savers) {
  if (!pressed.has(form) || !savers.every((saver) => saver.kept || saver.refused)) return;
  const submitter = pressed.get(form);
  pressed.delete(form);
  going.add(form);
  stop(savers);
  form.requestSubmit(submitter);
}

/** Who writes on, or leaves, does not want to be taken away by an earlier press. @param {HTMLFormElement} form */
export function forgetPress(form) {
  pressed.delete(form);
}

/** @param {import("./saver.js").Saver[]} savers the form carries the text from here */
function stop(savers) {
  for (const saver of savers) saver.stop();
}

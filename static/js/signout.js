// @ts-check
// Signing out: what is being written anywhere in this browser is kept first, then nothing of it stays on the screen,
// in any tab. Without this file the button signs out all the same.

import { forgetAll } from "./device.js";
import { pause, settled, waits } from "./going.js";
import { GONE, mark, PARTING } from "./leave.js";
import { lock } from "./sealing.js";
import { line, link } from "./savewords.js";

const FLUSH_MS = 3000;
const ANSWER_MS = 200;
const GIVE_UP_MS = 8000;
const LOGIN = "/accounts/login/";
const SIGN_OUT = new URL("/accounts/logout/", window.location.href).href;
const AWAY = "Signing out didn’t reach the server, so it is finished at the next visit from this browser. Words that weren’t kept yet stay on this device, sealed, until you sign in again.";

const session = new BroadcastChannel("icj-session");
/** @type {Set<string>} tabs that still have something to keep */
const busy = new Set();
const id = crypto.randomUUID();

/** @param {HTMLFormElement} form */
async function signOut(form) {
  session.postMessage({ flush: true });
  await Promise.all([settled(FLUSH_MS), othersAreDone()]);
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) fields.append(name, String(value));
  const more = await waits(new URLSearchParams());
  if (more) fields.append("waits", "1");
  const reached = await post(form.action, fields);
  if (reached && !more) await forgetAll();
  session.postMessage({ out: true, reached });
  blank(reached ? "/" : "");
}

/** Tabs that have nothing to keep do not answer. */
async function othersAreDone() {
  await pause(ANSWER_MS);
  const end = performance.now() + FLUSH_MS;
  while (busy.size && performance.now() < end) await pause(50);
}

/** Where the answer is not what it might be, the next request ends the session.
 * @param {string} address @param {URLSearchParams} fields @returns {Promise<boolean>} whether anybody answered
 */
async function post(address, fields) {
  try {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const answer = await fetch(address, { method: "POST", body: fields, headers: PARTING, redirect: "manual", signal });
    if (answer.status !== GONE) mark();
    return true;
  } catch {
    mark();
    return false;
  }
}

/** Nothing stays, neither on the screen nor in the page. @param {string} onward "" where there is no way on */
function blank(onward) {
  lock();
  const page = Object.assign(document.createElement("main"), { className: "page" });
  const words = Object.assign(document.createElement("div"), { className: "open stack gap-5" });
  const title = Object.assign(document.createElement("h1"), { textContent: "Nothing is shown here any more", tabIndex: -1 });
  if (!onward) words.append(title, line(AWAY), link("To the front door", "/"));
  page.append(words);
  document.body.replaceChildren(page);
  if (onward) window.location.replace(onward);
  else title.focus();
}

/** @param {{ flush?: boolean, out?: boolean, reached?: boolean, busy?: string, done?: string }} said by another tab */
async function heard(said) {
  if (said.busy) busy.add(said.busy);
  if (said.done) busy.delete(said.done);
  if (said.flush) await flush();
  if (said.out && document.dispatchEvent(new CustomEvent("innerchild:signed-out", { cancelable: true }))) blank(said.reached ? LOGIN : "");
}

async function flush() {
  session.postMessage({ busy: id });
  await settled(FLUSH_MS);
  session.postMessage({ done: id });
}

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || event.target.action !== SIGN_OUT) return;
  event.preventDefault();
  signOut(event.target);
});
session.addEventListener("message", ({ data }) => heard(data));

// @ts-check
// Forms that hold more than writing boxes: a place, its open box, the name of a letter. They are held on the server
// as they are while somebody chooses and types, and no press sends them on before the server confirmed them.

import { bodyAsItCame, bodyOf, hold } from "./held.js";
import { session } from "./request.js";
import { SaveState } from "./savestate.js";

/** @typedef {import("./saver.js").State} State */

const QUIET_MS = 700;
const LONGEST_MS = 4000;
const LATE_MS = 500;
const WAITS_S = [1, 2, 4, 8, 16, 30];
/** @type {Record<number, State>} answers that stay the same until somebody does something */
const FINAL = { 401: "signed-out", 409: "other", 413: "large" };

class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = new SaveState(form);
    /** @type {string | null} what the server is known to hold; null: nobody knows */
    this.held = bodyAsItCame(form);
    /** @type {State} */
    this.state = "idle";
    this.savedAt = this.conflictWith = this.sending = "";
    this.failures = 0;
    this.refused = this.going = this.pressed = false;
    this.wake = this.troubled = () => {};
    if (this.dirty) this.touched(); // typed before this script was here
  }

  get dirty() {
    return bodyOf(this.form) !== this.held;
  }

  get away() {
    return this.state === "signed-out" || this.state === "other";
  }

  /** Somebody chose or typed, be it while the page is on its way out. */
  touched() {
    this.going = false;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.flush(), QUIET_MS);
    this.longest ??= setTimeout(() => this.flush(), LONGEST_MS);
  }

  /** Hold what there is, now. @returns {Promise<void>} when nothing is on its way any more */
  flush() {
    clearTimeout(this.quiet);
    clearTimeout(this.longest);
    this.longest = undefined;
    this.wake();
    this.run ??= this.work().finally(() => (this.run = undefined));
    return this.run;
  }

  async work() {
    while (!this.going && this.dirty) {
      if (this.away && (await session(this.form)) !== "mine") return;
      this.sending = bodyOf(this.form);
      this.become(this.state === "idle" ? "sending" : this.state);
      const answer = await this.ask(this.sending);
      if (answer.status === 200) this.settle(answer.at);
      else if (!(await this.failed(answer))) return;
    }
  }

  /** A 403 is asked again once, with the token of the session as it is now. @param {string} body */
  async ask(body) {
    const answer = await hold(this.form, body);
    if (answer.status !== 403) return answer;
    const who = await session(this.form);
    return who === "mine" ? hold(this.form, body) : { status: { nobody: 401, other: 409, unknown: 0 }[who], wait: 0, at: "" };
  }

  /** @param {string} at */
  settle(at) {
    this.held = this.sending;
    this.sending = "";
    this.failures = 0;
    this.refused = false;
    this.savedAt = at;
    this.become(this.dirty ? "sending" : "idle");
  }

  /** @param {import("./held.js").Answer} answer @returns {Promise<boolean>} whether to ask again */
  async failed({ status, wait }) {
    this.held = null;
    this.sending = "";
    this.refused = status === 413 || status === 422;
    this.become(FINAL[status] ?? "failed");
    this.troubled();
    if (status in FINAL) return false;
    const seconds = WAITS_S[Math.min(this.failures, WAITS_S.length - 1)] * (0.5 + Math.random());
    this.failures += 1;
    await new Promise((resolve) => {
      this.wake = () => resolve(undefined);
      setTimeout(this.wake, Math.max(wait, seconds) * 1000);
    });
    return true;
  }

  /** On it goes once the server has confirmed the form, or can show what of it does not fit.
   * @param {HTMLElement | null} button
   */
  async press(button) {
    if (this.pressed) return;
    this.pressed = true;
    this.held = null; // asked even when nothing changed: is anybody there?
    const trouble = new Promise((resolve) => (this.troubled = () => resolve(undefined)));
    await Promise.race([this.flush(), trouble]);
    this.pressed = false;
    if (this.state !== "idle" && !this.refused) return this.line.again();
    this.going = true;
    this.form.requestSubmit(button);
  }

  /** The page is going away: what is not on its way yet is sent along. A reload may come before it. */
  farewell() {
    const body = bodyOf(this.form);
    if (this.going || this.away || body === this.held) return;
    history.replaceState({ sentLate: true }, "");
    if (body !== this.sending) hold(this.form, body);
    this.sending = body;
  }

  /** @param {State} state */
  become(state) {
    this.state = state;
    this.line.show(/** @type {import("./saver.js").Saver[]} */ (/** @type {unknown} */ ([this])));
    for (const field of this.form.querySelectorAll("input.input")) field.classList.toggle("unseen", state === "other");
  }
}

/** @type {Map<EventTarget | null, Draft>} */
const drafts = new Map();
if (history.state?.sentLate) {
  history.replaceState(null, "");
  setTimeout(() => window.location.reload(), LATE_MS); // this page may have been made before those words arrived
}
for (const form of document.querySelectorAll("form[data-draft]")) if (form instanceof HTMLFormElement) drafts.set(form, new Draft(form));

/** @param {(draft: Draft) => unknown} act */
const each = (act) => drafts.forEach((draft) => act(draft));
const again = () => each((draft) => draft.state !== "idle" && draft.state !== "large" && draft.flush());

document.addEventListener("input", (event) => drafts.get(/** @type {HTMLInputElement} */ (event.target).form)?.touched());
document.addEventListener("focusout", (event) => event.target instanceof HTMLElement && drafts.get(event.target.closest("form"))?.flush());
document.addEventListener("submit", (event) => {
  const draft = drafts.get(event.target);
  if (!draft || draft.going) return;
  event.preventDefault();
  draft.press(event.submitter);
});
document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? each((draft) => draft.flush()) : again()));
document.addEventListener("innerchild:leaving", () => each((draft) => (draft.going = true)));
window.addEventListener("beforeunload", () => each((draft) => draft.farewell()));
window.addEventListener("pagehide", () => each((draft) => draft.farewell()));
window.addEventListener("online", again);
window.addEventListener("focus", again);
new BroadcastChannel("icj-session").addEventListener("message", again);

// @ts-check
// Forms that hold more than writing boxes: a place, its open box, the name of a letter. They are held on the server
// as they are while somebody chooses and types, and no press sends them on before the server confirmed them.

import { DeviceCopy } from "./devicecopy.js";
import { bodyAsItCame, bodyOf, hold } from "./held.js";
import { isLate, sentLate } from "./late.js";
import { found } from "./offer.js";
import { offerForm } from "./offerform.js";
import { Patience, Quiet } from "./patience.js";
import { isMine, session, writerOf } from "./request.js";
import { SaveState } from "./savestate.js";
import { Turn } from "./turn.js";

/** @typedef {import("./saver.js").State} State */

const HERE = window.location.pathname;
const QUIET_MS = 700;
const LONGEST_MS = 4000;
/** @type {Record<number, State>} answers that stay the same until somebody does something */
const FINAL = { 401: "signed-out", 409: "other", 413: "large" };

export class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = new SaveState(form);
    /** @type {string | null} what the server is known to hold; null: nobody knows, or it gave the form back */
    this.held = form.hasAttribute("data-unkept") ? null : bodyAsItCame(form);
    /** @type {State} */
    this.state = "idle";
    this.savedAt = this.conflictWith = this.sending = "";
    this.refused = this.going = this.pressed = this.again = false;
    this.troubled = () => {};
    this.run = /** @type {Promise<void> | undefined} */ (undefined);
    this.quiet = new Quiet(QUIET_MS, LONGEST_MS, () => this.flush());
    this.patience = new Patience();
    this.copy = new DeviceCopy(writerOf(form).writer, () => (this.dirty ? this.asCopy : null), () => this.become(this.state));
    if (this.dirty) this.touched(); // typed before this script was here
    this.begin();
  }

  async begin() {
    const turn = new Turn(this.form, [HERE], () => this.give(), (about) => this.line.reading(about));
    if (isLate()) turn.freeze(true);
    else if (await turn.claim()) {
      if (await isMine(this.form)) offerForm(this, await found(writerOf(this.form).writer, [HERE]));
      this.copy.begin();
    }
  }

  /** @returns {import("./sealing.js").Copy} */
  get asCopy() {
    return { letter: HERE, at: HERE, base: 0, op: crypto.randomUUID(), after: "", about: "", text: bodyOf(this.form) };
  }

  /** Another tab goes on with this form, once the server holds it. */
  async give() {
    if (await this.copy.taken()) this.going = true;
    else await this.flush();
    return this.going || this.kept;
  }

  get dirty() {
    return bodyOf(this.form) !== this.held;
  }

  get kept() {
    return !this.dirty;
  }

  get onDevice() {
    return this.copy.holds(bodyOf(this.form));
  }

  get away() {
    return this.state === "signed-out" || this.state === "other";
  }

  /** Somebody chose or typed, be it while the page is on its way out. */
  touched() {
    this.going = false;
    this.copy.touched();
    this.quiet.touched();
  }

  /** Hold what there is, now. @returns {Promise<void>} when nothing is on its way any more */
  flush() {
    this.quiet.stop();
    this.patience.wake();
    this.again = Boolean(this.run); // an answer on its way may be of a moment ago, when nobody was signed in yet
    this.run ??= this.work().finally(() => ((this.run = undefined), this.again && this.flush()));
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
    this.patience.failures = 0;
    this.refused = false;
    this.savedAt = at;
    if (this.kept) this.copy.forget();
    this.become(this.dirty ? "sending" : "idle");
  }

  /** @param {import("./held.js").Answer} answer @returns {Promise<boolean>} whether to ask again */
  async failed({ status, wait }) {
    this.held = null;
    this.sending = "";
    this.refused = status === 413 || status === 422;
    this.copy.write();
    this.become(FINAL[status] ?? "failed");
    this.troubled();
    if (status in FINAL) return false;
    await this.patience.wait(wait);
    return true;
  }

  /** On it goes once the server has confirmed the form, or can show what of it does not fit.
   * @param {HTMLElement | null} button
   */
  async press(button) {
    if (this.pressed) return;
    this.pressed = true;
    this.held = null; // asked even when nothing changed: is anybody there?
    await Promise.race([this.flush(), new Promise((resolve) => (this.troubled = () => resolve(undefined)))]);
    if (this.kept) await this.copy.gone();
    this.pressed = false;
    if (this.state !== "idle" && !this.refused) return this.line.again();
    this.going = true;
    this.form.requestSubmit(button);
  }

  /** The page is going away: what is not on its way yet is sent along. A reload may come before it. */
  farewell() {
    const body = bodyOf(this.form);
    if (this.going || this.away || body === this.held) return;
    this.copy.write();
    sentLate();
    if (body !== this.sending) hold(this.form, body);
    this.sending = body;
  }

  /** @param {State} state */
  become(state) {
    this.state = state;
    this.line.show([this]);
    for (const field of this.form.querySelectorAll("input.input")) field.classList.toggle("unseen", state === "other" || this.line.covered);
  }
}

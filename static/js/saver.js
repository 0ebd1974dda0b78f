// @ts-check
// One box kept up to date: one save in flight, an unanswered one asked again before anything newer is sent.
// Until the server has the words, the device keeps a sealed copy of them.

import { DeviceCopy } from "./devicecopy.js";
import { Patience, Quiet } from "./patience.js";
import { send, session, writerOf } from "./request.js";

/** @typedef {import("./box.js").Box} Box */
/** @typedef {import("./box.js").Attempt} Attempt */
/** @typedef {"idle" | "sending" | "failed" | "signed-out" | "other" | "large"} State */

const QUIET_MS = 1000;
const LONGEST_MS = 5000;
const REFUSED = new Set([400, 404, 405, 409, 413, 422]);
const FORM_MAY_TRY = new Set([400, 403, 404, 405, 422]); // as a form, the words come back on the page that says no

export class Saver {
  /** @param {Box} box @param {(saver: Saver) => void} report called whenever its state changed */
  constructor(box, report) {
    this.box = box;
    this.report = report;
    /** @type {State} */
    this.state = "idle";
    this.savedAt = this.conflictWith = this.parting = "";
    /** @type {Attempt | null} sent, and not answered yet */
    this.unsettled = null;
    /** @type {Attempt | null} sent after that one, by a page that was about to go */
    this.late = null;
    this.running = this.again = this.wanted = this.stopped = false;
    this.refused = false; // a moment ago, by the server itself
    this.quiet = new Quiet(QUIET_MS, LONGEST_MS, () => this.flush());
    this.patience = new Patience();
    this.copy = new DeviceCopy(writerOf(box.form).writer, () => (this.kept ? null : box.copy(this.unsettled)), () => report(this));
  }

  /** Somebody typed. */
  touched() {
    this.box.sync(this.unsettled);
    this.copy.touched();
    this.quiet.touched();
  }

  /** Whether the server is known to hold the words as they are. */
  get kept() {
    return !this.unsettled && !this.box.dirty;
  }

  /** Whether they would be there after this page is gone. */
  get onDevice() {
    return this.copy.holds(this.box.text);
  }

  /** Go on with words that only the device had, as if they had never been away from the box.
   * @param {import("./offer.js").Found} copy
   */
  goOnWith(copy) {
    this.copy.adopt(copy);
    this.unsettled = this.box.restore(copy);
    this.box.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.flush();
  }

  /** Keep what there is, now. @returns {Promise<void>} when nothing is on its way any more */
  flush() {
    this.quiet.stop();
    this.wanted = true;
    if (!this.running) this.run = this.work();
    return this.run ?? Promise.resolve();
  }

  /** Ask again at once: the network or the session is back. */
  retry() {
    this.again = this.running; // an answer on its way may be of a moment ago, when nobody was signed in yet
    this.patience.wake();
    return this.flush();
  }

  /** Nothing more is sent from here: the form is leaving with the text, or another tab has it. */
  stop() {
    this.stopped = true;
    this.quiet.stop();
    this.box.sync(this.unsettled);
  }

  /** The page is about to go, or to stay after all: what it sends now is asked again then. */
  farewell() {
    if (this.stopped || this.away || this.kept) return;
    this.copy.write();
    const last = this.box.attempt(this.late ?? this.unsettled);
    if (last.op === this.parting) return; // told twice, sent once
    this.parting = last.op;
    if (this.unsettled && last !== this.unsettled) this.late = last;
    this.unsettled ??= last;
    send(writerOf(this.box.form), last, { outlives: true });
  }

  async work() {
    this.running = true;
    while (!this.stopped && (this.unsettled || (this.wanted && this.box.dirty))) {
      if (this.away && !(await this.back())) break;
      if (!this.unsettled) this.wanted = false; // an older text asked again leaves the newer one wanted
      const attempt = this.unsettled ?? this.box.attempt(null);
      this.unsettled = attempt;
      this.refused = false;
      this.box.sync(attempt);
      this.become(this.state === "idle" ? "sending" : this.state);
      const outcome = await this.ask(attempt);
      if ("kept" in outcome) this.settle(attempt, outcome.kept);
      else if (!(await this.failed(outcome))) break;
    }
    this.running = false;
    if (this.again) await this.retry();
  }

  /** Nobody is signed in here, or somebody else is: no words are sent. */
  get away() {
    return this.state === "signed-out" || this.state === "other";
  }

  /** Whether the person who writes is signed in again. */
  async back() {
    const who = await session(this.box.form);
    if (who === "other") this.become("other");
    return who === "mine";
  }

  /** A 403 is asked again once, with the token of the session as it is now. @param {Attempt} attempt */
  async ask(attempt) {
    const outcome = await send(writerOf(this.box.form), attempt);
    if (!("status" in outcome) || outcome.status !== 403) return outcome;
    const who = await session(this.box.form);
    if (who === "mine") return send(writerOf(this.box.form), attempt);
    return { status: { nobody: 401, other: 409, unknown: 0 }[who], wait: 0 };
  }

  /** @param {Attempt} attempt @param {import("./request.js").Answer} answer */
  settle(attempt, answer) {
    [this.unsettled, this.late] = [this.late, null]; // asked again, so that its answer is known
    this.patience.failures = 0;
    if (answer.conflict) this.conflictWith = answer.conflict;
    this.box.settle(attempt, answer);
    if (this.box.dirty) this.copy.touched();
    else this.copy.forget();
    this.savedAt = answer.saved_at;
    this.become(this.wanted && this.box.dirty ? "sending" : "idle");
  }

  /** @param {{ status: number, wait: number }} outcome @returns {Promise<boolean>} whether to go on now */
  async failed({ status, wait }) {
    this.refused = FORM_MAY_TRY.has(status);
    if (REFUSED.has(status)) this.unsettled = this.late = null; // nothing was stored: the next text stands on the same base
    this.box.sync(this.unsettled);
    if (status === 401) return this.become("signed-out");
    if (status === 409) return this.become("other");
    if (status === 413) return this.become("large");
    this.become("failed");
    this.wanted = true;
    await this.patience.wait(wait);
    return true;
  }

  /** @param {State} state @returns {false} */
  become(state) {
    this.state = state;
    this.report(this);
    return false;
  }
}

// @ts-check
// One box kept up to date: one save in flight, an unanswered one asked again before anything newer is sent.

import { send, session } from "./request.js";

/** @typedef {import("./box.js").Box} Box */
/** @typedef {import("./box.js").Attempt} Attempt */
/** @typedef {"idle" | "sending" | "failed" | "signed-out" | "other" | "large"} State */

const QUIET_MS = 1000;
const LONGEST_MS = 5000;
const WAITS_S = [1, 2, 4, 8, 16, 30];
const KEEPALIVE_BYTES = 60_000;
const REFUSED = new Set([400, 404, 405, 409, 413, 422]);
const FORM_MAY_TRY = new Set([400, 403, 404, 405, 422]); // as a form, the words come back on the page that says no

export class Saver {
  /** @param {Box} box @param {(saver: Saver) => void} report called whenever its state changed */
  constructor(box, report) {
    this.box = box;
    this.report = report;
    /** @type {State} */
    this.state = "idle";
    this.savedAt = "";
    this.conflictWith = "";
    /** @type {Attempt | null} sent, and not answered yet */
    this.unsettled = null;
    this.running = false;
    this.wanted = false;
    this.stopped = false;
    this.refused = false; // a moment ago, by the server itself
    this.failures = 0;
    this.wake = () => {};
  }

  /** Somebody typed. */
  touched() {
    this.box.sync(this.unsettled);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.flush(), QUIET_MS);
    this.longest ??= setTimeout(() => this.flush(), LONGEST_MS);
  }

  /** Whether the server is known to hold the words as they are. */
  get kept() {
    return !this.unsettled && !this.box.dirty;
  }

  /** Keep what there is, now. @returns {Promise<void>} when nothing is on its way any more */
  flush() {
    clearTimeout(this.quiet);
    clearTimeout(this.longest);
    this.longest = undefined;
    this.wanted = true;
    if (!this.running) this.run = this.work();
    return this.run ?? Promise.resolve();
  }

  /** Ask again at once: the network or the session is back. */
  retry() {
    this.wake();
    return this.flush();
  }

  /** The form is leaving with the text: nothing more is sent from here. */
  stop() {
    this.stopped = true;
    clearTimeout(this.quiet);
    clearTimeout(this.longest);
    this.box.sync(this.unsettled);
  }

  /** The page is going away; small texts still reach the server. */
  farewell() {
    if (this.stopped || this.away || !(this.unsettled || this.box.dirty)) return;
    const last = this.box.attempt(this.unsettled);
    if (new TextEncoder().encode(last.text).length <= KEEPALIVE_BYTES) send(this.box, last, { keepalive: true });
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
    const outcome = await send(this.box, attempt);
    if (!("status" in outcome) || outcome.status !== 403) return outcome;
    const who = await session(this.box.form);
    if (who === "mine") return send(this.box, attempt);
    return { status: { nobody: 401, other: 409, unknown: 0 }[who], wait: 0 };
  }

  /** @param {Attempt} attempt @param {import("./request.js").Answer} answer */
  settle(attempt, answer) {
    this.unsettled = null;
    this.failures = 0;
    if (answer.conflict) this.conflictWith = attempt.entry;
    this.box.settle(attempt, answer);
    this.savedAt = answer.saved_at;
    this.become(this.wanted && this.box.dirty ? "sending" : "idle");
  }

  /** @param {{ status: number, wait: number }} outcome @returns {Promise<boolean>} whether to go on now */
  async failed({ status, wait }) {
    this.refused = FORM_MAY_TRY.has(status);
    if (REFUSED.has(status)) this.unsettled = null; // nothing was stored: the next text stands on the same base
    this.box.sync(this.unsettled);
    if (status === 401) return this.become("signed-out");
    if (status === 409) return this.become("other");
    if (status === 413) return this.become("large");
    this.become("failed");
    const seconds = WAITS_S[Math.min(this.failures, WAITS_S.length - 1)] * (0.5 + Math.random());
    this.failures += 1;
    this.wanted = true;
    await new Promise((resolve) => {
      const clock = setTimeout(resolve, Math.max(wait, seconds) * 1000);
      this.wake = () => {
        clearTimeout(clock);
        resolve(undefined);
      };
    });
    this.wake = () => {};
    return true;
  }

  /** @param {State} state @returns {false} */
  become(state) {
    this.state = state;
    this.report(this);
    return false;
  }
}

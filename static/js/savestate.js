// @ts-check
// The state of saving, in words: on the line under the box, in a note when it needs a person, and aloud only
// at the first keep, at every failure and at every recovery.

import { words } from "./savewords.js";
import { lock } from "./sealing.js";

/** @typedef {Pick<import("./saver.js").Saver, "state" | "savedAt" | "conflictWith" | "kept" | "onDevice">} Saver */

const SHOW_KEEPING_MS = 400;
const NOT_KEPT = "Not kept yet";
const ORDER = /** @type {const} */ (["other", "signed-out", "large", "failed", "sending", "idle"]);

/** @param {string} at */
const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export class SaveState {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-state]");
    this.note = form.querySelector("[data-trouble]");
    this.spoken = false;
    this.troubled = false;
    this.elsewhere = false; // another tab writes this text, and the note says so
    this.covered = false; // somebody signed out here, and words are on this page alone
    this.shown = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.keeping = undefined;
    form.addEventListener("click", ({ target }) => target instanceof Element && target.closest("[data-both]") && this.tell(""));
  }

  /** @param {Saver[]} savers every box of the form: the one in most trouble speaks */
  show(savers) {
    const state = ORDER.find((one) => savers.some((saver) => saver.state === one)) ?? "idle";
    const at = savers.map((saver) => saver.savedAt).sort().at(-1) ?? "";
    const asks = state === "sending" || state === "idle" ? "" : state;
    if (state === "other") lock(); // nothing of theirs is sealed or opened here any more
    if (state === "sending") this.keeping ??= setTimeout(() => this.write("Keeping…"), SHOW_KEEPING_MS);
    else this.forgetKeeping();
    if (asks) this.trouble(asks, savers.every((saver) => saver.kept || saver.onDevice));
    else if (state === "idle" && at) this.kept(at, savers.find((saver) => saver.conflictWith)?.conflictWith ?? "");
  }

  forgetKeeping() {
    clearTimeout(this.keeping);
    this.keeping = undefined;
  }

  /** @param {string} at @param {string} copy the entry that holds the words, where another version is kept beside it */
  kept(at, copy) {
    const said = `Kept at ${clock(at)}`;
    this.write(said);
    if (this.troubled) this.say(`Back online. ${said}.`);
    else if (!this.spoken) this.say(said);
    this.spoken = true;
    this.troubled = this.covered = false;
    if (copy && this.told !== copy) this.tell("conflict", copy);
    else if (this.shown !== "conflict") this.tell("");
  }

  /** @param {string} state @param {boolean} onDevice whether the words would be there after this page is gone */
  trouble(state, onDevice) {
    this.write(NOT_KEPT, true);
    this.tell(state === "failed" && onDevice ? "failed-here" : state);
    if (!this.troubled) this.say(this.note?.textContent ?? NOT_KEPT);
    this.troubled = true;
  }

  /** Nothing is waiting to be kept, and the page cannot go on. */
  offline() {
    this.tell("offline");
    this.say(this.note?.textContent ?? "");
  }

  /** A button was pressed while there is trouble: what keeps the page here is said once more. */
  again() {
    if (this.troubled) this.say(this.note?.textContent ?? NOT_KEPT);
  }

  /** Another tab writes this text, or is asked to stop. @param {string} about */
  reading(about) {
    this.elsewhere = false;
    this.tell(about);
    this.elsewhere = about !== "";
    this.say(this.note?.textContent ?? "");
  }

  /** What was typed stays out of sight until its writer is signed in again. */
  cover() {
    this.covered = true;
    this.shown = "-";
  }

  /** @param {string} said */
  write(said, waiting = false) {
    if (!this.line) return;
    this.line.textContent = said;
    this.line.classList.toggle("is-not-yet", waiting);
  }

  /** The note above the buttons. @param {string} about @param {string} copy */
  tell(about, copy = "") {
    this.told = copy || this.told;
    if (!(this.note instanceof HTMLElement) || this.elsewhere || this.shown === about) return;
    this.shown = about;
    this.note.className = about ? "note fill" : "";
    this.note.replaceChildren(...words(about, copy));
    for (const area of this.form.querySelectorAll("textarea")) {
      area.inert = about === "other" || this.covered;
      area.classList.toggle("unseen", area.inert);
    }
  }

  /** @param {string} said */
  say(said) {
    const live = document.getElementById("live");
    if (live) live.textContent = said;
  }
}

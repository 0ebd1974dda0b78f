// @ts-check
// The state of saving, in words: on the line under the box, in a note when it needs a person, and aloud only
// at the first keep, at every failure and at every recovery.

/** @typedef {import("./saver.js").Saver} Saver */

const SHOW_KEEPING_MS = 400;
const NOT_KEPT = "Not kept yet";
const STILL_HERE = "Your words are still on this page and we’ll go on trying.";
const OFFLINE = "You seem to be offline. Your words are kept; this page will go on when the network is back.";
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
    this.shown = "";
  }

  /** @param {Saver[]} savers every box of the form: the one in most trouble speaks */
  show(savers) {
    const state = ORDER.find((one) => savers.some((saver) => saver.state === one)) ?? "idle";
    const at = savers.map((saver) => saver.savedAt).sort().at(-1) ?? "";
    const asks = state === "sending" || state === "idle" ? "" : state;
    if (state === "sending") this.keeping ??= setTimeout(() => this.write("Keeping…"), SHOW_KEEPING_MS);
    else this.forgetKeeping();
    if (asks) this.trouble(asks);
    else if (state === "idle" && at) this.kept(at, savers.find((saver) => saver.conflictWith)?.conflictWith ?? "");
  }

  forgetKeeping() {
    clearTimeout(this.keeping);
    this.keeping = undefined;
  }

  /** @param {string} at @param {string} conflictWith */
  kept(at, conflictWith) {
    const words = `Kept at ${clock(at)}`;
    this.write(words);
    if (this.troubled) this.say(`Back online. ${words}.`);
    else if (!this.spoken) this.say(words);
    this.spoken = true;
    this.troubled = false;
    this.tell(conflictWith ? "conflict" : "", conflictWith);
  }

  /** @param {string} state */
  trouble(state) {
    this.write(NOT_KEPT, true);
    this.tell(state);
    if (!this.troubled) this.say(this.note?.textContent ?? NOT_KEPT);
    this.troubled = true;
  }

  /** Nothing is waiting to be kept, and the page cannot go on. */
  offline() {
    this.tell("offline");
    this.say(OFFLINE);
  }

  /** A button was pressed while there is trouble: what keeps the page here is said once more. */
  again() {
    if (this.troubled) this.say(this.note?.textContent ?? NOT_KEPT);
  }

  /** @param {string} words */
  write(words, waiting = false) {
    if (!this.line) return;
    this.line.textContent = words;
    this.line.classList.toggle("is-not-yet", waiting);
  }

  /** The note above the buttons. @param {string} about @param {string} entry */
  tell(about, entry = "") {
    if (!(this.note instanceof HTMLElement) || this.shown === about) return;
    this.shown = about;
    this.note.className = about ? "note fill" : "";
    this.note.replaceChildren(...this.words(about, entry));
    for (const area of this.form.querySelectorAll("textarea")) {
      area.inert = about === "other";
      area.classList.toggle("unseen", area.inert);
    }
  }

  /** @param {string} about @param {string} entry @returns {Node[]} */
  words(about, entry) {
    if (about === "failed") return [element("strong", `${NOT_KEPT}. `), element("p", STILL_HERE)];
    if (about === "offline") return [element("p", OFFLINE)];
    if (about === "large") return [element("strong", `${NOT_KEPT}. `), element("p", "This is longer than one box can hold. Nothing was cut. You could move some of it elsewhere.")];
    if (about === "other") return [element("strong", "This text belongs to another account."), element("p", "Nothing was sent.")];
    if (about === "signed-out") return [element("strong", "You were signed out. "), link("Sign in to keep this", "/accounts/login/?next=/signed-in/")];
    if (about === "conflict") return [element("strong", "Another version was kept. "), element("p", "Both are here, and you go on in this one. "), link("Compare", `/kept/${entry}/`)];
    return [];
  }

  /** @param {string} words */
  say(words) {
    const live = document.getElementById("live");
    if (live) live.textContent = words;
  }
}

/** @param {string} name @param {string} words */
function element(name, words) {
  return Object.assign(document.createElement(name), { textContent: words });
}

/** @param {string} words @param {string} href */
function link(words, href) {
  return Object.assign(document.createElement("a"), { textContent: words, href, target: "_blank", rel: "noopener" });
}

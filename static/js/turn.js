// @ts-check
// A text is written in one tab at a time. A second one shows it, and takes over when somebody wants to go on there:
// the first gives its words to the server, and then only shows them too. The locks tell which tab is alive.

import { askAgain, fresh } from "./late.js";
import { session } from "./request.js";

/** @typedef {{ kind: "ask" | "busy" | "later" | "yours", names: string[] }} Word */

const TELL_MS = 700;
const OLD_PAGE_MS = 3000; // a page that was left a moment ago may still hold what this one asks for
const ANSWER_MS = 3000;
const LATER_MS = 4000;

const channel = new BroadcastChannel("icj-edit");

export class Turn {
  /**
   * @param {HTMLFormElement} form @param {string[]} names of what is written here, the same in every tab
   * @param {() => Promise<boolean>} give brings the words to the server; whether it has them all
   * @param {(about: string) => void} show what there is to say about it, "" for nothing
   */
  constructor(form, names, give, show) {
    this.form = form;
    this.names = names.sort();
    this.give = give;
    this.show = show;
    this.reading = this.asked = false;
    this.claiming = new AbortController();
    this.letGo = () => {};
    channel.addEventListener("message", ({ data }) => this.heard(data));
    form.addEventListener("click", (event) => this.clicked(event), { capture: true });
    form.addEventListener("submit", (event) => this.pressed(event), { capture: true });
  }

  /** @returns {Promise<boolean>} whether this is the tab that writes */
  async claim() {
    if (await this.hold({ ifAvailable: true })) return true;
    this.freeze(true);
    const tell = setTimeout(() => this.show("reading"), TELL_MS);
    const enough = setTimeout(() => this.claiming.abort(), OLD_PAGE_MS);
    const free = await this.hold({ signal: this.claiming.signal });
    clearTimeout(tell);
    clearTimeout(enough);
    if (free && fresh) this.freeze(false);
    else if (free) askAgain();
    else if (!this.asked) this.show("reading");
    if (!this.reading) this.show("");
    return !this.reading;
  }

  /** Every lock, or none. @param {LockOptions} how @returns {Promise<boolean>} */
  async hold(how) {
    /** @type {Promise<void>} */
    const end = new Promise((resolve) => (this.letGo = resolve));
    const letGo = this.letGo;
    for (const name of this.names) {
      if (await this.lock(name, how, end)) continue;
      letGo();
      return false;
    }
    return true;
  }

  /** @param {string} name @param {LockOptions} how @param {Promise<void>} end @returns {Promise<boolean>} */
  lock(name, how, end) {
    return new Promise((resolve) => {
      let mine = false;
      const held = navigator.locks.request(`icj:${name}`, how, (lock) => {
        mine = lock !== null;
        resolve(mine);
        return lock && end;
      });
      held.catch(() => {
        resolve(false);
        if (mine && !this.reading) this.stolen();
      });
    });
  }

  /** Somebody wants to go on here. The newest text is the server's, so this page is asked for again. */
  async takeOver() {
    this.asked = true;
    this.claiming.abort();
    this.show("asking");
    if (await this.hold({ ifAvailable: true })) return this.open();
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.open({ steal: true }), ANSWER_MS); // it sleeps, or hangs
    this.say("ask");
  }

  /** @param {LockOptions} [how] what the other tab had not sent yet, this device has */
  async open(how) {
    if ((await session(this.form)) === "mine") {
      if (how) await this.hold(how);
      return askAgain();
    }
    this.letGo();
    this.show("reading");
  }

  /** @param {Word} word */
  heard({ kind, names }) {
    if (!names.some((name) => this.names.includes(name))) return;
    if (kind === "ask" && !this.reading) this.handOver();
    if (kind === "ask" || !this.asked) return;
    clearTimeout(this.silence);
    if (kind === "later") this.show("later");
    if (kind === "yours") this.open();
  }

  async handOver() {
    this.say("busy");
    const late = new Promise((resolve) => setTimeout(resolve, LATER_MS, false));
    if (!(await Promise.race([this.give(), late]))) return this.say("later");
    this.read();
    this.say("yours");
  }

  /** This tab was asleep, and another one writes by now. */
  async stolen() {
    this.read();
    await this.give();
  }

  read() {
    this.letGo();
    this.freeze(true);
    this.show("reading");
  }

  /** @param {Event} event nothing of a page that only shows is sent */
  pressed(event) {
    if (!this.reading) return;
    event.preventDefault();
    event.stopPropagation();
    this.show("reading");
  }

  /** @param {Event} event */
  clicked(event) {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-continue]")) this.takeOver();
    if (this.reading && event.target.closest("input, label")) event.preventDefault();
  }

  /** @param {boolean} frozen */
  freeze(frozen) {
    this.reading = frozen;
    this.form.toggleAttribute("data-reading", frozen);
    for (const field of this.form.elements) {
      if (field instanceof HTMLTextAreaElement) field.readOnly = frozen;
      if (field instanceof HTMLInputElement && field.type === "text") field.readOnly = frozen;
    }
  }

  /** @param {Word["kind"]} kind */
  say(kind) {
    channel.postMessage({ kind, names: this.names });
  }
}

/** @returns {Promise<Set<string>>} what is written in any tab of this browser that is alive */
export async function written() {
  const { held } = await navigator.locks.query();
  return new Set(held?.map(({ name }) => name?.replace("icj:", "") ?? ""));
}

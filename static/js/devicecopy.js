// @ts-check
// One text kept on the device until the server has it: written a moment after each key, gone once it is kept.

import { get, put, remove } from "./device.js";
import { Quiet } from "./patience.js";
import { seal, unlocked } from "./sealing.js";

/** @typedef {import("./sealing.js").Copy} Copy */

const QUIET_MS = 250;
const LONGEST_MS = 1000;
const LETTING_GO_MS = 3000;

export class DeviceCopy {
  /**
   * @param {string} writer @param {() => Copy | null} read what is not on the server yet, null where nothing is
   * @param {() => void} report called when the device has the words, or turned out not to
   */
  constructor(writer, read, report) {
    this.writer = writer;
    this.read = read;
    this.report = report;
    this.quiet = new Quiet(QUIET_MS, LONGEST_MS, () => this.write());
    /** @type {Copy | null} what this device holds, sealed */
    this.stored = null;
    this.name = "";
    /** While it is not known what waits here already, nothing is written over it. */
    this.apart = `:${crypto.randomUUID()}`;
    /** @type {Promise<void>} one thing after the other, once the page has looked at what there is */
    this.last = new Promise((resolve) => (this.begin = resolve));
  }

  /** Somebody typed. */
  touched() {
    this.quiet.touched();
  }

  /** Now. @returns {Promise<void>} when the device has the words, or could not take them */
  write() {
    this.quiet.stop();
    this.last = this.last.then(() => this.store());
    return this.last;
  }

  /** The server has them all. */
  forget() {
    this.quiet.stop();
    this.last = this.last.then(() => this.drop());
  }

  /** What the server has is not found here again and called not kept. @returns {Promise<unknown>} but nobody waits for long */
  gone() {
    return Promise.race([this.last, new Promise((resolve) => setTimeout(resolve, LETTING_GO_MS))]);
  }

  /** These words wait here from before, and this page has them now. @param {Copy & { name: string }} copy */
  adopt({ name, ...copy }) {
    this.name = name;
    this.apart = name.slice(`${this.writer}:${copy.letter}`.length);
    this.stored = copy;
  }

  /** Whether another tab has taken over what this page had left here. */
  async taken() {
    await this.last;
    return this.stored !== null && !(await get(this.name));
  }

  /** @param {string} text whether the device holds these very words */
  holds(text) {
    return this.stored?.text === text;
  }

  async store() {
    const copy = this.read();
    const before = this.stored;
    if (!copy || (copy.text === before?.text && copy.letter === before.letter && copy.base === before.base)) return;
    this.stored = null;
    if (unlocked()) await this.keep(copy);
    if (this.stored !== before) this.report();
  }

  /** @param {Copy} copy */
  async keep(copy) {
    const name = `${this.writer}:${copy.letter}${this.apart}`;
    try {
      await put(name, await seal(this.writer, copy));
      this.stored = copy;
    } catch {
      return; // refused, or full: the words are on this page alone, and the page says so
    }
    if (this.name && this.name !== name) await remove(this.name);
    this.name = name;
  }

  async drop() {
    if (!this.name || this.read()) return;
    await remove(this.name);
    this.stored = null;
  }
}

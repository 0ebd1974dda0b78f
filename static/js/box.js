// @ts-check
// One writing box: its text, and the hidden fields that travel with it. The fields are always true, so the
// form may leave at any moment, pressed by anybody.

/** @typedef {import("./sealing.js").Copy} Copy */

/**
 * One text on its way. `after` names the operation before it, when its answer never came.
 * @typedef {{ text: string, op: string, base: number, after: string, entry: string, about: string }} Attempt
 */

export class Box {
  /** @param {HTMLTextAreaElement} area @param {HTMLFormElement} form */
  constructor(area, form) {
    this.area = area;
    this.form = form;
    this.name = area.dataset.box ?? "";
    /** @type {string} what the server is known to hold */
    this.kept = this.base && !("unkept" in area.dataset) ? area.defaultValue : "";
    /** @type {string} what the server was last told this text is */
    this.told = this.get("about");
  }

  /** The text as the server will store it; no answer ever writes to the box itself. */
  get text() {
    return this.area.value.replaceAll("\0", "");
  }

  get base() {
    return Number(this.get("base_rev"));
  }

  get dirty() {
    const changed = this.text !== this.kept || this.get("about") !== this.told;
    return changed && (this.base > 0 || this.text.trim() !== "");
  }

  /** @param {Attempt | null} unsettled @returns {Attempt} the text as it is now, under an operation of its own */
  attempt(unsettled) {
    const now = { text: this.text, about: this.get("about") };
    if (unsettled && unsettled.text === now.text && unsettled.about === now.about) return unsettled;
    const fresh = { ...now, op: crypto.randomUUID(), base: this.base, entry: this.get("entry") };
    return { ...fresh, after: unsettled?.op ?? "" };
  }

  /** The same for the device. @param {Attempt | null} unsettled @returns {Copy} */
  copy(unsettled) {
    const { entry, ...said } = this.attempt(unsettled);
    return { ...said, letter: entry, at: this.at };
  }

  /** Where this text is typed, and on which sheet there, while it has no entry yet that every page would know. */
  get at() {
    return `${window.location.pathname}#${this.name} ${this.area.dataset.sheet}`;
  }

  /** Somebody wants the words of the device in the box. @param {Copy} copy @returns {Attempt} as it was to be sent */
  restore({ letter, at, ...said }) {
    this.set("entry", letter);
    this.set("about", said.about);
    this.set("base_rev", String(said.base));
    this.area.value = said.text;
    return { ...said, entry: letter };
  }

  /** What the form would carry if it left now. @param {Attempt | null} unsettled */
  sync(unsettled) {
    const next = this.attempt(unsettled);
    this.set("op", next.op);
    this.set("after", next.after);
  }

  /** @param {Attempt} attempt @param {{ rev: number, conflict: string | null }} answer */
  settle(attempt, answer) {
    this.kept = attempt.text;
    this.told = attempt.about;
    this.set("base_rev", String(answer.rev));
    if (answer.conflict) this.set("entry", answer.conflict);
    this.sync(null);
  }

  /** @param {string} part */
  get(part) {
    return this.field(part)?.value ?? "";
  }

  /** @param {string} part @param {string} value */
  set(part, value) {
    const field = this.field(part);
    if (field) field.value = value;
  }

  /** @param {string} part @returns {HTMLInputElement | null} */
  field(part) {
    const field = this.form.elements.namedItem(`${this.name}.${part}`);
    return field instanceof HTMLInputElement ? field : null;
  }
}

// @ts-check
// After a reload, a crash, or signing in again: newer words that this device had kept are offered, never put in place
// of anything by themselves. What the server has as well goes away without a word.

import { all, remove } from "./device.js";
import { send, writerOf } from "./request.js";
import { button, line, offer } from "./savewords.js";
import { open } from "./sealing.js";
import { written } from "./turn.js";

/** @typedef {import("./saver.js").Saver} Saver */
/** @typedef {import("./sealing.js").Copy} Copy */
/** @typedef {Copy & { name: string }} Found under its name on this device */

const HERE = "There is newer text from this device.";
const NOT_YET = "Not kept yet.";

/** @param {string} writer @param {string[]} mine what this tab writes @returns {Promise<Found[]>} what no tab is about to send */
export async function found(writer, mine = []) {
  const elsewhere = await written();
  for (const place of mine) elsewhere.delete(place);
  const copies = [];
  for (const [name, sealed] of await all(writer)) {
    const copy = await open(name, sealed);
    if (!copy || [copy.letter, copy.at].some((place) => elsewhere.has(place))) continue;
    copies.push({ ...copy, name });
  }
  return copies;
}

/** Look at what waits here for these boxes; until then nothing is written over it. @param {Saver[]} savers */
export async function welcome(savers) {
  const { writer } = writerOf(savers[0].box.form);
  const copies = await found(writer, savers.flatMap(({ box }) => [box.get("entry"), box.at]));
  for (const saver of savers) {
    const news = [];
    for (const copy of copies.filter((one) => isFor(saver, one))) {
      if (isKnown(saver.box, copy)) await remove(copy.name);
      else if (copy.text === saver.box.text) saver.copy.adopt(copy);
      else news.push(copy);
    }
    if (news.length) show(saver, news[0]);
    else if (!saver.copy.name) saver.copy.apart = "";
  }
}

/** A new text has another name on every page; it is known by the place it was typed in. @param {Saver} saver @param {Copy} copy */
function isFor({ box }, copy) {
  return copy.letter === box.get("entry") || (copy.base === 0 && copy.at === box.at);
}

/** The server has these words: the same, or among those that were typed after them.
 * @param {{ kept: string, base: number }} there @param {Copy} copy
 */
export function isKnown(there, copy) {
  return copy.text === there.kept || (copy.base < there.base && there.kept.includes(copy.text.trim()));
}

/** @param {Saver} saver @param {Found} copy */
function show(saver, copy) {
  const use = button("Use it", "use");
  const both = button("Keep both", "keep");
  const op = crypto.randomUUID();
  const note = offer(HERE, copy.text, [use, both]);
  use.addEventListener("click", async () => {
    if (!saver.kept) await saver.flush(); // typed here meanwhile: the server has it first
    if (!saver.kept) return;
    note.remove();
    saver.goOnWith(copy);
    saver.box.area.focus();
  });
  both.addEventListener("click", async () => {
    const own = saver.box.get("entry") !== copy.letter;
    const aside = { ...copy, entry: copy.letter, ...(own ? {} : { op, base: 0, after: "" }) }; // beside the text of this page, never in its place
    await keep(writerOf(saver.box.form), copy, aside, note, "Both are kept.");
  });
  saver.box.form.prepend(note);
}

/**
 * @param {import("./request.js").Who} who @param {Found} copy @param {import("./box.js").Attempt} attempt
 * @param {HTMLElement} note @param {string} said once the server has it
 */
export async function keep(who, copy, attempt, note, said) {
  const kept = "kept" in (await send(who, attempt));
  if (kept) await remove(copy.name);
  note.classList.toggle("is-kept", kept);
  if (kept) note.replaceChildren(line(said));
  else note.querySelector("strong")?.replaceChildren(`${NOT_YET} ${HERE}`);
}

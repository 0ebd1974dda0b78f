// @ts-check
// A whole form that only this device had: offered, and poured into the fields when somebody wants it.

import { remove } from "./device.js";
import { bodyOf, isTick, pour, wordsOf } from "./held.js";
import { button, offer } from "./savewords.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./offer.js").Found} Found */

/** @param {Draft} draft @param {Found[]} copies whatever waits on this device */
export function offerForm(draft, copies) {
  const news = copies.filter(({ letter }) => letter === window.location.pathname).filter((copy) => !isKnown(draft.form, copy.text));
  for (const copy of copies) if (copy.letter === window.location.pathname && !news.includes(copy)) remove(copy.name);
  if (news.length) show(draft, news[0]);
  else draft.copy.apart = "";
}

/** Every word is among those of its field, and everything chosen is chosen. @param {HTMLFormElement} form @param {string} body */
function isKnown(form, body) {
  const now = bodyOf(form);
  const words = wordsOf(form, now);
  const written = wordsOf(form, body).every((said, place) => words[place].includes(said.trim()));
  return written && (isAsSent(form, body) || chosen(form, body) === chosen(form, now));
}

/** The server gave this form back as it was sent; something may have been chosen since. @param {HTMLFormElement} form @param {string} body */
function isAsSent(form, body) {
  const name = form.querySelector("[data-poured]");
  const same = name instanceof HTMLInputElement && new URLSearchParams(body).get(name.name) === name.value;
  return same && form.hasAttribute("data-unkept");
}

/** @param {HTMLFormElement} form @param {string} body */
function chosen(form, body) {
  const said = new URLSearchParams(body);
  return [...form.elements].filter(isTick).map(({ name, value }) => said.getAll(name).includes(value)).join();
}

/** @param {Draft} draft @param {Found} copy */
function show(draft, copy) {
  const use = button("Use it", "use");
  const leave = button("Leave it", "keep");
  const words = wordsOf(draft.form, copy.text).filter((said) => said.trim());
  const note = offer("There is newer text from this device.", words.join("\n"), [use, leave]);
  use.addEventListener("click", () => {
    draft.copy.adopt(copy);
    pour(draft.form, copy.text);
    note.remove();
  });
  leave.addEventListener("click", async () => {
    await remove(copy.name);
    note.remove();
  });
  draft.form.closest("details")?.setAttribute("open", "");
  draft.form.prepend(note);
}

// @ts-check
// Words selected in a text that somebody reads: taken as a passage, or blacked out. Without this file both are typed.

const TEXTS = "bdi, .written";
const MARKS = ".black-out, .left-out";
const EDGES = /^[\s\p{P}]+|[\s\p{P}]+$/gu;
const LETTER = /[\p{L}\p{N}_]/u;
const APART = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/u; // written without spaces

const bar = document.querySelector("[data-select-bar]");
const taken = document.querySelector("[data-taken]");

/**
 * @param {string} texts which of them count
 * @returns {string[]} what is selected just now, each text for itself, and what stands before a mark apart from what follows
 */
function selected(texts = TEXTS) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
  const range = selection.getRangeAt(0);
  /** @type {string[]} */
  const found = [];
  /** @type {Element | null} */
  let home = null;
  for (const node of textsOf(range)) {
    const text = node.parentElement?.closest("[data-selectable]") ? (node.parentElement?.closest(texts) ?? null) : null;
    const marked = node.parentElement?.closest(MARKS);
    if (text && !marked) {
      if (text === home) found.push(`${found.pop() ?? ""}${cut(node, range)}`);
      else found.push(cut(node, range));
    }
    home = marked ? null : text;
  }
  return found.map((words) => words.replace(/\s+/gu, " ")).filter((words) => words.replace(EDGES, ""));
}

/** @param {Range} range @returns {Text[]} */
function textsOf(range) {
  const walker = document.createTreeWalker(range.commonAncestorContainer, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = /** @type {Node | null} */ (walker.currentNode); node; node = walker.nextNode()) {
    if (node instanceof Text && range.intersectsNode(node)) found.push(node);
  }
  return found;
}

/** @param {Text} node @param {Range} range what of it is selected, to the ends of its words */
function cut(node, range) {
  const text = node.data;
  let start = node === range.startContainer ? range.startOffset : 0;
  let end = node === range.endContainer ? range.endOffset : text.length;
  if (start >= end) return "";
  while (start > 0 && isWithin(text, start)) start -= 1;
  while (end < text.length && isWithin(text, end)) end += 1;
  return text.slice(start, end);
}

/** @param {string} text @param {number} place whether a word goes on there */
function isWithin(text, place) {
  return [text[place - 1], text[place]].every((letter) => LETTER.test(letter) && !APART.test(letter));
}

/** @param {HTMLElement} button what is selected joins the passages of its form, each text for itself */
function take(button) {
  const form = button.closest("form");
  const list = form?.querySelector("[data-passages]");
  const way = form?.querySelector("input[type=radio][value=passage]");
  const found = selected(".written"); // a heading, or whose voice it is, is no passage
  if (!list || !(way instanceof HTMLInputElement) || !found.length) return undefined;
  way.checked = true;
  const boxes = found.map((words) => put(list, words.trim()));
  document.getSelection()?.removeAllRanges();
  if (taken instanceof HTMLElement) taken.hidden = false;
  return boxes.at(-1);
}

/** @param {Element} list @param {string} words @returns {HTMLTextAreaElement | undefined} the box they stand in now */
function put(list, words) {
  const box = [...list.querySelectorAll("textarea")].find(({ value }) => !value.trim()) ?? another(list);
  if (!box) return undefined;
  box.value = words;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return box;
}

/** @param {Element} list one more box below the others; the page has one in store that is numbered 0 */
function another(list) {
  const rows = list.querySelectorAll("[data-passage]");
  const spare = list.querySelector("template")?.content.firstElementChild?.cloneNode(true);
  if (!(spare instanceof HTMLElement)) return null;
  for (const part of [spare, ...spare.querySelectorAll("*")]) {
    for (const { name, value } of [...part.attributes]) part.setAttribute(name, value.replace("-0", `-${rows.length + 1}`));
  }
  for (const text of spare.querySelectorAll("label, .unseen")) text.textContent = (text.textContent ?? "").replace("0", `${rows.length + 1}`);
  rows[rows.length - 1]?.after(spare);
  return spare.querySelector("textarea");
}

document.addEventListener("selectionchange", () => {
  const some = selected().length > 0;
  if (bar instanceof HTMLElement && (!some || document.activeElement?.closest("[data-select-bar]") !== bar)) bar.hidden = !some;
  if (taken instanceof HTMLElement && some) taken.hidden = true; // the button stands where it stood
});
bar?.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays while the button is pressed
document.addEventListener("click", ({ target, detail }) => {
  const button = target instanceof Element ? target.closest("[data-take]") : null;
  if (taken instanceof HTMLElement) taken.hidden = true; // not before: a button that moves under a finger is not pressed
  const box = button instanceof HTMLElement ? take(button) : undefined;
  if (!detail) box?.focus(); // pressed by the keyboard; with a pointer the text stays in sight, for the next one
});
document.addEventListener("submit", ({ target }) => {
  const field = target instanceof HTMLFormElement ? target.querySelector("[data-phrases]") : null;
  if (field instanceof HTMLInputElement) field.value = selected().map((words) => words.replace(EDGES, "")).join("\n");
});

// @ts-check
// Words selected in a text that somebody reads: taken as a passage, or blacked out. Without this file both are typed.

const TEXTS = "bdi, .written";
const MARKS = ".black-out";
const EDGES = /^[\s\p{P}]+|[\s\p{P}]+$/gu;
const LETTER = /[\p{L}\p{N}_]/u;
const APART = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/u; // written without spaces

const bar = document.querySelector("[data-select-bar]");

/** @returns {string[]} what is selected just now, each text for itself, and what stands before a mark apart from what follows */
function selected() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
  const range = selection.getRangeAt(0);
  /** @type {string[]} */
  const found = [];
  /** @type {Element | null} */
  let home = null;
  for (const node of textsOf(range)) {
    const text = node.parentElement?.closest("[data-selectable]") ? (node.parentElement?.closest(TEXTS) ?? null) : null;
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

/** @param {string} id of the box that takes it, and what is chosen with it */
function take(id) {
  const box = document.getElementById(id);
  const words = selected().join("\n");
  if (!(box instanceof HTMLTextAreaElement) || !words) return;
  const way = box.form?.querySelector(`input[type=radio][value="${id}"]`);
  if (way instanceof HTMLInputElement) way.checked = true;
  box.value = words.trim();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.getSelection()?.removeAllRanges();
  box.focus();
}

document.addEventListener("selectionchange", () => {
  if (bar instanceof HTMLElement && document.activeElement?.closest("[data-select-bar]") !== bar) bar.hidden = !selected().length;
});
bar?.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays while the button is pressed
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-take]") : null;
  if (button instanceof HTMLElement) take(button.dataset.take ?? "");
});
document.addEventListener("submit", ({ target }) => {
  const field = target instanceof HTMLFormElement ? target.querySelector("[data-phrases]") : null;
  if (field instanceof HTMLInputElement) field.value = selected().map((words) => words.replace(EDGES, "")).join("\n");
});

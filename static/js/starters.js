// @ts-check
// Half-sentences that go into the letter where the caret stands. Without this file they are a list to read.

for (const item of document.querySelectorAll("[data-starter]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = item.textContent;
  item.replaceChildren(button);
}

document.addEventListener("click", (event) => {
  const item = event.target instanceof Element ? event.target.closest("[data-starter]") : null;
  const list = item?.closest("[data-starters]");
  if (!(item instanceof HTMLElement) || !(list instanceof HTMLElement)) return;
  const box = document.getElementById(list.dataset.starters ?? "");
  if (!(box instanceof HTMLTextAreaElement)) return;
  insert(box, item.textContent?.trim() ?? "", item.dataset.starter ?? "");
  say(list.dataset.said ?? "");
});

/**
 * A greeting goes to the top of the page, anything else to the caret.
 * @param {HTMLTextAreaElement} box
 * @param {string} words
 * @param {string} where
 */
function insert(box, words, where) {
  box.focus();
  if (where === "top") box.setRangeText(words + "\n\n", 0, 0, "end");
  else box.setRangeText(gap(box) + words + " ", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLTextAreaElement} box */
function gap(box) {
  const before = box.value.slice(0, box.selectionStart);
  return before === "" || /\s$/u.test(before) ? "" : " ";
}

/** @param {string} words */
function say(words) {
  const live = document.getElementById("live");
  if (live) live.textContent = words;
}

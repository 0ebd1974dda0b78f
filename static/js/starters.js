// @ts-check
// Half-sentences that go into the letter where the caret stands, as if typed: Ctrl+Z takes them back, and they are
// kept like anything else. Without this file each of them is a button that sends the form and opens it again.

document.addEventListener("click", (event) => {
  const item = event.target instanceof Element ? event.target.closest("[data-starter]") : null;
  const list = item?.closest("[data-starters]");
  if (!(item instanceof HTMLElement) || !(list instanceof HTMLElement)) return;
  const box = document.getElementById(list.dataset.starters ?? "");
  if (!(box instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  const words = item.textContent?.trim() ?? "";
  box.focus();
  if (item.dataset.starter === "top") greet(box, words, greetings(list));
  else type(box, gap(box) + words + " ");
  say(list.dataset.said ?? "");
});

/** Everything a letter could open with. @param {HTMLElement} list */
function greetings(list) {
  return [...list.querySelectorAll("[data-starter='top']")].map((item) => item.textContent?.trim() ?? "");
}

/**
 * A greeting opens the letter, in place of another one, and the caret goes below it.
 * @param {HTMLTextAreaElement} box @param {string} words @param {string[]} known
 */
function greet(box, words, known) {
  const before = known.find((one) => box.value.startsWith(one)) ?? "";
  const rest = box.value.slice(before.length);
  box.setSelectionRange(0, before.length + (rest.length - rest.replace(/^[\r\n]+/u, "").length));
  type(box, `${words}\n\n`);
}

/** @param {HTMLTextAreaElement} box @param {string} words in place of what is selected */
function type(box, words) {
  if (document.execCommand("insertText", false, words)) return;
  box.setRangeText(words, box.selectionStart, box.selectionEnd, "end");
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

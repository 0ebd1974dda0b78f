// @ts-check
// Where the keyboard is after something happened: a redrawn part, a form sent back, a thing closed.

/** @param {ParentNode} region the part that was redrawn */
function focusHeading(region) {
  const heading = region.querySelector("h1[tabindex='-1']");
  if (heading instanceof HTMLElement) heading.focus();
}

/** A form that came back starts at its summary; any other page is left to the browser. */
function focusSummary() {
  const summary = document.querySelector("[data-focus]");
  if (summary instanceof HTMLElement) summary.focus();
}

/** What was done on the way here is said aloud: a region that was full when the page came says nothing. */
function sayMessages() {
  const live = document.getElementById("live");
  const said = document.querySelector(".messages")?.textContent?.trim();
  if (live && said) live.textContent = said;
}

/** @param {KeyboardEvent} event Escape closes the nearest open thing and goes back to its opener */
function closeDetails(event) {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  const details = event.target.closest("details[open]");
  if (!(details instanceof HTMLDetailsElement)) return;
  details.open = false;
  details.querySelector("summary")?.focus();
}

/** @param {KeyboardEvent} event Ctrl or ⌘ with Enter in a text presses its form's own first button */
function pressPrimary(event) {
  if (!(event.target instanceof HTMLTextAreaElement) || !event.target.form) return;
  const near = event.target.closest("[data-group]") ?? event.target.form;
  const primary = near.querySelector("[data-primary]") ?? event.target.form.querySelector("button:not([type='button'])");
  if (!(primary instanceof HTMLButtonElement)) return;
  event.preventDefault();
  event.target.form.requestSubmit(primary);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeDetails(event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) pressPrimary(event);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof Element) focusHeading(event.target);
});
focusSummary();
window.addEventListener("load", sayMessages);

// @ts-check
// "Earlier" adds lines where the link stood; the keyboard goes on at the first new one.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { shouldSwap } = /** @type {CustomEvent<{ shouldSwap: boolean }>} */ (event).detail;
  if (!shouldSwap || !(event.target instanceof Element) || event.target.id !== "earlier") return;
  const before = document.querySelectorAll(".kept-item").length;
  document.addEventListener("htmx:afterSettle", () => focusItem(before), { once: true });
});

/** @param {number} place */
function focusItem(place) {
  const item = document.querySelectorAll(".kept-item")[place];
  if (item instanceof HTMLElement) item.focus();
}

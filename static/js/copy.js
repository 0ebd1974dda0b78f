// @ts-check
// Copies what stands on the sheet, as plain text. Without this file there is no button: it can be selected by hand.

for (const button of document.querySelectorAll("[data-copy]")) button.removeAttribute("hidden");

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  const sheet = document.getElementById(button.dataset.copy ?? "");
  const said = (await copied(sheet?.innerText ?? "")) ? button.dataset.done : button.dataset.failed;
  const live = document.getElementById("live");
  if (live) live.textContent = said ?? "";
  const line = document.querySelector("[data-copied]");
  if (line) line.textContent = said ?? "";
});

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

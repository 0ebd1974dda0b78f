// @ts-check
// Opens the print window of the browser. Without this file there is no button: the browser's own menu prints.

for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});

// @ts-check
// A part of the page was asked for and does not come: the page says so where it was asked from, and stays as it is.

const FORBIDDEN = 403; // the page's token belongs to a session that is over

/** @param {Event} event @param {string} when which sentence is said; "" for none */
function say(event, when) {
  const asked = event.target instanceof Element ? event.target.closest("form, #earlier") : null;
  for (const each of asked?.querySelectorAll("[data-unreached] > *") ?? []) {
    if (each instanceof HTMLElement) each.hidden = each.dataset.when !== when;
  }
}

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => say(event, "away"));
document.addEventListener("htmx:beforeRequest", (event) => say(event, ""));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = /** @type {CustomEvent<{ xhr: XMLHttpRequest }>} */ (event).detail;
  say(event, xhr.status === FORBIDDEN ? "aged" : "failed");
});

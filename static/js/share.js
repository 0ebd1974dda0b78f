// @ts-check
// Sharing, or offering, needs the server: where it cannot be reached the page says that nothing has left, and keeps what
// was typed. Without this file the browser says so itself.

import { session } from "./request.js";

/** @type {WeakSet<HTMLFormElement>} forms that may go now, or ask whether they may */
const going = new WeakSet();
/** @type {WeakSet<HTMLFormElement>} */
const asking = new WeakSet();

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function ask(form, submitter) {
  asking.add(form);
  const here = (await session(form)) !== "unknown";
  asking.delete(form);
  tell(form, !here);
  if (!here) return;
  going.add(form);
  form.requestSubmit(submitter);
}

/** @param {HTMLFormElement} form @param {boolean} offline */
function tell(form, offline) {
  const trouble = form.querySelector("[data-trouble]");
  if (!(trouble instanceof HTMLElement)) return;
  trouble.className = offline ? "note fill" : "";
  trouble.textContent = offline ? (trouble.dataset.offline ?? "") : "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-share") || going.has(form)) return;
  event.preventDefault();
  if (!asking.has(form)) ask(form, event.submitter);
});

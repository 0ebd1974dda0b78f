// @ts-check
// Every such form of a page, and what happens around it: see draft.js.

import { Draft } from "./draft.js";
import { Once } from "./once.js";

/** @type {Map<EventTarget | null, Draft>} */
const drafts = new Map();
for (const form of document.querySelectorAll("form[data-draft]")) {
  if (form instanceof HTMLFormElement) drafts.set(form, form.dataset.draft === "press" ? new Once(form) : new Draft(form));
}

/** @param {(draft: Draft) => unknown} act */
const each = (act) => drafts.forEach((draft) => act(draft));
const again = () => each((draft) => draft.state !== "idle" && draft.state !== "large" && draft.flush());
/** What is neither on the server nor on this device, nor on its way with the form. */
const onlyHere = () => [...drafts.values()].filter((draft) => !draft.going && draft.dirty && !draft.onDevice);

/** @param {CustomEvent<Promise<unknown>[]>} event leaving waits a moment for these */
function leaving({ detail }) {
  each((draft) => {
    if (draft.dirty) detail?.push(draft.copy.write());
    draft.going = true;
  });
}

/** @param {CustomEvent<Promise<unknown>[]>} event signing out waits a little longer */
function signingOut({ detail }) {
  each((draft) => draft.dirty && detail.push(draft.flush(), draft.copy.write()));
}

/** @param {Event} event somebody signed out in this browser; words that are nowhere else keep their page */
function signedOut(event) {
  if (!onlyHere().length) return;
  event.preventDefault();
  each((draft) => {
    draft.line.cover();
    draft.become("signed-out");
  });
}

document.addEventListener("input", (event) => drafts.get(/** @type {HTMLInputElement} */ (event.target).form)?.touched());
document.addEventListener("focusout", ({ target }) => {
  const draft = target instanceof HTMLElement && drafts.get(target.closest("form"));
  if (!draft) return;
  draft.copy.write();
  draft.flush();
});
document.addEventListener("submit", (event) => {
  const draft = drafts.get(event.target);
  if (!draft || draft.going) return;
  event.preventDefault();
  draft.press(event.submitter);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden") return again();
  each((draft) => (draft.copy.write(), draft.flush()));
  return undefined;
});
document.addEventListener("innerchild:leaving", (event) => leaving(/** @type {CustomEvent} */ (event)));
document.addEventListener("innerchild:signing-out", (event) => signingOut(/** @type {CustomEvent} */ (event)));
document.addEventListener("innerchild:signed-out", signedOut);
window.addEventListener("beforeunload", (event) => {
  if (onlyHere().length) event.preventDefault();
  each((draft) => draft.farewell());
});
window.addEventListener("pagehide", () => each((draft) => draft.farewell()));
window.addEventListener("online", again);
window.addEventListener("focus", again);
new BroadcastChannel("icj-session").addEventListener("message", again);

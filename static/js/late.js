// @ts-check
// A page may have been made before the last words of the one before it arrived. It is asked for once more then:
// what is typed on an old text would stand beside the newer one.

const ARRIVES_MS = 500;

const before = history.state ?? {};
if (before.sentLate || before.fresh) history.replaceState(null, "");

/** Whether this page was asked for again just now, so that nothing on it can be old. */
export const fresh = Boolean(before.fresh);

/** Words go along with a page that ends; a reload of it may be answered before them. */
export function sentLate() {
  history.replaceState({ sentLate: true }, "");
}

export function askAgain() {
  history.replaceState({ fresh: true }, "");
  window.location.reload();
}

/** @returns {boolean} whether this page is about to be asked for again */
export function isLate() {
  if (before.sentLate) setTimeout(askAgain, ARRIVES_MS);
  return Boolean(before.sentLate);
}

// @ts-check
// Two minutes before a session ends for want of anybody, the page says so, and a press keeps it awake (WCAG 2.2.1).
// Typing counts as being here. How long is left the server alone knows: other tabs move the same clock.

const WARN_S = 120;
const AGAIN_S = 30; // nobody answered: ask again
const GONE = -1;

const dialog = document.querySelector("dialog.resting");
const writes = document.querySelector("form[data-writing], form[data-draft]") !== null;
let typed = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let clock;

/** @param {boolean} stay @returns {Promise<number | null>} seconds left, GONE, or null where no answer came */
async function left(stay) {
  const token = document.querySelector("meta[name='csrf-token']")?.getAttribute("content") ?? "";
  const headers = { "X-Requested-With": "journal", "X-CSRFToken": token };
  try {
    const answer = await fetch(stay ? "/session/stay/" : "/session/left/", {
      method: stay ? "POST" : "GET",
      headers,
      cache: "no-store",
      redirect: "error",
    });
    if (answer.status === 401) return GONE;
    return answer.ok ? (await answer.json()).left : null;
  } catch {
    return null;
  }
}

/** @param {number} seconds from now */
function lookIn(seconds) {
  clearTimeout(clock);
  clock = setTimeout(look, seconds * 1000);
}

async function look() {
  const here = typed;
  typed = false;
  follow(await left(here));
}

/** @param {number | null} seconds */
function follow(seconds) {
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (seconds === null) return lookIn(AGAIN_S);
  if (seconds === GONE) return over(dialog);
  if (seconds > WARN_S) {
    if (dialog.open) dialog.close("moved"); // somebody was there in another tab
    return lookIn(seconds - WARN_S);
  }
  if (!dialog.open) dialog.showModal();
  lookIn(seconds + 1);
}

/** A writing page tells by itself, beside its words. @param {HTMLDialogElement} dialog */
function over(dialog) {
  if (writes) return dialog.close("moved");
  dialog.classList.add("is-over");
  for (const part of dialog.querySelectorAll("[data-resting]")) if (part instanceof HTMLElement) part.hidden = part.dataset.resting !== "over";
  dialog.setAttribute("aria-labelledby", "resting-over");
  dialog.removeAttribute("aria-describedby");
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("input", () => {
  typed = true;
});
dialog?.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-stay]") && dialog instanceof HTMLDialogElement) dialog.close();
});
dialog?.addEventListener("cancel", (event) => {
  if (dialog.classList.contains("is-over")) event.preventDefault();
});
dialog?.addEventListener("close", async () => {
  if (dialog instanceof HTMLDialogElement && dialog.returnValue !== "moved") follow(await left(true));
});
lookIn(Math.max(Number(document.querySelector("meta[name='rest']")?.getAttribute("content")) - WARN_S, 0));

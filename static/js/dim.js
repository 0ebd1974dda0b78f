// @ts-check
// While somebody types, what stands around the page fades a little; a look round brings it back.

const PAUSE_MS = 3000;
const root = document.documentElement;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

function back() {
  clearTimeout(pause);
  delete root.dataset.typing;
}

document.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLTextAreaElement) || root.dataset.dim === "off" || "quiet" in root.dataset) return;
  root.dataset.typing = "";
  clearTimeout(pause);
  pause = setTimeout(back, PAUSE_MS);
});
document.addEventListener("pointermove", back);
document.addEventListener("keydown", (event) => {
  if (event.key === "Tab") back();
});

// @ts-check
// The pen in a letter by turns: a turn belongs to whoever holds it, also before it is added. After something was
// done the keyboard is where the hand was: in the composer, in the turn that was opened, at the button it came from.

const added = document.querySelector("[data-added]");
const pen = document.querySelector("[data-hand]");
const box = document.getElementById("box-turn");
const live = document.getElementById("live");

if (added && live) live.textContent = added.textContent;
if (/^#(box|edit|turn)-/u.test(window.location.hash)) document.getElementById(window.location.hash.slice(1))?.focus();

/** Label, tint and the hidden fields follow the hand; each hand has its own word of the server for what this text is.
 * @param {string} voice
 */
function handOver(voice) {
  const said = pen instanceof HTMLElement ? pen.dataset[voice] : undefined;
  const fields = box?.closest("form")?.elements;
  const about = fields?.namedItem("turn.about");
  const holds = fields?.namedItem("voice");
  if (!said || !(about instanceof HTMLInputElement) || !(holds instanceof HTMLInputElement)) return;
  holds.value = voice;
  for (const hand of pen?.querySelectorAll("button") ?? []) hand.setAttribute("aria-pressed", String(hand.value === `pen:${voice}`));
  const sheet = pen?.closest(".pen");
  sheet?.classList.toggle("is-adult", voice === "adult");
  sheet?.classList.toggle("is-child", voice === "child");
  if (said === about.value) return;
  about.value = said;
  box?.dispatchEvent(new Event("input", { bubbles: true }));
}

pen?.addEventListener("click", (event) => {
  const hand = event.target instanceof Element ? event.target.closest("button") : null;
  if (!hand) return;
  event.preventDefault();
  handOver(hand.value.replace("pen:", ""));
});
const holds = box?.closest("form")?.elements.namedItem("voice");
if (holds instanceof HTMLInputElement) handOver(holds.value);

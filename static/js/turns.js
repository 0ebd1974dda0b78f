// @ts-check
// The pen in a letter by turns: a turn belongs to whoever holds it, also before it is added. After it was added
// the pen goes back to the hand that writes, and it is said as whom.

const added = document.querySelector("[data-added]");
const box = document.getElementById("box-turn");
const live = document.getElementById("live");

if (added && live) live.textContent = added.textContent;
if (box && window.location.hash === "#box-turn") box.focus();

/** The hidden field says what this text is; each hand has its own word of the server for that. */
function handOver() {
  const hand = document.querySelector("[data-hand]");
  const holds = hand?.querySelector("input:checked");
  const about = box?.closest("form")?.elements.namedItem("turn.about");
  if (!(hand instanceof HTMLElement && holds instanceof HTMLInputElement && about instanceof HTMLInputElement)) return;
  const said = hand.dataset[holds.value];
  if (!said || said === about.value) return;
  about.value = said;
  box?.dispatchEvent(new Event("input", { bubbles: true }));
}

document.querySelector("[data-hand]")?.addEventListener("change", handOver);
handOver();

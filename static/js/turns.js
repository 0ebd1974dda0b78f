// @ts-check
// After a turn was added the pen goes back to the hand that writes, and it is said as whom it was added.

const added = document.querySelector("[data-added]");
const box = document.getElementById("box-turn");
const live = document.getElementById("live");

if (added && live) live.textContent = added.textContent;
if (box && window.location.hash === "#box-turn") box.focus();

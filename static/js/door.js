// @ts-check
// The pages of the door: the browser's time zone goes along, and a password can be looked at.
// Without this file dates are in UTC until changed, and passwords stay hidden.

for (const field of document.querySelectorAll("input[name='time_zone']")) {
  if (field instanceof HTMLInputElement) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

for (const button of document.querySelectorAll("[data-show]")) {
  if (button instanceof HTMLButtonElement) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-show]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const field = document.getElementById(button.dataset.show ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

// A password in clear never travels as text: browsers remember what was typed into text fields.
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  for (const button of event.target.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button instanceof HTMLElement ? (button.dataset.show ?? "") : "");
    if (field instanceof HTMLInputElement) field.type = "password";
  }
});

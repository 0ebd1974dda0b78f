// @ts-check
// The pages of the door: the browser's time zone goes along, a password can be looked at, and a passkey asked for.
// Without this file dates are in UTC until changed, passwords stay hidden, and there is no button for a passkey;
// nor in a browser that knows none, and where a page is about nothing else a sentence says so.

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

const able = "credentials" in navigator && "PublicKeyCredential" in window;
for (const button of document.querySelectorAll("[data-passkey-can]")) button.toggleAttribute("hidden", !able);
for (const line of document.querySelectorAll("[data-passkey-cannot]")) line.toggleAttribute("hidden", able);

document.addEventListener("submit", async (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  if (!form?.dataset.passkey) return;
  event.preventDefault();
  tell(false);
  try {
    const { fill } = await import("./passkey.js");
    await fill(form);
    form.submit();
  } catch {
    tell(true); // refused, closed, timed out or unknown here: browsers don't say which, on purpose
  }
});

/** @param {boolean} failed */
function tell(failed) {
  const line = document.querySelector("[data-passkey-said]");
  if (!(line instanceof HTMLElement)) return;
  line.hidden = !failed;
  line.textContent = failed ? (line.dataset.passkeySaid ?? "") : "";
  const live = document.getElementById("live");
  if (live) live.textContent = line.textContent;
}

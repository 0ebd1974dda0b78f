// @ts-check
// Looking into an archive: the page is put in place of this one, and the chosen file stays chosen.
// Without this file the form goes as forms do, and the next page asks for the same file once more.

const WAITING = "aria-disabled";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.archive) return;
  const file = chosen(form)?.files?.[0];
  const button = form.querySelector("button");
  if (button?.hasAttribute(WAITING)) return event.preventDefault();
  if (file && file.size > Number(form.dataset.most)) {
    event.preventDefault();
    return say(form, form.dataset.large);
  }
  if (!file) return undefined; // the page says that none came along
  button?.setAttribute(WAITING, "true");
  say(form, form.dataset.reading);
  if (form.dataset.archive !== "look") return undefined;
  event.preventDefault();
  look(form).catch(() => {
    button?.removeAttribute(WAITING);
    say(form, form.dataset.failed);
  });
});

/** @param {HTMLFormElement} form @returns {HTMLInputElement | null} */
function chosen(form) {
  return form.querySelector("input[type='file']");
}

/** @param {HTMLFormElement} form @param {string | undefined} words */
function say(form, words) {
  const line = form.querySelector("[data-says]");
  if (line) line.textContent = words ?? "";
}

/** @param {HTMLFormElement} form */
async function look(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (answer.redirected) return location.assign(answer.url); // signed out meanwhile
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.querySelector("main");
  if (!main) throw new Error("no page came");
  const file = chosen(form);
  document.querySelector("main")?.replaceWith(document.adoptNode(main));
  document.title = page.title;
  holdOn(main, file);
  const first = main.querySelector("[data-focus]") ?? main.querySelector("h1");
  if (first instanceof HTMLElement) first.focus();
  return scrollTo(0, 0);
}

/** The file that was chosen stands where the new page would ask for it again. @param {Element} main @param {HTMLInputElement | null} file */
function holdOn(main, file) {
  const asked = main.querySelector("input[type='file']");
  if (!file || !asked) return;
  asked.replaceWith(file);
  const field = file.closest("[data-choose]");
  if (field instanceof HTMLElement && file.form?.dataset.archive === "bring") field.hidden = true;
}

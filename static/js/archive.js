// @ts-check
// Sending an archive: how far it has come is said in words, and the page that answers is put in place of this one, with
// the chosen file still chosen. Without this file the form goes as forms do, and the next page asks for the file again.

const WAITING = "aria-disabled";
const MB = 1_000_000;

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
  event.preventDefault();
  button?.setAttribute(WAITING, "true");
  send(form).catch(() => {
    button?.removeAttribute(WAITING);
    say(form, form.dataset.failed);
  });
  return undefined;
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

/** Whole megabytes, said once each tenth of the way: a screen reader reads it out. @param {HTMLFormElement} form */
function goingUp(form) {
  let last = -1;
  return (/** @type {ProgressEvent} */ { loaded, total }) => {
    const tenth = Math.floor((10 * loaded) / total);
    if (total < MB || tenth === last || loaded === total) return;
    last = tenth;
    const [sent, whole] = [Math.floor(loaded / MB), Math.ceil(total / MB)];
    say(form, form.dataset.sending?.replace("{sent}", `${sent}`).replace("{whole}", `${whole}`));
  };
}

/** @param {HTMLFormElement} form @returns {Promise<XMLHttpRequest>} */
function sent(form) {
  return new Promise((done, failed) => {
    const line = new XMLHttpRequest();
    line.open("POST", form.action);
    line.setRequestHeader("HX-Request", "true"); // so that a way on is told, and not gone
    line.responseType = "document";
    line.upload.addEventListener("progress", goingUp(form));
    line.upload.addEventListener("load", () => say(form, form.dataset.reading));
    line.addEventListener("load", () => done(line));
    line.addEventListener("error", failed);
    line.addEventListener("abort", failed);
    line.send(new FormData(form));
  });
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const answer = await sent(form);
  const on = answer.getResponseHeader("HX-Redirect");
  if (on) return location.assign(on); // it is in, or they are signed out
  const page = answer.responseXML;
  const main = page?.querySelector("main");
  if (!page || !main) throw new Error("no page came");
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

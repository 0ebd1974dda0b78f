// @ts-check
// Leaving at once: cover first, then the form that saves, signs out and leads to a neutral site.
// Everything here only hurries what the button or link does by itself.

const PRESSES = 3;
const WITHIN_MS = 5000;
const GIVE_UP_MS = 5000;

const meta = document.querySelector("meta[name='cover']");
const others = new BroadcastChannel("innerchild-leave");
let leaving = false;

/** @param {string} text said to a screen reader */
function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

/** One plain sheet over the page, and a title that says nothing. */
function cover() {
  const sheet = document.createElement("div");
  sheet.className = "cover";
  for (const part of document.body.children) if (part.id !== "live") part.setAttribute("inert", "");
  document.body.append(sheet);
  document.documentElement.classList.add("is-covered");
  document.title = meta?.getAttribute("data-title") ?? "";
  say("Loading");
}

/** The server did not answer: end the session as well as we can, and go. @param {string} site */
function giveUp(site) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", document.querySelector("meta[name='csrf-token']")?.getAttribute("content") ?? "");
  navigator.sendBeacon(meta?.getAttribute("data-sign-out") ?? "", body);
  window.location.replace(site);
}

/** @param {HTMLButtonElement} button its form carries whatever was written on this page */
function send(button) {
  const form = button.form;
  if (!form) return;
  form.action = button.formAction;
  form.method = "post";
  form.target = "";
  HTMLFormElement.prototype.submit.call(form);
  setTimeout(() => giveUp(meta?.getAttribute("content") ?? "about:blank"), GIVE_UP_MS);
}

/**
 * A page that is the same for everybody holds no token, yet somebody signed in may be looking at it. Leaving is
 * the one thing the server does without a token: it ends the session, if there is one.
 * @param {HTMLAnchorElement} link
 */
function follow(link) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = link.dataset.leave ?? "";
  document.body.append(form);
  form.submit();
  setTimeout(() => window.location.replace(link.href), GIVE_UP_MS);
}

/** @param {boolean} tell whether the other tabs of this browser leave too */
function leave(tell) {
  const way = document.querySelector("[data-leave]");
  if (leaving || !way) return;
  leaving = true;
  cover();
  document.dispatchEvent(new CustomEvent("innerchild:leaving"));
  if (tell) others.postMessage("leave");
  if (way instanceof HTMLButtonElement) send(way);
  if (way instanceof HTMLAnchorElement) follow(way);
}

/** @type {number[]} */
let presses = [];
let alone = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let clock;

/** Three quiet dots under the button. @param {number} count */
function showDots(count) {
  const button = document.querySelector(".bar [data-leave]");
  button?.querySelector("[data-presses]")?.remove();
  if (!button || !count) return;
  const dots = document.createElement("span");
  dots.className = "presses";
  dots.dataset.presses = "";
  for (let i = 0; i < PRESSES; i += 1) dots.append(Object.assign(document.createElement("i"), { className: i < count ? "is-on" : "" }));
  button.append(dots);
}

function forget() {
  if (presses.length) say("");
  presses = [];
  clearTimeout(clock);
  showDots(0);
}

function press() {
  const now = performance.now();
  presses = [...presses.filter((then) => now - then < WITHIN_MS), now];
  clearTimeout(clock);
  clock = setTimeout(forget, WITHIN_MS);
  showDots(presses.length);
  if (presses.length === PRESSES) leave(true);
  else say(presses.length === 1 ? "Shift twice more leaves this page." : "Shift once more leaves this page.");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Shift" && !event.repeat) alone = true;
  if (event.key !== "Shift") {
    alone = false;
    forget();
  }
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Shift" && alone) press();
  if (event.key === "Shift") alone = false;
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-leave]")) return;
  event.preventDefault();
  leave(true);
});
others.addEventListener("message", () => {
  if (document.querySelector("meta[name='csrf-token']")) leave(false);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("meta[name='csrf-token']")) window.location.reload();
});

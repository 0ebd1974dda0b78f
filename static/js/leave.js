// @ts-check
// Leaving at once: cover first, then the form that saves and signs out, then a neutral site in place of this page.
// Everything here only hurries what the button or link does by itself.

const PRESSES = 3;
const WITHIN_MS = 5000;
const GIVE_UP_MS = 5000;
const SEALED_MS = 400;
const PRACTICE_MS = 800; // long enough to have looked at the cover
export const PARTING = { "X-Requested-With": "parting" };
export const GONE = 204; // the session is over; any other answer leaves that open
const MARK_S = 14 * 24 * 60 * 60; // as long as any session lasts

const meta = document.querySelector("meta[name='cover']");
const others = new BroadcastChannel("innerchild-leave");
let leaving = false;
/** Whether this device holds more; leaving works without it, and a page that is the same for everybody never asks. */
const going = document.querySelector("meta[name='csrf-token']") ? import("./going.js").catch(() => null) : null;

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

/**
 * Nothing of the site stays under Back, whatever the network does: the page is replaced once the server has answered,
 * or refused to, or taken too long.
 * @param {string} address @param {URLSearchParams} fields @param {string} site
 */
async function send(address, fields, site) {
  const tooLong = setTimeout(() => {
    mark();
    window.location.replace(site);
  }, GIVE_UP_MS);
  try {
    const answer = await fetch(address, { method: "POST", body: fields, headers: PARTING, redirect: "manual" });
    if (answer.status !== GONE) mark();
  } catch {
    mark();
  }
  clearTimeout(tooLong);
  window.location.replace(site);
}

/** The session may not be over: the next request of this browser says so, and ends it. The mark holds no words. */
export function mark() {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `leaving=1; Path=/; Max-Age=${MARK_S}; SameSite=Lax${secure}`;
}

/** Seal what there is. @param {URLSearchParams} fields what is sent @returns {Promise<boolean>} whether more than that waits here */
async function sealed(fields) {
  /** @type {Promise<unknown>[]} */
  const detail = [];
  document.dispatchEvent(new CustomEvent("innerchild:leaving", { detail }));
  await Promise.allSettled(detail);
  return (await going)?.waits(fields) ?? true;
}

/**
 * A page that only shows what another tab writes sends nothing of it along.
 * @param {HTMLButtonElement} button its form carries whatever was written on this page
 */
async function press(button) {
  const fields = new URLSearchParams();
  const reading = button.form?.matches("[data-reading]");
  for (const [name, value] of new FormData(button.form ?? undefined)) {
    if (!reading || name === "csrfmiddlewaretoken") fields.append(name, String(value));
  }
  const late = new Promise((resolve) => setTimeout(resolve, SEALED_MS, true));
  if (await Promise.race([sealed(fields), late])) fields.append("waits", "1");
  send(reading ? "/leave/" : button.formAction, fields, meta?.getAttribute("content") ?? "about:blank");
}

/**
 * A page that is the same for everybody holds no token, yet somebody signed in may be looking at it. Leaving is
 * the one thing the server does without a token: it ends the session, if there is one.
 * @param {HTMLAnchorElement} link
 */
function follow(link) {
  send(link.dataset.leave ?? "", new URLSearchParams(), link.href);
}

/** @param {boolean} tell whether the other tabs of this browser leave too */
function leave(tell) {
  const way = document.querySelector("[data-leave]");
  if (leaving || !way) return;
  leaving = true;
  cover();
  const practice = tell && meta?.getAttribute("data-practice");
  if (practice) return void setTimeout(() => window.location.assign(practice), PRACTICE_MS);
  if (tell) others.postMessage("leave");
  if (way instanceof HTMLButtonElement) press(way);
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

function shifted() {
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
  if (event.key === "Shift" && alone && meta?.getAttribute("data-shift") !== "off") shifted();
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

// @ts-check
// What goes over the wire when a text is kept, and the only place that may call a text kept.

import { salt } from "./device.js";
import { Patience } from "./patience.js";
import { lock, unlock } from "./sealing.js";

/** @typedef {{ writer: string, csrf: string }} Who somebody, and the token of their session */
/** @typedef {import("./box.js").Attempt} Attempt */
/** @typedef {{ rev: number, conflict: string | null, saved_at: string }} Answer */
/** @typedef {{ kept: Answer } | { status: number, wait: number }} Outcome status 0: no answer, or not a true one */
/** @typedef {"mine" | "other" | "nobody" | "unknown"} Session */

const TIMEOUT_MS = 10_000;
const KEEPALIVE_BYTES = 60_000;
const FETCH = /** @type {const} */ ({ redirect: "error", credentials: "same-origin", cache: "no-store" });

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {HTMLFormElement} form @returns {Who} whom this page was made for */
export function writerOf(form) {
  return { writer: field(form, "writer").value, csrf: field(form, "csrfmiddlewaretoken").value };
}

/** A small text may outlive its page. One that is out of sight may end without another word.
 * @param {Who} who @param {Attempt} attempt @returns {Promise<Outcome>} never rejects
 */
export async function send(who, attempt, { outlives = document.visibilityState === "hidden" } = {}) {
  try {
    const response = await fetch(`/kept/${attempt.entry}/text/`, {
      ...FETCH,
      method: "PUT",
      body: attempt.text,
      headers: headers(who, attempt),
      keepalive: outlives && new TextEncoder().encode(attempt.text).length <= KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) return { status: response.status, wait: Number(response.headers.get("Retry-After")) || 0 };
    const answer = await response.json();
    const mine = answer.op === attempt.op && answer.sha256 === (await fingerprint(attempt.text));
    return mine ? { kept: answer } : { status: 0, wait: 0 };
  } catch {
    return { status: 0, wait: 0 };
  }
}

/** @param {Who} who @param {Attempt} attempt @returns {Record<string, string>} */
function headers(who, attempt) {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "If-Match": `"${attempt.base}"`,
    "Idempotency-Key": attempt.op,
    "X-Writer": who.writer,
    "X-CSRFToken": who.csrf,
    "X-Requested-With": "journal",
    "X-About": attempt.about,
    ...(attempt.after ? { "X-After": attempt.after } : {}),
  };
}

/** @param {string} text the first 16 digits of its SHA-256 */
export async function fingerprint(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

/**
 * Whether the person this page was made for is signed in. If so, a new token is put into the form, and this page may
 * seal what it keeps on this device; if somebody else is, the key is dropped.
 * @param {HTMLFormElement} form @returns {Promise<Session>}
 */
export async function session(form) {
  const { status, who, keys } = await whoIsHere();
  if (status !== 200) return status === 401 ? "nobody" : "unknown";
  if (who.writer !== writerOf(form).writer) {
    lock();
    return "other";
  }
  await unlock(keys);
  field(form, "csrfmiddlewaretoken").value = who.csrf;
  return "mine";
}

/** The same for a page that was just opened, however long it takes. @param {HTMLFormElement} form */
export async function isMine(form) {
  const patience = new Patience();
  for (;;) {
    const who = await session(form);
    if (who !== "unknown") return who === "mine";
    await patience.wait(0);
  }
}

/** @returns {Promise<{ status: number, who: Who, keys?: Record<string, string> }>} status 0: no answer */
export async function whoIsHere() {
  const nobody = { writer: "", csrf: "" };
  try {
    const own = await salt();
    const response = await fetch("/session/", {
      ...FETCH,
      headers: { "X-Requested-With": "journal", ...(own ? { "X-Device-Salt": own } : {}) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) return { status: response.status, who: nobody };
    const { csrf, writer, draft } = await response.json();
    return { status: 200, who: { writer, csrf }, keys: draft };
  } catch {
    return { status: 0, who: nobody };
  }
}

// @ts-check
// What goes over the wire when a whole form is held, and the only place that may call it held.

import { fingerprint, writerOf } from "./request.js";

/** @typedef {{ status: number, at: string, wait: number }} Answer status 200: held as it was sent; 0: no true answer */

const TIMEOUT_MS = 10_000;
const KEEPALIVE_BYTES = 60_000;

/** @param {HTMLFormElement} form what it would send, but for its token, which may change under it */
export function bodyOf(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (name !== "csrfmiddlewaretoken") body.append(name, String(value));
  return body.toString();
}

/** @param {HTMLFormElement} form what it held when the page came */
export function bodyAsItCame(form) {
  const copy = /** @type {HTMLFormElement} */ (form.cloneNode(true));
  copy.reset();
  return bodyOf(copy);
}

/** @param {HTMLFormElement} form what it holds from now on, as if somebody had chosen and typed it @param {string} body */
export function pour(form, body) {
  const said = new URLSearchParams(body);
  for (const field of form.elements) {
    if (isTick(field)) field.checked = said.getAll(field.name).includes(field.value);
    else if (isWords(field) || isPoured(field)) field.value = said.get(field.name) ?? "";
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.querySelector("input:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLFormElement} form @param {string} body @returns {string[]} the words in it, field by field */
export function wordsOf(form, body) {
  const said = new URLSearchParams(body);
  return [...form.elements].filter(isWords).map(({ name }) => said.get(name) ?? "");
}

/** @param {Element} field @returns {field is HTMLInputElement} what is ticked or not */
export function isTick(field) {
  return field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");
}

/** @param {Element} field @returns {field is HTMLInputElement} a day; or what names a form that the server may have had */
function isPoured(field) {
  return field instanceof HTMLInputElement && (field.type === "date" || "poured" in field.dataset);
}

/** @param {Element} field @returns {field is HTMLInputElement | HTMLTextAreaElement} */
function isWords(field) {
  return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text");
}

/** @param {HTMLFormElement} form @param {string} body @returns {Promise<Answer>} never rejects */
export async function hold(form, body) {
  const op = crypto.randomUUID();
  try {
    const response = await fetch(window.location.href, {
      method: "POST",
      body,
      headers: headers(form, op),
      redirect: "error",
      credentials: "same-origin",
      cache: "no-store",
      keepalive: body.length <= KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) return { status: response.status, at: "", wait: Number(response.headers.get("Retry-After")) || 0 };
    const answer = await response.json();
    const mine = answer.op === op && answer.sha256 === (await fingerprint(body));
    return { status: mine ? 200 : 0, at: answer.saved_at, wait: 0 };
  } catch {
    return { status: 0, at: "", wait: 0 };
  }
}

/** @param {HTMLFormElement} form @param {string} op @returns {Record<string, string>} */
function headers(form, op) {
  const { writer, csrf } = writerOf(form);
  return {
    "Content-Type": "application/x-www-form-urlencoded",
    "Idempotency-Key": op,
    "X-Requested-With": "journal",
    "X-Writer": writer,
    "X-CSRFToken": csrf,
  };
}

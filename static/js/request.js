// @ts-check
// What goes over the wire when a text is kept, and the only place that may call a text kept.

/** @typedef {import("./box.js").Attempt} Attempt */
/** @typedef {import("./box.js").Box} Box */
/** @typedef {{ rev: number, conflict: string | null, saved_at: string }} Answer */
/** @typedef {{ kept: Answer } | { status: number, wait: number }} Outcome status 0: no answer, or not a true one */

const TIMEOUT_MS = 10_000;
const FETCH = /** @type {const} */ ({ redirect: "error", credentials: "same-origin", cache: "no-store" });

/** @param {HTMLFormElement} form @param {string} name */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {Box} box @param {Attempt} attempt @returns {Promise<Outcome>} never rejects */
export async function send(box, attempt, { keepalive = false } = {}) {
  try {
    const response = await fetch(`/kept/${attempt.entry}/text/`, {
      ...FETCH,
      method: "PUT",
      body: attempt.text,
      headers: headers(box, attempt),
      keepalive,
      signal: keepalive ? null : AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) return { status: response.status, wait: Number(response.headers.get("Retry-After")) || 0 };
    const answer = await response.json();
    const mine = answer.op === attempt.op && answer.sha256 === (await fingerprint(attempt.text));
    return mine ? { kept: answer } : { status: 0, wait: 0 };
  } catch {
    return { status: 0, wait: 0 };
  }
}

/** @param {Box} box @param {Attempt} attempt @returns {Record<string, string>} */
function headers(box, attempt) {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "If-Match": `"${attempt.base}"`,
    "Idempotency-Key": attempt.op,
    "X-Writer": field(box.form, "writer").value,
    "X-CSRFToken": field(box.form, "csrfmiddlewaretoken").value,
    "X-Requested-With": "journal",
    "X-About": attempt.about,
    ...(attempt.after ? { "X-After": attempt.after } : {}),
  };
}

/** @param {string} text the first 16 digits of its SHA-256 */
async function fingerprint(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

/**
 * Who is signed in now; a new token is put into the form.
 * @param {HTMLFormElement} form
 * @returns {Promise<"mine" | "other" | "nobody" | "unknown">}
 */
export async function session(form) {
  try {
    const response = await fetch("/session/", {
      ...FETCH,
      headers: { "X-Requested-With": "journal" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 401) return "nobody";
    if (!response.ok) return "unknown";
    const { csrf, writer } = await response.json();
    if (writer !== field(form, "writer").value) return "other";
    field(form, "csrfmiddlewaretoken").value = csrf;
    return "mine";
  } catch {
    return "unknown";
  }
}

// @ts-check
// Sealing for this device. The key comes from the server, for whoever is signed in, and lives in this page alone:
// no script can read it out again, and it is gone with the page.

/** @typedef {import("./device.js").Sealed} Sealed */
/**
 * One text that the server may not have. `letter` is its entry, or the page of a form; `at` the place it was typed in.
 * @typedef {{ letter: string, base: number, op: string, after: string, about: string, text: string, at: string }} Copy
 */

/** @type {Map<number, CryptoKey>} by generation; the newest seals, the others still open */
let keys = new Map();

/** @param {Record<string, string> | undefined} given keys in base64 by generation; none on a shared device */
export async function unlock(given) {
  /** @type {typeof keys} */
  const imported = new Map();
  for (const [generation, encoded] of Object.entries(given ?? {})) {
    const raw = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    imported.set(Number(generation), await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
    raw.fill(0);
  }
  keys = imported;
}

export function lock() {
  keys = new Map();
}

export function unlocked() {
  return keys.size > 0;
}

/** @param {string} writer @param {Copy} copy @returns {Promise<Sealed>} */
export async function seal(writer, { letter, base, op, ...said }) {
  const gen = Math.max(...keys.keys());
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = belonging(writer, letter, base);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key(gen), encode(JSON.stringify(said)));
  return { v: 1, gen, iv, ct, base_rev: base, op, t: Date.now() };
}

/** @param {string} name @param {Sealed} sealed @returns {Promise<Copy | null>} null: altered, or under a key that is not ours */
export async function open(name, { gen, iv, ct, base_rev: base, op }) {
  const [writer, letter] = name.split(":");
  try {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: belonging(writer, letter, base) }, key(gen), ct);
    return { letter, base, op, ...JSON.parse(new TextDecoder().decode(text)) };
  } catch {
    return null;
  }
}

/** @param {number} gen */
function key(gen) {
  const found = keys.get(gen);
  if (!found) throw new Error("no key of that generation");
  return found;
}

/** @param {string} writer @param {string} letter @param {number} base */
const belonging = (writer, letter, base) => encode(`icj:d1|${writer}|${letter}|${base}`);

/** @param {string} text */
const encode = (text) => new TextEncoder().encode(text);

// @ts-check
// What this device keeps while words are on their way: sealed texts, and the salt of the key that opens them.
// The key is never here. On a device that somebody called shared or watched, nothing is kept at all.

/** @typedef {{ v: 1, gen: number, iv: Uint8Array<ArrayBuffer>, ct: ArrayBuffer, base_rev: number, op: string, t: number }} Sealed */

const NAME = "icj";
const DRAFTS = "drafts";
const DEVICE = "device";
const SALT_BYTES = 16;
const LONGEST_MS = 30 * 24 * 60 * 60 * 1000;

/** Whether whoever is signed in lets this device keep anything. */
export const allowed = document.querySelector("meta[name='device']")?.getAttribute("content") === "keeps";

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} rejects where the browser refuses */
function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(DRAFTS);
      request.result.createObjectStore(DEVICE);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const forget = () => (opening = null);
      request.result.onclose = forget; // the browser was told to clear what it holds
      request.result.onversionchange = () => {
        request.result.close(); // somebody signed out in another tab
        forget();
      };
      resolve(request.result);
    };
  });
  opening.catch(() => (opening = null));
  return opening;
}

/**
 * @template T
 * @param {string} name @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>} once it is on the disk
 */
async function within(name, mode, act) {
  const transaction = (await open()).transaction(name, mode, { durability: "strict" });
  const request = act(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

/** @returns {Promise<string>} this device's own salt in hexadecimal digits, or "" where nothing can be kept */
export async function salt() {
  if (!allowed) return "";
  const fresh = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  try {
    const kept = await within(DEVICE, "readwrite", (store) => {
      const asked = store.get("salt");
      asked.onsuccess = () => asked.result ?? store.put(fresh, "salt");
      return asked;
    });
    return [...(kept ?? fresh)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return "";
  }
}

/** @param {string} key @param {Sealed} sealed */
export async function put(key, sealed) {
  await within(DRAFTS, "readwrite", (store) => store.put(sealed, key));
}

/** @param {string} key */
export async function remove(key) {
  await within(DRAFTS, "readwrite", (store) => store.delete(key)).catch(() => {});
}

/** @param {string} key @returns {Promise<Sealed | undefined>} */
export async function get(key) {
  return within(DRAFTS, "readonly", (store) => store.get(key)).catch(() => undefined);
}

/** @returns {Promise<string[]>} the name of everything that waits here, whoever wrote it */
export async function names() {
  const there = await indexedDB.databases?.(); // asked first, because asking for one makes it
  if (there && !there.some(({ name }) => name === NAME)) return [];
  return (await within(DRAFTS, "readonly", (store) => store.getAllKeys())).map(String);
}

/** @param {string} writer @returns {Promise<[string, Sealed][]>} what waits here of this person, the oldest first */
export async function all(writer) {
  /** @type {[string, Sealed][]} */
  const found = [];
  for (const key of await names().catch(() => [])) {
    const sealed = await get(key);
    if (sealed && Date.now() - sealed.t > LONGEST_MS) await remove(key);
    else if (sealed && key.startsWith(`${writer}:`)) found.push([key, sealed]);
  }
  return found.sort(([, one], [, other]) => one.t - other.t);
}

/** Everything of this site that the browser may not have cleared by itself. @returns {Promise<void>} */
export function forgetAll() {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

// @ts-check
// Passkeys: the browser is asked for one, and what it answers goes along in the form. door.js fetches this at the press.

/** @typedef {{ publicKey: Record<string, any> }} Options as the server writes them: bytes are base64url */

/** The form says then what the browser answered. Throws where none came. @param {HTMLFormElement} form */
export async function fill(form) {
  const answer = await asked(form);
  field(form, "credential").value = JSON.stringify(answer);
  carryDevice(form);
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** What was said of the device stands in the form of the password. @param {HTMLFormElement} form */
function carryDevice(form) {
  const chosen = document.querySelector("input[name='device'][type='radio']:checked");
  if (chosen instanceof HTMLInputElement && form.elements.namedItem("device")) field(form, "device").value = chosen.value;
}

/** @param {HTMLFormElement} form @returns {Promise<object>} the passkey's answer, as JSON goes */
async function asked(form) {
  const { publicKey } = await options(form);
  const given = prepared(publicKey);
  const found =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: /** @type {any} */ (residing(given)) })
      : await navigator.credentials.get({ publicKey: /** @type {any} */ (given) });
  if (!(found instanceof PublicKeyCredential)) throw new Error("no passkey");
  return written(found);
}

/** @param {HTMLFormElement} form @returns {Promise<Options>} */
async function options(form) {
  const { options: id, from } = form.dataset;
  if (id) return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
  const response = await fetch(from ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new Error("no answer");
  return (await response.json()).request_options;
}

/** One that lies on the device signs in by itself, without an address. @param {Record<string, any>} given */
function residing(given) {
  const rules = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  return { ...given, authenticatorSelection: { ...given.authenticatorSelection, ...rules } };
}

/** @param {Record<string, any>} given @returns {Record<string, any>} with bytes where the browser wants bytes */
function prepared(given) {
  const keys = (/** @type {any[] | undefined} */ list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));
  const ready = { ...given, challenge: bytes(given.challenge) };
  if (given.user) ready.user = { ...given.user, id: bytes(given.user.id) };
  if (given.allowCredentials) ready.allowCredentials = keys(given.allowCredentials);
  if (given.excludeCredentials) ready.excludeCredentials = keys(given.excludeCredentials);
  return ready;
}

/** @param {PublicKeyCredential} found @returns {object} */
function written(found) {
  const response = /** @type {Record<string, any>} */ (found.response);
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: Object.fromEntries(parts),
    clientExtensionResults: found.getClientExtensionResults(),
  };
}

/** @param {string} coded base64url */
function bytes(coded) {
  return Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer @returns {string} base64url, unpadded */
function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

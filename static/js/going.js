// @ts-check
// What leaving and signing out have in common: sealing what there is, and whether this device holds more than that.

import { names } from "./device.js";

const MARK_S = 14 * 24 * 60 * 60; // as long as any session lasts
const LOOK_MS = 200;

/** The session may not be over: the next request of this browser says so, and ends it. The mark holds no words. */
export function mark() {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `leaving=1; Path=/; Max-Age=${MARK_S}; SameSite=Lax${secure}`;
}

/** Tell every writing form of this page, and wait for what it still does. @param {string} event @param {number} atMostMs */
export async function settled(event, atMostMs) {
  /** @type {Promise<unknown>[]} */
  const detail = [];
  document.dispatchEvent(new CustomEvent(event, { detail }));
  if (detail.length) await Promise.race([Promise.allSettled(detail), pause(atMostMs)]);
}

/**
 * Words that are not in these fields wait on this device, of whomever: then its storage is not cleared.
 * @param {URLSearchParams} fields what is sent
 */
export async function waits(fields) {
  const sent = new Set([...fields].flatMap(([name, value]) => (name.endsWith(".entry") ? [value] : [])));
  if (fields.has("box")) sent.add(window.location.pathname);
  const looked = names().then((all) => all.some((name) => !sent.has(name.split(":")[1])));
  return Promise.race([looked.catch(() => true), pause(LOOK_MS).then(() => true)]);
}

/** @param {number} ms @returns {Promise<void>} */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

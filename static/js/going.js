// @ts-check
// Before this browser is signed out: keeping what there is, and whether this device holds more than that.

import { names } from "./device.js";

const LOOK_MS = 200;

/** Every writing form of this page keeps what it has. @param {number} atMostMs how long is waited for that */
export async function settled(atMostMs) {
  /** @type {Promise<unknown>[]} */
  const detail = [];
  document.dispatchEvent(new CustomEvent("innerchild:signing-out", { detail }));
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

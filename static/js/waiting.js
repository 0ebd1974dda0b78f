// @ts-check
// At home: words that only this device had, from a page that is not open any more.

import { found, isKnown, keep } from "./offer.js";
import { whoIsHere } from "./request.js";
import { names, remove } from "./device.js";
import { button, link, offer } from "./savewords.js";
import { unlock } from "./sealing.js";

const WAITS = "There are words on this device that aren’t kept yet.";
const TIMEOUT_MS = 10_000;

async function look() {
  if (!(await names().catch(() => [])).length) return;
  const { status, who, keys } = await whoIsHere();
  if (status !== 200) return;
  await unlock(keys);
  for (const copy of await found(who.writer)) {
    if (isPage(copy) || !(await isKept(copy))) show(who, copy);
    else await remove(copy.name);
  }
}

/** A page that was closed may have sent its last words without hearing the answer. Asked where they would be written.
 * @param {import("./offer.js").Found} copy
 */
async function isKept(copy) {
  try {
    const answer = await fetch(`/kept/${copy.letter}/edit/`, { redirect: "error", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.status !== 200) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const base = page.querySelector("[name='words.base_rev']");
    const box = page.querySelector("textarea[data-box]");
    if (!(box instanceof HTMLTextAreaElement && base instanceof HTMLInputElement)) return false;
    return isKnown({ kept: box.value, base: Number(base.value) }, copy);
  } catch {
    return false; // shown, as if nobody knew
  }
}

/** A whole form: its own page offers it, if it is still there. @param {import("./offer.js").Found} copy */
const isPage = (copy) => copy.letter.startsWith("/");

/** @param {import("./request.js").Who} who @param {import("./offer.js").Found} copy */
function show(who, copy) {
  const whole = isPage(copy);
  const choice = whole ? link("Go to it", copy.letter) : button("Keep it", "keep");
  const note = offer(WAITS, whole ? wordsIn(copy.text) : copy.text, [choice]);
  if (!whole) choice.addEventListener("click", () => keep(who, copy, { ...copy, entry: copy.letter }, note, "That’s kept now."));
  document.querySelector("h1")?.after(note);
}

/** @param {string} body of a whole form */
function wordsIn(body) {
  return [...new URLSearchParams(body)].flatMap(([name, said]) => (name.endsWith(".text") && said.trim() ? [said] : [])).join("\n\n");
}

look();

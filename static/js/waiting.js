// @ts-check
// At home: words that only this device had, from a page that is not open any more.

import { found, keep } from "./offer.js";
import { whoIsHere } from "./request.js";
import { names } from "./device.js";
import { button, link, offer } from "./savewords.js";
import { unlock } from "./sealing.js";

const WAITS = "There are words on this device that aren’t kept yet.";

async function look() {
  if (!(await names().catch(() => [])).length) return;
  const { status, who, keys } = await whoIsHere();
  if (status !== 200) return;
  await unlock(keys);
  for (const copy of await found(who.writer)) show(who, copy);
}

/** @param {import("./request.js").Who} who @param {import("./offer.js").Found} copy */
function show(who, copy) {
  const isPage = copy.letter.startsWith("/"); // a whole form: its own page offers it, if it is still there
  const choice = isPage ? link("Go to it", copy.letter) : button("Keep it", "keep");
  const note = offer(WAITS, isPage ? wordsIn(copy.text) : copy.text, [choice]);
  if (!isPage) choice.addEventListener("click", () => keep(who, copy, { ...copy, entry: copy.letter }, note, "That’s kept now."));
  document.querySelector("h1")?.after(note);
}

/** @param {string} body of a whole form */
function wordsIn(body) {
  return [...new URLSearchParams(body)].flatMap(([name, said]) => (name.endsWith(".text") && said.trim() ? [said] : [])).join("\n\n");
}

look();

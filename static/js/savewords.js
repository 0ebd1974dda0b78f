// @ts-check
// What is said about saving, and the few things that can be pressed there.

const NOT_KEPT = "Not kept yet. ";
const OFFLINE = "You seem to be offline. Your words are kept; this page will go on when the network is back.";

/** @param {string} about @param {string} copy the entry that holds the words, after another version was kept @returns {Node[]} */
export function words(about, copy) {
  if (about === "failed-here") return [strong(NOT_KEPT), line("Your words are still on this device and we’ll go on trying.")];
  if (about === "failed") return [strong(NOT_KEPT), line("Your words are still on this page and we’ll go on trying. Keeping this page open keeps them.")];
  if (about === "offline") return [line(OFFLINE)];
  if (about === "large") return [strong(NOT_KEPT), line("This is longer than one box can hold. Nothing was cut. You could move some of it elsewhere.")];
  if (about === "other") return [strong("This text belongs to another account."), line("Nothing was sent.")];
  if (about === "signed-out") return [strong("You were signed out. "), beside("Sign in to keep this", "/accounts/login/?next=/signed-in/")];
  if (about === "conflict") {
    const both = row(beside("Compare", `/kept/${copy}/compare/`), button("Keep both", "both"));
    return [strong("Another version was kept. "), line("Both are here, and you go on in this one. "), both];
  }
  if (about === "reading") return [strong("You’re writing this in another tab. "), line("Here it can be read. "), row(button("Continue here", "continue"))];
  if (about === "asking") return [line("Asking the other tab for the newest words…")];
  if (about === "later") return [strong("The other tab has words that aren’t kept yet. "), line("They come first. "), row(button("Continue here", "continue"))];
  return [];
}

/**
 * A question about words that only this device has. They can be read before anything is chosen.
 * @param {string} said @param {string} text @param {HTMLElement[]} choices
 */
export function offer(said, text, choices) {
  const note = Object.assign(document.createElement("div"), { className: "note fill" });
  note.setAttribute("role", "status");
  const more = Object.assign(document.createElement("details"), { className: "more" });
  const shown = Object.assign(document.createElement("div"), { className: "stack", tabIndex: 0 });
  shown.append(...text.split(/\n{2,}/u).map(paragraph));
  more.append(Object.assign(document.createElement("summary"), { textContent: "Read it" }), shown);
  note.append(strong(said), ...(text ? [more] : []), row(...choices));
  return note;
}

/** @param {string} text */
function paragraph(text) {
  const made = Object.assign(document.createElement("p"), { className: "kept-before", dir: "auto" });
  made.append(...text.split("\n").flatMap((words, place) => (place ? [document.createElement("br"), words] : [words])));
  return made;
}

/** @param {string} said @param {string} does */
export function button(said, does) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button is-quiet", textContent: said });
  made.setAttribute(`data-${does}`, "");
  return made;
}

/** @param {string} said @param {string} href */
export function link(said, href) {
  return Object.assign(document.createElement("a"), { textContent: said, href });
}

/** @param {string} said @param {string} href opened in a tab of its own, so that the words stay where they are */
function beside(said, href) {
  return Object.assign(link(said, href), { target: "_blank", rel: "noopener" });
}

/** @param {...Node} things */
function row(...things) {
  const made = Object.assign(document.createElement("div"), { className: "row" });
  made.append(...things);
  return made;
}

/** @param {string} said */
const strong = (said) => Object.assign(document.createElement("strong"), { textContent: said });

/** @param {string} said */
export const line = (said) => Object.assign(document.createElement("p"), { textContent: said });

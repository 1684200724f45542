// Keys that act on the page. A single one never where somebody writes, never with another key held, and never on what
// stands behind something open.

import { openHelp, singleKeys } from "./help.js";
import { isSingle, pressed } from "./names.js";
import { covered } from "./surfaces.js";
import { act, lines } from "./table.js";
import { inEditor, writing } from "./writing.js";

const TOGETHER = 1500; // ms between the two keys of a pair

let early = [];
let first = "";
let timer;

function wait(name) {
  first = name;
  clearTimeout(timer);
  timer = setTimeout(() => (first = ""), TOGETHER);
}

function acts(name, { target, repeat }) {
  if (inEditor(target)) return name.startsWith("Alt+");
  if (name === "Escape" || name === "Mod+Enter") return !repeat;
  if (name === "Mod+k") return !document.querySelector("dialog[open]:not(#palette)");
  if (name.startsWith("Alt+")) return !document.querySelector("dialog[open], :popover-open");
  return !writing(target) && !covered() && (!isSingle(name) || singleKeys());
}

function keyDown(event) {
  // Until htmx is up, a moment after the page, a link or a form would leave the page instead of asking for its part.
  if (early) return early.push(event);
  if (event.defaultPrevented || event.isComposing) return;
  const name = pressed(event);
  if (!name || !acts(name, event)) return;
  const all = lines();
  const full = first ? `${first} ${name}` : name;
  wait("");
  const line = all.find(({ keys }) => keys === full);
  if (line) {
    if (act(line, event) !== false) event.preventDefault();
  } else if (all.some(({ keys }) => keys.startsWith(`${full} `))) {
    event.preventDefault();
    wait(full);
  }
}

/** Binds the keys, and shows what only they are good for. */
export function installKeys() {
  document.addEventListener("keydown", keyDown);
  // Behind htmx's own beginning, which was put off in the same way before.
  setTimeout(() => {
    const before = early;
    early = null;
    before.forEach(keyDown);
  });
  document.addEventListener("click", ({ target }) => target.closest("[data-keys]") && openHelp(lines()));
  for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
}

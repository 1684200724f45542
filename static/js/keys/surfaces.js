// Esc closes what is open, the top-most first, and asks where somebody has typed something into it.

import { rest } from "../focus.js";
import { writing } from "./writing.js";

// The browser closes these itself.
const OWN = "dialog[open], :popover-open";
const asks = () => document.getElementById("give-up");
const typed = new Set(); // surfaces by name: the answer to a form brings another element for the same one

const surface = () => [...document.querySelectorAll("[data-surface]")].find((one) => one.checkVisibility());
const name = (one) => one.dataset.surface.split("_")[0];

/** Whether something is open that keys must not reach behind. */
export const covered = () =>
  document.querySelector(OWN) !== null || surface()?.matches(".dialog") === true;

// What is carried along unseen was typed too.
function holdsWords(one) {
  return typed.has(name(one)) || [...one.querySelectorAll("textarea[hidden][name]")].some((area) => area.value.trim());
}

/** Closes the top-most surface, else leaves the field; says false where the browser or nobody has something to close. */
export function close({ target }) {
  if (document.querySelector(OWN)) return false;
  const open = surface();
  if (open && holdsWords(open)) asks().showModal();
  else if (open) open.querySelector("[data-close-surface]").click();
  else if (!writing(target) || (target.type === "search" && target.value)) return false;
  else rest();
}

function pressed({ target }) {
  if (target.closest("[data-close-dialog]")) target.closest("dialog").close();
  if (!target.closest("[data-give-up]")) return;
  asks().close();
  surface()?.querySelector("[data-close-surface]").click();
}

// A surface that is gone was sent or given up.
function forget() {
  const open = [...document.querySelectorAll("[data-surface]")].map(name);
  for (const one of typed) if (!open.includes(one)) typed.delete(one);
}

/** Watches what is typed into surfaces, and closes dialogs. */
export function installSurfaces() {
  document.addEventListener("click", pressed);
  document.addEventListener("click", forget);
  document.addEventListener("htmx:after:swap", forget);
  document.addEventListener("input", ({ target }) => {
    const one = target.closest("[data-surface]");
    if (one) typed.add(name(one));
  });
}

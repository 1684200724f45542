// The Script Builder tab: its two modes side by side, and its language.
// [data-mode-to]: shows that mode; without scripts the page of that mode.

import { saveAs } from "./buffer.js";

const panel = () => document.querySelector("[data-builder]");
const area = () => panel()?.querySelector("textarea[data-buffer]");
const editor = () => panel()?.querySelector("script-editor");

/** The mode that the panel is in. */
export const mode = () => panel()?.querySelector("[data-mode-panel]:not([hidden])")?.dataset.modePanel ?? "ai";

function remember() {
  history.replaceState({ ...history.state, mode: mode() }, "");
}

/** Shows one mode and hides the other; both keep their work. */
export function setMode(name) {
  if (!panel()) return;
  for (const part of panel().querySelectorAll("[data-mode-panel]")) part.hidden = part.dataset.modePanel !== name;
  for (const button of panel().querySelectorAll("[data-mode-to]")) button.hidden = button.dataset.modeTo === name;
  remember();
  if (name === "editor") editor()?.open();
}

/** Brings the keyboard into the editor, behind what is written there. */
export function focusEnd() {
  editor().dataset.met = "";
  editor().focusEnd();
}

/** Brings the keyboard to where one goes on: the editor, or the assistant's composer. */
export function focusMode() {
  if (mode() !== "editor") panel()?.querySelector("[data-composer] textarea").focus();
  // A scaffold is there to be written under; after that the cursor is where it was left.
  else if ("met" in editor().dataset) editor().focus();
  else focusEnd();
}

function pressed(event) {
  const button = event.target.closest("[data-mode-to]");
  if (!button) return;
  event.preventDefault();
  setMode(button.dataset.modeTo);
  focusMode();
}

/** Shows a text and its language in the editor; a text that differs is one step that can be undone. */
export function show({ text, language }) {
  panel().querySelector("[data-language]").value = language;
  editor().setAttribute("language", language);
  editor().replace(text);
}

/** Puts a text in a language into the editor and saves both. */
export async function put(text, language) {
  const { url } = panel().querySelector("[data-language]").dataset;
  const before = area().value;
  // Out of reach, the text goes in all the same: it is saved as what is typed is, when the server is back.
  const saved = await saveAs(area(), text, language, url).catch(() => ({ text, language }));
  // Who typed on meanwhile keeps that; it is saved on top.
  if (saved) show(area().value === before ? saved : { ...saved, text: area().value });
}

async function languageChosen(event) {
  if (!event.target.matches("[data-language]")) return;
  await put(area().value, event.target.value);
}

// What was refused is another text by now.
function typed({ target }) {
  if (target === area()) document.getElementById("builder-error")?.replaceChildren();
}

// A later fix begins in AI mode; so does a page that was opened from the list. The first answer after a load makes
// the history entry htmx's, without what stood in it.
function arrived() {
  if (!panel()) return;
  remember();
  if (document.getElementById("tab-strip")?.hidden) setMode("ai");
  else if (panel().dataset.arrived === undefined) {
    panel().dataset.arrived = "";
    setMode("ai");
  }
}

/** Installs the Script Builder tab. */
export function installBuilder() {
  if (!document.getElementById("builder-panel")) return;
  document.addEventListener("click", pressed);
  document.addEventListener("change", languageChosen);
  document.addEventListener("input", typed);
  document.addEventListener("htmx:after:swap", arrived);
  document.addEventListener("composer:sent", ({ target }) => {
    if (!panel()?.contains(target)) return;
    const list = target.parentElement.querySelector("[data-transcript]");
    list.scrollTop = list.scrollHeight;
  });
  if (panel()) {
    panel().dataset.arrived = "";
    setMode(history.state?.mode ?? mode());
  }
}

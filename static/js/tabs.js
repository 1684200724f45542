// The tab strip: two panels side by side, of which one is hidden; nothing is ever removed or drawn again.

import { save } from "./buffer.js";
import { focusMode } from "./builder.js";

const strip = () => document.getElementById("tab-strip");
const panel = () => document.querySelector("[data-builder]");
const draftsForStrip = () => panel() !== null && panel().dataset.builder === strip().dataset.fix;
const tabs = () => [...document.querySelectorAll('#tab-strip [role="tab"]')];
const selected = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true")?.dataset.tab ?? "chat";

function show() {
  for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== selected();
}

function remember() {
  history.replaceState({ ...history.state, tab: selected() }, "");
}

function select(name) {
  for (const tab of tabs()) {
    tab.setAttribute("aria-selected", tab.dataset.tab === name);
    tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
  }
  show();
  remember();
  if (name === "script_builder" && !draftsForStrip()) openBuilder();
}

// The first opening makes the drafting session, or turns it to another fix; the form says so to the server by POST.
async function openBuilder() {
  const form = strip().querySelector("[data-open-builder]");
  const left = panel()?.querySelector("textarea[data-buffer]");
  // What was typed for the fix before is kept as its draft.
  if (left) await save(left);
  form?.requestSubmit();
}

// The panel is in no answer to others' forms: the fix may move on beside it, or give way to another one.
// One whose opening was refused has nothing to show either.
function followFix(refused) {
  if (selected() === "script_builder" && (panel() || refused) && !draftsForStrip()) select("chat");
  if (!draftsForStrip()) return;
  for (const field of document.querySelectorAll("#builder-panel [name=version]")) {
    field.value = strip().dataset.fixVersion;
  }
}

/** Selects a tab and goes on where one writes in it; false where there is no strip. */
export function goToTab(name) {
  if (!strip() || !tabs().length) return false;
  select(name);
  if (selected() === "chat") document.querySelector("#composer textarea")?.focus();
  else focusMode();
}

const steps = { ArrowRight: 1, ArrowLeft: -1 };

function move(event) {
  const here = event.target.closest('#tab-strip [role="tab"]');
  if (here && event.key === " ") {
    event.preventDefault();
    select(here.dataset.tab);
  }
  if (!here || !(event.key in steps)) return;
  const all = tabs();
  const next = all[(all.indexOf(here) + steps[event.key] + all.length) % all.length];
  event.preventDefault();
  select(next.dataset.tab);
  next.focus();
}

// A draft in progress: something was asked of the builder's AI, or something is written.
function dot(shown) {
  const place = strip().querySelector("[data-dot]");
  if (place) place.hidden = !shown;
}

/** Installs the tab strip. */
export function installTabs() {
  if (!strip()) return;
  document.addEventListener("click", (event) => {
    const tab = event.target.closest('#tab-strip [role="tab"]');
    if (!tab) return;
    event.preventDefault();
    select(tab.dataset.tab);
  });
  document.addEventListener("keydown", move);
  // An answer selects a tab for the page that asked; whoever went to the other one meanwhile stays there.
  let chosen = null;
  document.addEventListener("htmx:before:request", ({ detail }) => {
    detail.ctx.tab = selected();
  });
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    chosen = detail.ctx.tab === selected() ? null : selected();
  });
  // Before others who listen: what they bring into focus stands in the panel that is now shown.
  const swapped = ({ detail }) => {
    if (chosen && chosen !== selected() && tabs().length) select(chosen);
    // Who walks along the strip with the arrows goes on from the tab.
    if (strip().contains(document.activeElement)) {
      document.querySelector("#builder-panel [data-focus]")?.removeAttribute("data-focus");
    }
    followFix(detail.ctx.sourceElement.matches("[data-open-builder]"));
    show();
    remember();
  };
  document.addEventListener("htmx:after:swap", swapped, { capture: true });
  document.addEventListener("buffer:saved", (event) => {
    if (event.target.closest("[data-builder]")) dot(event.detail.progress);
  });
  document.addEventListener("composer:sent", (event) => {
    if (event.target.closest("[data-builder]")) dot(true);
  });
  const before = history.state?.tab;
  if (before && tabs().some((tab) => tab.dataset.tab === before)) select(before);
  show();
}

// Words typed into a form that another's change takes away are kept where they can be read and copied.

import { isUnsaved } from "./buffer.js";
import { rest } from "./focus.js";

const typed = new Set();

const words = (form) =>
  [...form.querySelectorAll("textarea")]
    .filter((area) => area.name && area.value.trim() && area.value !== area.defaultValue)
    .map((area) => area.value);

// Composers and the builder are hidden when their session closes; what was refused stands in the notice already.
function unsent() {
  if (document.getElementById("session-head")?.dataset.status === "open") return [];
  const areas = document.querySelectorAll("[data-composer] textarea, #what");
  const texts = [...areas].map((area) => area.value);
  for (const area of areas) area.value = "";
  const script = document.querySelector("textarea[data-buffer]:not([data-kept])");
  if (script && isUnsaved(script)) {
    script.dataset.kept = "";
    texts.push(script.value);
  }
  return texts.filter((text) => text.trim() && text !== document.getElementById("typed")?.textContent);
}

/** Shows these words where they can be read and copied, below those that stand there already. */
export function keepWords(lost) {
  const kept = document.getElementById("kept");
  const place = document.getElementById("kept-words");
  if (!kept || !lost.length) return;
  place.textContent = [kept.hidden ? "" : place.textContent, ...lost].filter(Boolean).join("\n\n");
  kept.hidden = false;
}

/** Watches the forms of the regions. */
export function installKept() {
  const kept = document.getElementById("kept");
  if (!kept) return;

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-region] form");
    if (form) typed.add(form);
  });
  // What a form sends itself comes back with the answer, or is on the record.
  document.addEventListener("htmx:before:request", (event) => {
    typed.delete(event.detail.ctx.sourceElement?.closest?.("form"));
  });
  document.addEventListener("htmx:after:swap", () => {
    const lost = unsent();
    for (const form of typed) {
      if (form.isConnected) continue;
      typed.delete(form);
      lost.push(...words(form));
    }
    keepWords(lost);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-kept]")) {
      kept.hidden = true;
      rest();
    }
    // Who closes a surface gives up what stands in it.
    const surface = event.target.closest("[data-close-surface]")?.closest("[data-surface]");
    for (const form of surface?.querySelectorAll("form") ?? []) typed.delete(form);
  });
}

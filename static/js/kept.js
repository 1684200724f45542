// Words typed into a form that another's change takes away are kept where they can be read and copied.

const typed = new Set();

const words = (form) =>
  [...form.querySelectorAll("textarea")]
    .filter((area) => area.name && area.value.trim() && area.value !== area.defaultValue)
    .map((area) => area.value);

// The composer is hidden when its session closes; a message that was refused stands in the notice already.
function unsent() {
  const area = document.querySelector("#composer textarea");
  const isOpen = document.getElementById("session-head")?.dataset.status === "open";
  if (isOpen || !area?.value.trim()) return [];
  const text = area.value;
  area.value = "";
  return text === document.getElementById("typed")?.textContent ? [] : [text];
}

/** Watches the forms of the regions. */
export function installKept() {
  const kept = document.getElementById("kept");
  if (!kept) return;
  const place = document.getElementById("kept-words");

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
    if (!lost.length) return;
    place.textContent = [kept.hidden ? "" : place.textContent, ...lost].filter(Boolean).join("\n\n");
    kept.hidden = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-kept]")) kept.hidden = true;
    // Who closes a surface gives up what stands in it.
    const surface = event.target.closest("[data-close-surface]")?.closest("[data-surface]");
    for (const form of surface?.querySelectorAll("form") ?? []) typed.delete(form);
  });
}

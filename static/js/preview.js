// A text written from the record says so when the record has moved on; nothing is written over what somebody edits.

function compare() {
  const now = document.querySelector("[data-state-version]")?.dataset.stateVersion;
  const dialog = document.querySelector("[data-preview]");
  const says = dialog?.querySelector("[data-outdated]");
  if (says) says.hidden = dialog.dataset.preview === now;
}

/** Watches the closing dialogs. */
export function installPreview() {
  compare();
  document.addEventListener("htmx:after:swap", compare);
}

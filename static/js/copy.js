// [data-copy]: copies the element that it names by selector, or the code of the box it stands in, and says so. Where
// a box has [data-exact], that is its text; what it shows may be spelt out.

const SAID_FOR = 1600;

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on a host that is not localhost has no clipboard object.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function source(button) {
  const named = button.dataset.copy && document.querySelector(button.dataset.copy);
  const box = button.closest("figure, .command, .panel");
  return named || box?.querySelector("[data-exact]") || box?.querySelector("code, pre");
}

/** Answers every copy button, also those that arrive later. */
export function installCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const from = button && source(button);
    if (!from) return;
    const label = button.querySelector("[data-copy-label]") ?? button;
    button.dataset.said ??= label.textContent;
    try {
      await write(from.value ?? from.textContent);
      label.textContent = "Copied";
      button.classList.add("is-copied");
    } catch {
      label.textContent = "Press Ctrl+C";
      getSelection().selectAllChildren(from.closest("figure")?.querySelector("code") ?? from);
    }
    clearTimeout(button.copyTimer);
    button.copyTimer = setTimeout(() => {
      label.textContent = button.dataset.said;
      button.classList.remove("is-copied");
    }, SAID_FOR);
  });
}

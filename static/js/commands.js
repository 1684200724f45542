// What this page can do by key or palette: links and buttons that say so themselves. data-command is what it is called
// in the palette, data-key the keys that press it.

/** Whether it can be pressed now: it is in sight, or needs no sight, as a plain link and what stands in the menu. */
export function usable(element) {
  if (element.disabled || (element.matches("button") && element.hidden)) return false;
  return element.matches("a:not([hx-get], [role])") || element.closest(".menu") !== null || element.checkVisibility();
}

/** The element of the page that these keys press, if there is one now. */
export function keyed(keys) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].find(usable);
}

// What belongs to the page itself comes first, what is rarely wanted last.
const ORDER = ["main, .side", "dialog", ".topbar__nav", ".menu"];
const place = (element) => ORDER.findIndex((selector) => element.closest(selector));

/** What the page offers now, each name once; `rare` is what only its words bring up. */
export function commands() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-command]")) {
    const { command } = element.dataset;
    if (usable(element) && !found.has(command)) found.set(command, element);
  }
  return [...found]
    .map(([title, element]) => ({ title, element, keys: element.dataset.key ?? "", at: place(element) }))
    .map((command) => ({ ...command, rare: command.at === ORDER.length - 1 }))
    .sort((one, other) => one.at - other.at);
}

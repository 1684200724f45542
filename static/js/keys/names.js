// Keys by name: what a press is called, and how a name is written for people.

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

const SHOWN = { Mod: apple ? "⌘" : "Ctrl", Alt: apple ? "⌥" : "Alt", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** What was pressed: "j", "?", "ArrowDown", "Mod+k", "Alt+1"; nothing for any other combination. */
export function pressed(event) {
  const mod = apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  if (mod) return event.altKey || event.shiftKey ? "" : `Mod+${key}`;
  if (event.ctrlKey || event.metaKey) return "";
  // With Alt, what a digit's key writes differs between keyboards.
  if (event.altKey) return event.code.startsWith("Digit") ? `Alt+${event.code.at(-1)}` : "";
  return key;
}

/** Whether every part of it writes a character, so that it can be struck by accident. */
export const isSingle = (name) => name.split(" ").every((part) => part.length === 1);

/** A name as <kbd> elements. */
export function shown(name) {
  return name.split(/[ +](?=.)/).map((part) => {
    const key = document.createElement("kbd");
    key.textContent = SHOWN[part] ?? (part.length === 1 && name.includes("+") ? part.toUpperCase() : part);
    return key;
  });
}

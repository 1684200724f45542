// The table of keys: what binds them, and what the dialog lists. A line without a deed presses what the page marks with
// its keys (data-key); what is marked with keys that stand nowhere in this table brings a line of its own.

import { keyed } from "../commands.js";
import { togglePalette } from "../palette.js";
import { goToTab } from "../tabs.js";
import { openHelp } from "./help.js";
import { move } from "./rows.js";
import { close } from "./surfaces.js";
import { send } from "./writing.js";

const SEARCHES = 'main input[type="search"], .side input[type="search"]';
const TASK = "#task-lane .task:not(.task--closed) :is(button, textarea):not(.copy)";

function goTo(selector) {
  const field = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  if (!field) return false;
  field.focus();
  field.select?.();
  return true;
}

const ANYWHERE = "Everywhere";
const LISTS = "In lists";
const SESSION = "In a session";

// A deed says false where it had nothing to do.
const TABLE = [
  { page: ANYWHERE, keys: "Mod+k", says: "Search or jump to", act: () => togglePalette() },
  { page: ANYWHERE, keys: "/", says: "Search on this page", act: () => goTo(SEARCHES) || togglePalette() },
  { page: ANYWHERE, keys: "?", says: "Show these shortcuts", act: () => openHelp(lines()) },
  { page: ANYWHERE, keys: "Mod+Enter", says: "Send what you are writing", act: send },
  { page: ANYWHERE, keys: "Escape", says: "Close what is open, else leave the field", act: close },
  { page: LISTS, keys: "j", says: "Next row", act: () => move(1, { begins: true }) },
  { page: LISTS, keys: "ArrowDown", says: "Next row", act: () => move(1, { begins: false }) },
  { page: LISTS, keys: "k", says: "Previous row", act: () => move(-1, { begins: true }) },
  { page: LISTS, keys: "ArrowUp", says: "Previous row", act: () => move(-1, { begins: false }) },
  { page: SESSION, keys: "c", says: "Write a message", act: () => goTo("#composer textarea") },
  { page: SESSION, keys: "t", says: "Next open task", act: () => goTo(TASK) },
  { page: SESSION, keys: "a", says: "Apply the fix" },
  { page: SESSION, keys: "e", says: "Escalate" },
  { page: SESSION, keys: "r", says: "Resolve" },
  { page: SESSION, keys: "g r", says: "Runbooks" },
  { page: SESSION, keys: "Alt+1", says: "Chat tab", act: () => goToTab("chat") },
  { page: SESSION, keys: "Alt+2", says: "Script Builder tab", act: () => goToTab("script_builder") },
];

/** The table with what this page marks by itself. */
export function lines() {
  const known = new Set(TABLE.map(({ keys }) => keys));
  const own = [];
  for (const { dataset } of document.querySelectorAll("[data-key]")) {
    if (known.has(dataset.key)) continue;
    known.add(dataset.key);
    own.push({ page: ANYWHERE, keys: dataset.key, says: dataset.command });
  }
  return [...TABLE, ...own];
}

/** Does what a line says; false where there is nothing to do. */
export function act(line, event) {
  if (line.act) return line.act(event);
  const element = keyed(line.keys);
  element?.click();
  return element !== undefined;
}

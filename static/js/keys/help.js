// The dialog that lists the keys, page by page.

import { rest } from "../focus.js";
import { isSingle, shown } from "./names.js";

const dialog = () => document.getElementById("keys");

/** Whether single keys act at all; who uses the page switches them off on the profile or in this dialog. */
export const singleKeys = () => document.querySelector("[data-single-keys]")?.dataset.singleKeys !== "off";

function built(name, content, className = "") {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

// Keys that do the same stand in one line.
function listed(lines) {
  const together = new Map();
  for (const { says, keys } of lines) together.set(says, [...(together.get(says) ?? []), keys]);
  return [...together].map(([says, all]) => {
    const combinations = all.map((keys) => built("span", shown(keys), isSingle(keys) ? "shortcuts__combination is-single" : "shortcuts__combination"));
    return built("li", [built("span", [says]), built("span", combinations, "shortcuts__of")], "shortcuts__line");
  });
}

/** Opens the dialog with these lines. */
export function openHelp(lines) {
  if (!dialog() || dialog().open) return false;
  const pages = [...new Set(lines.map(({ page }) => page))];
  const sections = pages.map((page) => {
    const list = built("ul", listed(lines.filter((line) => line.page === page)), "shortcuts__list");
    return built("section", [built("h3", [page]), list]);
  });
  document.getElementById("keys-groups").replaceChildren(...sections);
  // Closed again, it gives the focus back to where it was; a key may be quicker than the page's own beginning.
  if (document.activeElement === document.body) rest();
  dialog().showModal();
  return true;
}

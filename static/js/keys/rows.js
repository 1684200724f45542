// Lists of rows: the keyboard goes from one to the next.

const LISTS = [".rows", ".session-list"];
const PRESSED = "a, button, summary";

function rows() {
  for (const selector of LISTS) {
    const lists = [...document.querySelectorAll(selector)].filter((list) => list.checkVisibility());
    const found = lists.flatMap((list) => [...list.children]).filter((row) => row.querySelector(PRESSED));
    if (found.length) return found;
  }
  return [];
}

/** Goes so many rows on, or back; `from` without a row to begin at is the first one. Says false where there is none. */
export function move(step, { begins }) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  if (!all.length || (at < 0 && !begins)) return false;
  const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  all[to].querySelector(PRESSED).focus();
}

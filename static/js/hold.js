// What somebody types into, or has open, is not taken away by what the page asks by itself: the region stays as it is
// and says "Something changed: show". Only the answer to one's own form replaces what is there.

import { ask, isLive } from "./session.js";

const bar = (region) => document.querySelector(`[data-changed="${region.id}"]`);
let showing = false;

// What tells a form or a surface from its neighbours, before and after.
function place(element, region) {
  const named = element.closest("[id]");
  return named && named !== region ? `#${CSS.escape(named.id)}` : `form[action="${element.getAttribute("action")}"]`;
}

function wouldLose(region, fragment) {
  const inUse = [...region.querySelectorAll("form[hx-morph-skip], [data-surface]")];
  return inUse.some((element) => !fragment.querySelector(place(element, region)));
}

function hold(event) {
  const { ctx, tasks } = event.detail;
  const swapped = [];
  for (const task of [...tasks]) {
    const region = task.target;
    if (!region?.id || !bar(region)) continue;
    const held = isLive(event) && !showing && wouldLose(region, task.fragment);
    if (held) tasks.splice(tasks.indexOf(task), 1);
    else swapped.push(region);
    if (held) bar(region).hidden = false;
  }
  for (const region of swapped) bar(region).hidden = true;
  if (isLive({ detail: { ctx } })) showing = false;
}

/** Lets the whole present state come, whatever is open. */
function show(event) {
  if (!event.target.closest("[data-show-changed]")) return;
  showing = true;
  ask({ everything: true });
}

/** Installs the holding of regions on the session page. */
export function installHold() {
  if (!document.querySelector("[data-session]")) return;
  document.addEventListener("htmx:before:swap", hold);
  document.addEventListener("click", show);
}

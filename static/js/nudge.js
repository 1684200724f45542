// A run that waits for its outcome longer than it should: when the time has come the page says so in the browser tab's
// title, and asks the server. The time is the server's.

import { ask } from "./session.js";
import { now } from "./time.js";

const LONGEST = 2 ** 31 - 1;
let title = "";
let timer;

function show() {
  const mode = document.querySelector("[data-banner-mode]")?.dataset.bannerMode;
  const due = document.querySelector('.fix time[data-time="until"]');
  const left = due ? Date.parse(due.dateTime) - now() : Infinity;
  // Whoever is in another tab sees the title alone, and that page asks nothing.
  const waits = mode === "nudge" || left <= 0;
  document.title = waits ? `● What came of it? · ${title}` : title;
  clearTimeout(timer);
  if (due && left > 0) timer = setTimeout(remind, Math.min(left + 500, LONGEST));
}

function remind() {
  show();
  ask();
}

/** Watches the run that is being verified on the session page. */
export function installNudge() {
  if (!document.querySelector("[data-session]")) return;
  title = document.title;
  show();
  document.addEventListener("htmx:after:swap", show);
}

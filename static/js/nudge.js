// A run that waits for its outcome longer than it should: the page asks the server when the time has come, and says so
// in the browser tab's title. The time is the server's.

import { ask } from "./session.js";
import { now } from "./time.js";

const LONGEST = 2 ** 31 - 1;
let title = "";
let timer;

function show() {
  const waits = document.querySelector("[data-banner-mode]")?.dataset.bannerMode === "nudge";
  document.title = waits ? `● What came of it? · ${title}` : title;
  clearTimeout(timer);
  const due = document.querySelector('.fix time[data-time="until"]');
  if (due) timer = setTimeout(() => ask(), Math.min(Math.max(0, Date.parse(due.dateTime) - now()) + 500, LONGEST));
}

/** Watches the run that is being verified on the session page. */
export function installNudge() {
  if (!document.querySelector("[data-session]")) return;
  title = document.title;
  show();
  document.addEventListener("htmx:after:swap", show);
}

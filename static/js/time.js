// <time datetime> in the reader's own zone: relative with the exact moment on hover; data-time="short", "moment",
// "until" or "exact" shows that instead. Elapsed time is counted from the server's clock (<html data-now>), not the reader's.

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

const served = Date.parse(document.documentElement.dataset.now ?? "");
const ahead = Number.isNaN(served) ? 0 : served - (Date.now() - performance.now());
/** The server's clock, in milliseconds. */
export const now = () => Date.now() + ahead;

function day(date) {
  return (date.getFullYear() === new Date().getFullYear() ? DAY : DAY_AND_YEAR).format(date);
}

function relative(date) {
  const minutes = Math.floor(Math.max(0, now() - date.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  if (minutes < 7 * 24 * 60) return `${Math.floor(minutes / (24 * 60))} d ago`;
  return day(date);
}

// In a transcript: when, without counting back.
function moment(date) {
  const today = date.toDateString() === new Date().toDateString();
  return today ? CLOCK.format(date) : `${day(date)}, ${CLOCK.format(date)}`;
}

function until(date) {
  const minutes = Math.ceil((date.getTime() - now()) / 60_000);
  return minutes > 1 ? `in ${minutes} min` : "within a minute";
}

const SHOWN = {
  until,
  short: (date) => relative(date).replace(" ago", ""),
  exact: (date) => EXACT.format(date),
  moment,
};

function show(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const text = (SHOWN[element.dataset.time] ?? relative)(date);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= EXACT.format(date);
  }
}

/** Localises what is there, what htmx brings, and keeps "4 min ago" true. */
export function installTime() {
  show();
  document.addEventListener("htmx:after:swap", () => show());
  document.addEventListener("visibilitychange", () => show());
  setInterval(() => document.hidden || show(), 20_000);
}

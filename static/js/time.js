// <time datetime> in the reader's own zone: relative with the exact moment on hover; data-time="short", "moment",
// "until" or "exact" shows that instead. Elapsed time is counted from the server's clock (<html data-now>), not the reader's.

// The first format takes the browser longer to make than all else that this page does when it comes up; so none is made
// before it is wanted.
const FORMATS = {
  exact: { dateStyle: "medium", timeStyle: "short" },
  clock: { timeStyle: "short" },
  day: { day: "numeric", month: "short" },
  dayAndYear: { day: "numeric", month: "short", year: "numeric" },
};
const made = {};
const written = (format, date) => (made[format] ??= new Intl.DateTimeFormat(undefined, FORMATS[format])).format(date);

const served = Date.parse(document.documentElement.dataset.now ?? "");
const ahead = Number.isNaN(served) ? 0 : served - (Date.now() - performance.now());
/** The server's clock, in milliseconds. */
export const now = () => Date.now() + ahead;

function day(date) {
  return written(date.getFullYear() === new Date().getFullYear() ? "day" : "dayAndYear", date);
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
  return today ? written("clock", date) : `${day(date)}, ${written("clock", date)}`;
}

function until(date) {
  const minutes = Math.ceil((date.getTime() - now()) / 60_000);
  return minutes > 1 ? `in ${minutes} min` : "within a minute";
}

const SHOWN = {
  until,
  short: (date) => relative(date).replace(" ago", ""),
  exact: (date) => written("exact", date),
  moment,
};

function show(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const text = (SHOWN[element.dataset.time] ?? relative)(date);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= written("exact", date);
  }
}

/** Localises what is there, a moment after the page can be used, what htmx brings, and keeps "4 min ago" true. */
export function installTime() {
  setTimeout(() => show());
  document.addEventListener("htmx:after:swap", () => show());
  document.addEventListener("visibilitychange", () => show());
  setInterval(() => document.hidden || show(), 20_000);
}

// Whoever works by keyboard goes on where they are: an answer that takes away what had the focus brings them to what
// came in its place, never back to the top of the page.

// A banner and no button of it: the key that was pressed may still be down.
const PLACES = ["#task-lane .task textarea", "#fix-slot > section:not([hidden])", "#composer textarea", "#main"];

function next(fromTask) {
  const places = fromTask ? PLACES : PLACES.slice(1);
  return places.map((place) => document.querySelector(place)).find((element) => element?.checkVisibility());
}

function goOn(fromTask) {
  const place = next(fromTask);
  if (place && !place.matches("textarea")) place.tabIndex = -1;
  place?.focus({ preventScroll: true });
}

// What was pressed before the open surface came: whoever closes it goes on from there.
let opener = null;

/** Takes whoever closed a surface back to what opened it, or to what is there now. */
export function goBack() {
  if (opener?.isConnected && opener.checkVisibility()) opener.focus();
  else goOn(false);
}

/** Brings the keyboard into the page's content, where nothing else has it. */
export function rest() {
  const main = document.getElementById("main");
  if (!main) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
}

// The browser brings in what has autofocus only now, and only where nothing has the focus yet. What an answer brings into
// focus, a page that comes whole brings too.
function begin() {
  const own = [...document.querySelectorAll("[autofocus]")].some((element) => element.checkVisibility());
  if (document.activeElement !== document.body || own || location.hash) return;
  const wanted = document.querySelector("[data-focus]");
  if (wanted?.checkVisibility()) wanted.focus();
  else rest();
}

/** Begins in the page's content, and keeps the focus on the session page. */
export function installFocus() {
  // Once it is laid out: what can be focused is asked of the layout, which would be made for that and then once more.
  requestAnimationFrame(() => setTimeout(begin));
  if (!document.querySelector("[data-session]")) return;
  let fromTask = null;
  let region = "";
  let held = false;

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id === "live") return;
    fromTask = ctx.sourceElement.closest(".task") !== null;
    region = ctx.sourceElement.closest("[data-region]")?.id ?? "";
    const here = document.activeElement;
    if (here !== document.body && !here.closest("[data-surface]")) opener = here;
  });
  document.addEventListener("htmx:before:swap", () => {
    held = document.activeElement !== document.body;
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const here = document.activeElement;
    const lost = here === document.body || !here.checkVisibility();
    if (ctx.sourceElement.id === "live") {
      // What the page asked for by itself took the place where somebody was, such as a closed fix for the next one.
      if (held && lost) goOn(false);
      held = false;
      return;
    }
    // Something is wrong with a field: whoever has not gone elsewhere meanwhile is brought to it.
    const sent = document.getElementById(region);
    const wrong = ctx.response?.status === 422 && sent?.querySelector('[aria-invalid="true"]');
    if (wrong && (lost || sent.contains(here))) wrong.focus();
    // What stands in a panel that has just been hidden loses the focus a moment later.
    else if (lost) goOn(fromTask);
  });
}

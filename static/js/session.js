// The session page: tells the server what the page shows, asks for what changed, and keeps what somebody typed.

import { goBack } from "./focus.js";

const every = 20_000;

const page = () => document.querySelector("[data-session]");
const value = (selector, attribute) => document.querySelector(selector)?.getAttribute(attribute) ?? "";

/** The id of the last turn that a list shows; empty where it shows none. */
export function newestTurn(list) {
  const turns = document.querySelectorAll(`${list} [data-turn]`);
  return turns.length ? turns[turns.length - 1].dataset.turn : "";
}

// Every request says which tab, surface and newest turn this page has as it is sent; the server picks what to send.
function describe(event) {
  const { body } = event.detail.ctx.request;
  if (!body) return;
  body.set("page-tab", value('[role="tab"][aria-selected="true"]', "data-tab"));
  body.set("page-surface", value("[data-surface]", "data-surface"));
  body.set("page-seen", newestTurn("#transcript"));
  body.set("page-banner", value("[data-banner]", "data-banner"));
  body.set("page-builder-seen", newestTurn("#builder-turns"));
  if (isLive(event)) body.set("v", wantsAll ? "" : value("[data-state-version]", "data-state-version"));
  if (isLive(event)) wantsAll = false;
}

// While a form is being sent nothing else is asked, and what was asked before is given up: its answer would come from
// before the form's, and could close what that one opens.
let sending = 0;
let wantsAll = false;
let askLater = false;

// Forms are sent one after another, because each answer shows the whole page as it then was; none is sent twice at once.
const underway = new WeakSet();

function once(event) {
  const { sourceElement } = event.detail.ctx;
  if (isLive(event)) return;
  if (underway.has(sourceElement)) event.preventDefault();
  else underway.add(sourceElement);
}

const live = () => document.getElementById("live");
/** Whether this is what the page asks by itself. */
export const isLive = (event) => event.detail.ctx?.sourceElement?.id === "live";

/** Asks what changed, unless nobody looks; while a form is under way, afterwards. */
export function ask({ everything = false } = {}) {
  if (document.visibilityState !== "visible") return;
  wantsAll ||= everything;
  askLater = sending > 0;
  if (!askLater) live()?.dispatchEvent(new Event("ask"));
}

function sends(event) {
  if (isLive(event)) return;
  sending += 1;
  live()?.dispatchEvent(new Event("htmx:abort"));
}

function sent(event) {
  if (isLive(event)) return;
  underway.delete(event.detail.ctx.sourceElement);
  sending -= 1;
  if (!sending && askLater) ask();
}

/** Two answers may bring the same turn; the first one stays where it is. */
export function dropRepeats() {
  const seen = new Set();
  for (const turn of document.querySelectorAll("[data-transcript] [data-turn]")) {
    if (seen.has(turn.dataset.turn)) turn.remove();
    seen.add(turn.dataset.turn);
  }
  if (newestTurn("#transcript")) document.getElementById("no-turns")?.remove();
}

// A form in which somebody has typed is left alone by every answer but its own.
function protect(event) {
  const form = event.target.closest("[data-region] form");
  if (form) form.setAttribute("hx-morph-skip", "");
}

function release(event) {
  event.detail.ctx.sourceElement?.closest?.("form")?.removeAttribute("hx-morph-skip");
}

// Closing a surface changes nothing on the record; without a script the link goes to the page without it.
function closeSurface(event) {
  const surface = event.target.closest("[data-close-surface]")?.closest("[data-surface]");
  if (!surface) return;
  event.preventDefault();
  surface.remove();
  goBack();
}

function say(text) {
  const place = document.getElementById("notice");
  if (!place) return;
  const line = document.createElement("p");
  line.className = "notice notice--bad session-notice";
  line.textContent = text;
  place.replaceChildren(line);
}

const refusals = {
  403: "That was refused: you may only read this, or the page was opened before you last signed in. Copy what you typed, then reload the page.",
  404: "This does not exist any more, or you can no longer see it.",
  413: "That was too large to send.",
};

/** Says what a refusal without a page of its own means. */
export function failed(event) {
  const status = event.detail.ctx.response?.status;
  if (status === 409 || status === 422 || status === 429) return;
  say(refusals[status] ?? "The server had a problem. Nothing you typed is lost; try again.");
}

/** Says that nothing came back. */
export function unreachable(event) {
  if (!isLive(event)) say("The server could not be reached. Nothing you typed is lost; try again.");
}

/** Installs the session page. */
export function installSession() {
  if (!page()) return;
  document.addEventListener("htmx:config:request", once);
  document.addEventListener("htmx:config:request", describe);
  document.addEventListener("htmx:before:request", describe);
  document.addEventListener("htmx:before:request", release);
  document.addEventListener("htmx:before:request", sends);
  document.addEventListener("htmx:finally:request", sent);
  document.addEventListener("htmx:after:swap", () => {
    dropRepeats();
    const wanted = document.querySelector("[data-focus]");
    wanted?.removeAttribute("data-focus");
    wanted?.focus();
    // A scaffold is there to be written under.
    wanted?.setSelectionRange?.(wanted.value.length, wanted.value.length);
  });
  document.addEventListener("htmx:response:error", failed);
  document.addEventListener("htmx:error", unreachable);
  document.addEventListener("click", closeSurface);
  document.addEventListener("input", protect);
  document.addEventListener("reply:ended", () => ask());
  document.addEventListener("visibilitychange", () => ask());
  setInterval(ask, every);
}

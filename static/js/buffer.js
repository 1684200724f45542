// textarea[data-buffer]: what is typed is saved a moment later on top of its data-revision, and once more when the page
// goes. Where another tab was faster nothing is overwritten: the text stays here and [data-buffer-state] says so.
// data-unsaved: what it holds was refused in a form, so the server does not have it yet. Every save ends in the event
// buffer:saved, whose detail is the server's answer.

import { token } from "./token.js";

const AFTER = 800;
const AGAIN_AFTER = 5000;
const KEEPALIVE_LIMIT = 60_000; // browsers refuse to keep a larger request alive

const states = new WeakMap();

function stateOf(area) {
  if (!states.has(area)) {
    const sent = "unsaved" in area.dataset ? null : area.defaultValue;
    states.set(area, { sent, timer: 0, sending: null, stopped: false, submitted: false });
  }
  return states.get(area);
}

function say(area, text) {
  const place = area.closest("form, [data-panel]")?.querySelector("[data-buffer-state]");
  if (place) place.textContent = text;
}

function setRevision(area, revision) {
  area.dataset.revision = revision;
  const field = area.form?.querySelector("[data-buffer-revision]");
  if (field) field.value = revision;
}

async function refused(area, state, response) {
  const said = await response.json().catch(() => ({}));
  // What was on its way when the script was submitted comes too late, and is no conflict with anybody.
  if (state.submitted) return;
  if (said.code === "stale_buffer") {
    state.stopped = true;
    say(area, "Changed in another tab: your text is kept here.");
    area.dispatchEvent(new CustomEvent("buffer:stale", { bubbles: true, detail: said }));
  } else {
    state.stopped = response.status !== 422;
    say(area, said.detail ?? "This cannot be saved any more. Your text is kept here; copy it.");
  }
}

function post(area, text, revision, url = area.dataset.url, more = {}) {
  const body = new URLSearchParams({ text, revision, ...more });
  const keepalive = body.toString().length < KEEPALIVE_LIMIT;
  return fetch(url, { method: "POST", body, keepalive, headers: { "X-CSRFToken": token() } });
}

// A fault, or more than may be sent in a minute: nothing is wrong with the text.
const comesLater = (response) => response.status >= 500 || response.status === 429;

// Of one editor one request is on its way at a time: two would each take the other for another tab.
function inTurn(area, work) {
  const state = stateOf(area);
  clearTimeout(state.timer);
  const sending = (state.sending ?? Promise.resolve()).then(work, work);
  const done = () => {
    if (state.sending === sending) state.sending = null;
  };
  state.sending = sending;
  sending.then(done, done);
  return sending;
}

/** Whether the server lacks what stands here. */
export function isUnsaved(area) {
  const state = stateOf(area);
  return !state.submitted && (state.stopped || area.value !== state.sent);
}

/** Saves what is not saved yet; resolves when nothing is on its way any more. */
export function save(area) {
  return inTurn(area, () => send(area));
}

async function send(area) {
  const state = stateOf(area);
  if (state.stopped || state.submitted || area.value === state.sent) return;
  const text = area.value;
  try {
    const response = await post(area, text, area.dataset.revision);
    state.sent = text;
    if (response.ok) {
      const saved = await response.json();
      setRevision(area, saved.revision);
      say(area, area.value === text ? "Saved" : "");
      area.dispatchEvent(new CustomEvent("buffer:saved", { bubbles: true, detail: saved }));
    } else if (!comesLater(response)) {
      await refused(area, state, response);
    } else {
      throw new Error(response.statusText);
    }
  } catch {
    state.sent = null;
    say(area, "Not saved: the server could not be reached, or was asked too much. Trying again.");
    state.timer = setTimeout(() => save(area), AGAIN_AFTER);
  }
  if (state.sent !== null && area.value !== text) plan(area);
}

/**
 * Saves this text in this language at once, on top of what the editor began from; resolves to what is stored then, null
 * where that was refused, which it says. Rejects where the server could not be reached.
 */
export function saveAs(area, text, language, url) {
  return inTurn(area, async () => {
    const response = await post(area, text, area.dataset.revision, url, { language });
    if (comesLater(response)) throw new Error(response.statusText);
    if (!response.ok) return refused(area, stateOf(area), response).then(() => null);
    const said = await response.json();
    adopt(area, said);
    return said;
  });
}

/** What was refused is asked again when somebody types on. */
export function askAgain(area) {
  stateOf(area).stopped = false;
}

/** Goes on from what the server holds: nothing is sent until somebody types again. */
export function adopt(area, { text, revision, scaffold, progress }) {
  const state = stateOf(area);
  Object.assign(state, { sent: text, stopped: false });
  setRevision(area, revision);
  if (scaffold !== undefined) area.dataset.scaffold = scaffold;
  say(area, "Saved");
  area.dispatchEvent(new CustomEvent("buffer:saved", { bubbles: true, detail: { progress } }));
}

function plan(area) {
  const state = stateOf(area);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(area), AFTER);
}

// The page goes: what was typed last is sent at once. A save that is under way arrives first and counts one up.
function flush() {
  for (const area of document.querySelectorAll("textarea[data-buffer]")) {
    const state = stateOf(area);
    clearTimeout(state.timer);
    if (state.stopped || state.submitted || area.value === state.sent) continue;
    const revision = Number(area.dataset.revision) + (state.sending ? 1 : 0);
    sessionStorage.setItem(keptAs(area), JSON.stringify({ text: area.value, revision }));
    if (state.sending) post(area, area.value, revision).catch(() => {});
    else save(area);
  }
}

// A reload may be answered before what it flushed has arrived, and a large text is not sent at all as the page goes:
// then the page holds an older revision than the one that was typed on, and goes on from what was typed.
function recover() {
  for (const area of document.querySelectorAll("textarea[data-buffer]")) {
    const kept = JSON.parse(sessionStorage.getItem(keptAs(area)));
    sessionStorage.removeItem(keptAs(area));
    if (!kept || kept.revision < Number(area.dataset.revision) || kept.text === area.value) continue;
    area.value = kept.text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const keptAs = (area) => `buffer:${area.dataset.url}`;

/** Saves every editor's buffer while somebody types, also in editors that arrive later. */
export function install() {
  document.addEventListener("input", (event) => {
    const area = event.target.closest?.("textarea[data-buffer]");
    if (!area || stateOf(area).stopped) return;
    const state = stateOf(area);
    state.submitted = false;
    say(area, area.value === state.sent ? "Saved" : "");
    plan(area);
  });
  // What a form sends itself is not sent a second time, now or as the page goes: the answer's revision would be outdated
  // on arrival. A save that is under way arrives before it.
  document.addEventListener("submit", (event) => {
    for (const area of event.target.querySelectorAll("textarea[data-buffer]")) {
      const state = stateOf(area);
      clearTimeout(state.timer);
      state.submitted = true;
      const field = event.target.querySelector("[data-buffer-revision]");
      if (field && state.sending) field.value = Number(area.dataset.revision) + 1;
    }
  });
  // Where it was refused the page goes on, and so does saving.
  document.addEventListener("htmx:finally:request", ({ target, detail }) => {
    if (detail.ctx.response?.status === 200) return;
    for (const area of target.querySelectorAll("textarea[data-buffer]")) {
      stateOf(area).submitted = false;
      save(area);
    }
  });
  addEventListener("pagehide", flush);
  recover();
  addEventListener("online", () => document.querySelectorAll("textarea[data-buffer]").forEach(save));
}

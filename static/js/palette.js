// The command palette: what this page can do, and what the server finds for the words, in one list. What is typed is
// never touched by an answer, and the answer to older words never shows over newer ones.

import { commands } from "./commands.js";
import { rest } from "./focus.js";
import { shown } from "./keys/names.js";

const AFTER = 120;
const byId = (id) => document.getElementById(id);
const dialog = () => byId("palette");
const input = () => byId("palette-words");
const words = () => input().value.trim();
const options = () => [...dialog().querySelectorAll('[role="option"]:not([hidden])')];

let offered = []; // the page's actions, each with its option
let asked = 0; // which question is the newest
let waiting = false; // for its answer
let goes = false; // Enter was pressed before that came
let timer;

const say = (text) => (dialog().querySelector('[role="status"]').textContent = text);
const active = () => byId(input().getAttribute("aria-activedescendant"));

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  input().setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function optionOf({ title, element, keys }, number) {
  const option = dialog().querySelector("template").content.firstElementChild.cloneNode(true);
  option.id = `palette-action-${number}`;
  option.querySelector(".palette__title").textContent = title;
  const icon = element.querySelector(".icon use");
  if (icon) option.querySelector("use").replaceWith(icon.cloneNode());
  if (keys) option.append(...shown(keys));
  return option;
}

// Every word stands somewhere in the name.
function narrow() {
  const wanted = words().toLowerCase().split(/\s+/);
  for (const { title, option, rare } of offered) {
    option.hidden = words() ? !wanted.every((word) => title.toLowerCase().includes(word)) : rare;
  }
  byId("palette-actions").hidden = offered.every(({ option }) => option.hidden);
}

function close() {
  dialog().close();
}

// What was found is a link, and leads there by itself.
function go(option, { ctrlKey, metaKey, shiftKey }) {
  const action = offered.find((one) => one.option === option);
  if (action || !(ctrlKey || metaKey || shiftKey)) close();
  action?.element.click();
}

async function find() {
  const mine = ++asked;
  const { url, session } = dialog().dataset;
  let page = null;
  try {
    const answer = await fetch(`${url}?${new URLSearchParams({ q: words(), session })}`, { headers: { "HX-Request": "true" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) show(page.getElementById("palette-found"), answer.ok);
  } catch {
    if (mine === asked) show(null, false);
  }
}

function show(found, answered) {
  waiting = false;
  dialog().removeAttribute("data-waiting");
  const chosen = active();
  const kept = chosen?.getAttribute("href");
  if (found) byId("palette-found").replaceWith(found);
  if (!found) say(answered ? "You are signed out. Reload the page to sign in." : "The server could not be reached.");
  else say(options().length ? "" : `Nothing fits “${words()}”.`);
  const same = kept && options().find((option) => option.getAttribute("href") === kept);
  choose(chosen?.isConnected && !chosen.hidden ? chosen : (same ?? options()[0]));
  if (goes && found) active()?.click();
  goes = false;
}

function ask(after) {
  narrow();
  goes = false;
  waiting = true;
  dialog().setAttribute("data-waiting", "");
  choose(options()[0]);
  // An answer that is still to come is to other words.
  asked += 1;
  clearTimeout(timer);
  timer = setTimeout(find, after);
}

function keyDown(event) {
  if (event.isComposing) return;
  const all = options();
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && all.length) {
    event.preventDefault();
    choose(all[(all.indexOf(active()) + steps[event.key] + all.length) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    // What was found for other words is not what is meant.
    if (waiting && !offered.some(({ option }) => option === active())) goes = true;
    else active()?.click();
  }
}

function clicked(event) {
  const { target } = event;
  const option = target.closest('[role="option"]');
  if (option) go(option, event);
  else if (target === dialog() || target.closest(".palette__close")) close();
}

/** Opens the palette, or closes it. */
export function togglePalette() {
  if (!dialog()) return false;
  if (dialog().open) return close();
  offered = commands().map((command, number) => ({ ...command, option: optionOf(command, number) }));
  byId("palette-actions").replaceChildren(byId("palette-actions-head"), ...offered.map(({ option }) => option));
  byId("palette-found").replaceChildren();
  input().value = "";
  say("");
  dialog().showModal();
  input().focus();
  ask(0);
}

/** Installs the palette and its button. */
export function installPalette() {
  if (!dialog()) return;
  for (const button of document.querySelectorAll("[data-palette]")) {
    button.hidden = false;
    button.addEventListener("click", togglePalette);
    button.querySelector("kbd").textContent = shown("Mod+k").map((key) => key.textContent).join(" ");
  }
  input().addEventListener("input", () => ask(AFTER));
  dialog().addEventListener("keydown", keyDown);
  dialog().addEventListener("click", clicked);
  dialog().addEventListener("close", () => {
    asked += 1;
    clearTimeout(timer);
    if (document.activeElement === document.body) rest();
  });
}

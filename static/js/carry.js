// Whose session ends while they write finds their words again once they have signed in: this tab takes them along.

import { isUnsaved } from "./buffer.js";
import { keepWords } from "./kept.js";

const place = "carried";
const user = () => document.body.dataset.user;
// Secrets are never kept, and composers keep their words by themselves.
const fields =
  "textarea[data-buffer], form[method=post] :is(textarea, input:not([type]), [type=text], [type=number]):not([data-composer] *)";

const isTyped = (field) =>
  field.matches("[data-buffer]") ? isUnsaved(field) : field.name && field.value.trim() && field.value !== field.defaultValue;
const action = (field) => field.form?.getAttribute("action") ?? "";

function takeAlong() {
  const typed = [...document.querySelectorAll(fields)].filter(isTyped);
  const words = typed.map((field) => ({ action: action(field), name: field.name, value: field.value }));
  if (words.length) sessionStorage.setItem(place, JSON.stringify({ path: location.pathname, user: user(), words }));
}

function bringBack() {
  const carried = JSON.parse(sessionStorage.getItem(place));
  if (!carried || !user()) return;
  sessionStorage.removeItem(place);
  if (carried.path !== location.pathname || carried.user !== user()) return;
  const homeless = [];
  for (const { action: to, name, value } of carried.words) {
    const field = [...document.querySelectorAll(fields)].find(
      (one) => one.name === name && action(one) === to && one.value === one.defaultValue && !one.matches("[data-buffer]"),
    );
    if (field) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      homeless.push(value);
    }
  }
  keepWords(homeless);
}

/** Takes words along when an answer leads to the sign-in page, and brings them back. */
export function installCarry() {
  document.addEventListener("htmx:after:request", ({ detail }) => {
    if (detail.ctx.hx.redirect?.startsWith("/sign-in/")) takeAlong();
  });
  // A form that is sent with its whole page may find the session ended as well.
  document.addEventListener("submit", ({ target }) => target.matches("[data-carried]") && takeAlong());
  bringBack();
}

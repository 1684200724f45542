// Words that were typed and not sent outlive the page in this tab: over a reload, the way to another page and back, and
// the end of one's session. What has no field any more when its page comes again stands where it can be copied.

import { isUnsaved } from "./buffer.js";
import { keepWords } from "./kept.js";

const user = () => document.body.dataset.user;
const place = (path) => `carried:${path}`;
const SENT = "carried-sent";
// Secrets are never kept, composers keep their words by themselves, and the server has those of an editor.
const form = ":is([data-session] form[method=post], form[data-carried]):not([data-composer])";
const fields = `${form} :is(textarea, input:not([type]), [type=text], [type=number]):not([data-buffer])`;
let editorsToo = false;

const action = (field) => field.form?.getAttribute("action") ?? "";

function takeAlong() {
  const typed = [...document.querySelectorAll(fields)].filter(
    (field) => field.name && field.value.trim() && field.value !== field.defaultValue,
  );
  const editors = editorsToo ? [...document.querySelectorAll("textarea[data-buffer]")].filter(isUnsaved) : [];
  const words = [...typed, ...editors].map((field) => ({ to: action(field), name: field.name, value: field.value }));
  if (words.length) sessionStorage.setItem(place(location.pathname), JSON.stringify({ user: user(), words }));
  else sessionStorage.removeItem(place(location.pathname));
}

// A form that was sent with its page and led elsewhere has done its work.
function letGo() {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && sent !== location.pathname) sessionStorage.removeItem(place(sent));
}

function bringBack() {
  const carried = JSON.parse(sessionStorage.getItem(place(location.pathname)));
  sessionStorage.removeItem(place(location.pathname));
  if (carried?.user !== user()) return;
  const homeless = [];
  for (const { to, name, value } of carried.words) {
    const field = [...document.querySelectorAll(fields)].find(
      (one) => one.name === name && action(one) === to && one.value === one.defaultValue,
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

/** Takes words along when the page goes, and brings them back when it comes again. */
export function installCarry() {
  document.addEventListener("htmx:after:request", ({ detail }) => {
    // What an editor holds cannot be saved any more then.
    editorsToo ||= detail.ctx.hx.redirect?.startsWith("/sign-in/");
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-carried]")) sessionStorage.setItem(SENT, location.pathname);
  });
  if (!user()) return;
  addEventListener("pagehide", takeAlong);
  letGo();
  bringBack();
}

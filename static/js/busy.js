// The button that sends a form says at once that it is being sent, and is itself again when the answer is there.

import { isLive } from "./session.js";

const SENDS = "button:not([type=button], [hidden])";

function sender({ sourceElement, request }) {
  if (request.submitter) return request.submitter;
  return sourceElement.matches("form") ? sourceElement.querySelector(SENDS) : sourceElement;
}

// Where forms wait for one another it is said before a form's turn has come; elsewhere one that comes too soon is dropped.
const waits = (form) => form.closest("[data-session]") && !form.closest("[hx-sync]");

function begin(event) {
  const { ctx } = event.detail;
  if (event.defaultPrevented || isLive(event)) return;
  if (event.type === "htmx:config:request" && !waits(ctx.sourceElement)) return;
  sender(ctx)?.setAttribute("aria-busy", "true");
}

// An answer that leads to another page leaves it so until that one is there.
function end(event) {
  if (!isLive(event) && !event.detail.ctx.keepIndicators) sender(event.detail.ctx)?.removeAttribute("aria-busy");
}

/** Installs the busy state of buttons. */
export function installBusy() {
  document.addEventListener("htmx:config:request", begin);
  document.addEventListener("htmx:before:request", begin);
  document.addEventListener("htmx:finally:request", end);
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll(".button[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

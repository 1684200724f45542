// A standalone session's page: says which of the builder's turns it has, so that an answer brings only the rest.

import { dropRepeats, failed, newestTurn, unreachable } from "./session.js";

/** Installs the page of a standalone session. */
export function installStudio() {
  if (!document.querySelector("[data-studio]")) return;
  document.addEventListener("htmx:config:request", ({ detail }) => {
    detail.ctx.request.body.set("page-builder-seen", newestTurn("#builder-turns"));
  });
  document.addEventListener("htmx:after:swap", dropRepeats);
  document.addEventListener("htmx:response:error", failed);
  document.addEventListener("htmx:error", unreachable);
}

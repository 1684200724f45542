// Messages above the page: closed by hand, with Esc too.

import { rest } from "./focus.js";

// A screen reader tells what comes into a live region, and nothing of what is there already when the page comes.
function tell(region) {
  const messages = [...region.children];
  region.replaceChildren();
  requestAnimationFrame(() => region.append(...messages));
}

function close(message) {
  message.remove();
  rest();
}

/** Tells the messages that came with the page, and closes them. */
export function installMessages() {
  const region = document.getElementById("messages");
  if (!region) return;
  if (region.children.length) tell(region);
  region.addEventListener("click", ({ target }) => {
    if (target.closest("[data-message-close]")) close(target.closest("[data-message]"));
  });
  region.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close(event.target.closest("[data-message]"));
  });
}

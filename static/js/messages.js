// Messages that float at the corner: closed by hand, and on their own where they only report a success.

import { rest } from "./focus.js";

const SHOWN_FOR = 6000;

function expire(root) {
  for (const message of root.querySelectorAll("[data-message].notice--ok:not([data-expires])")) {
    message.dataset.expires = "";
    setTimeout(() => message.matches(":hover, :focus-within") || message.remove(), SHOWN_FOR);
  }
}

/** Lets messages go. */
export function installMessages() {
  expire(document);
  document.addEventListener("htmx:after:swap", () => expire(document));
  document.addEventListener("click", (event) => {
    const message = event.target.closest("[data-message-close]")?.closest("[data-message]");
    message?.remove();
    if (message) rest();
  });
}

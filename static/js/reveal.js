// A form that opens in place is written in at once, and is in view. What somebody opened stays open, whatever the
// server draws around it (htmx leaves the attribute alone); what the server wants open says so with data-open.

function openWanted() {
  for (const details of document.querySelectorAll("details[data-open]")) {
    details.removeAttribute("data-open");
    details.open = true;
  }
}

/** Takes the reader into what they opened. */
export function installReveal() {
  document.addEventListener("htmx:after:swap", openWanted);
  document.addEventListener(
    "toggle",
    (event) => {
      const body = event.target.open && event.target.querySelector(":scope > .reveal__body");
      if (!body) return;
      body.querySelector("textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
      body.scrollIntoView({ block: "nearest" });
    },
    true,
  );
}

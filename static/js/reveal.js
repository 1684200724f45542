// A form that opens in place is written in at once, and is in view.

/** Takes the reader into what they opened. */
export function installReveal() {
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

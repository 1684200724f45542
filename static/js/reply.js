// Shows replies while they are being written. Text is only ever appended as text; HTML comes from the server, closed
// block by closed block and sanitised there. Every event carries, as its id, how many characters are then shown.

const AT_END = 48;
const LONGEST_PAUSE = 30_000;
const streams = new Map();

/** Follows every live reply of the page, and those that are added to it, while the page is visible. */
export function install() {
  scan();
  new MutationObserver(scan).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", () => {
    for (const stream of streams.values()) document.hidden ? stream.close() : stream.open();
  });
  // A page that is kept for Back must not hold a connection; it goes on when it is shown again.
  addEventListener("pagehide", () => streams.forEach((stream) => stream.close()));
  addEventListener("pageshow", (event) => event.persisted && streams.forEach((stream) => stream.open()));
}

// To a screen reader a reply is its beginning and its end; in between it would be a stutter, so the log itself is silent.
function announce(text) {
  const place = document.querySelector("[data-announces]");
  if (place) place.textContent = text;
}

function scan() {
  for (const [element, stream] of streams) {
    if (element.isConnected && element.dataset.replyStream) continue;
    stream.close();
    streams.delete(element);
  }
  for (const element of document.querySelectorAll("[data-reply-stream]")) {
    if (streams.has(element)) continue;
    streams.set(element, new ReplyStream(element));
    announce("The assistant is writing.");
    if (!document.hidden) streams.get(element).open();
  }
}

class ReplyStream {
  constructor(element) {
    this.element = element;
    this.blocks = element.querySelector("[data-blocks]");
    this.tail = element.querySelector("[data-tail]");
    this.label = element.querySelector("[data-reply-label]");
    this.shown = element.dataset.from;
    this.failures = 0;
  }

  open() {
    clearTimeout(this.retry);
    if (this.source) return;
    this.source = new EventSource(`${this.element.dataset.replyStream}?from=${this.shown}`);
    this.on("open", () => {
      this.failures = 0;
      this.label.textContent = "Writing…";
    });
    this.on("message", ({ data }) => this.tail.append(data));
    this.on("block", ({ data }) => this.add(JSON.parse(data)));
    this.on("reset", ({ data }) => {
      this.blocks.replaceChildren();
      this.add(JSON.parse(data));
    });
    this.on("close", ({ data }) => this.end(JSON.parse(data)));
    this.on("error", () => this.lost());
  }

  on(name, handle) {
    this.source.addEventListener(name, (event) => {
      const room = this.element.closest("[data-transcript]");
      const follow = room && room.scrollHeight - room.scrollTop - room.clientHeight < AT_END;
      if (event.lastEventId) this.shown = event.lastEventId;
      handle(event);
      if (follow) room.scrollTop = room.scrollHeight;
    });
  }

  add({ html, tail }) {
    this.blocks.insertAdjacentHTML("beforeend", html);
    this.tail.textContent = tail;
  }

  // The browser comes back by itself unless it was refused, by a proxy while the server restarts for instance.
  lost() {
    this.label.hidden = false;
    this.label.textContent = "Connection lost, trying again…";
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    const pause = Math.min(1000 * 2 ** this.failures++, LONGEST_PAUSE);
    this.retry = setTimeout(() => document.hidden || this.open(), pause);
  }

  close() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  end({ state, label, html }) {
    this.close();
    if (state !== "refused") this.add({ html, tail: "" });
    this.label.textContent = label;
    this.label.hidden = !label;
    announce(label ? `The assistant's reply: ${label}` : "The assistant has answered.");
    const element = this.element;
    element.dataset.reply = state;
    element.removeAttribute("data-reply-stream");
    element.removeAttribute("aria-busy");
    streams.delete(element);
    element.dispatchEvent(new CustomEvent("reply:ended", { bubbles: true, detail: { state } }));
  }
}

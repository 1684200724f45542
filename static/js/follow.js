// Keeps a transcript's end in view for as long as the reader is there, whatever grows: a reply, a new line, the banner
// below. Who has scrolled up is left alone and gets a button that leads back.

const NEAR = 64;
const followed = new WeakSet();

function follow(transcript) {
  const button = transcript.querySelector("[data-to-newest]");
  let atEnd = true;
  let measured = 0;
  let top = 0;

  const room = () => transcript.scrollHeight - transcript.clientHeight;
  const toEnd = () => {
    transcript.scrollTo({ top: transcript.scrollHeight, behavior: "instant" });
    top = transcript.scrollTop;
  };
  const look = () => {
    top = transcript.scrollTop;
    atEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < NEAR;
    if (button) button.hidden = atEnd;
  };
  // A scroll that comes with a change of size is the browser's, unless it goes up and away from the end.
  const scrolled = () => {
    const away = transcript.scrollTop < top && transcript.scrollTop < room() - 1;
    if (away || room() === measured) look();
  };
  const sizes = new ResizeObserver(() => {
    // Behind the other tab there is nothing to measure; it is read on from where it was.
    if (!transcript.clientHeight) return;
    measured = room();
    if (atEnd) toEnd();
    else look();
  });

  // It is told the first size too, before that is drawn.
  sizes.observe(transcript);
  for (const turns of transcript.querySelectorAll(".turns")) sizes.observe(turns);
  transcript.addEventListener("scroll", scrolled, { passive: true });
  button?.addEventListener("click", toEnd);
}

function scan() {
  for (const transcript of document.querySelectorAll("[data-transcript]")) {
    if (followed.has(transcript)) continue;
    followed.add(transcript);
    follow(transcript);
  }
}

/** Follows the end of every transcript, also of one that arrives later. */
export function installFollow() {
  scan();
  document.addEventListener("htmx:after:swap", scan);
}

// [data-download]: saves the text of the element that it names by selector as a file. data-filename, data-line-end
// (crlf or lf) and data-bom say how. The text is made into a file here, because only the page holds a secret's value.

/** The text with the line ends and the mark that its file needs; apart from these it is the same. */
function contentOf(text, { lineEnd, bom }) {
  const lines = lineEnd === "crlf" ? text.replaceAll("\n", "\r\n") : text;
  return (bom === undefined ? "" : "\uFEFF") + lines;
}

/** Answers every download button, also those that arrive later. */
export function installDownload() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-download]");
    const from = button && document.querySelector(button.dataset.download);
    if (!from) return;
    const file = new Blob([contentOf(from.value, button.dataset)], { type: "application/octet-stream" });
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(file),
      download: button.dataset.filename,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

// What becomes of a drafted script: each block of the builder's chat can be viewed, used in the editor, or submitted as
// it is. Over a person's own writing a draft goes only after they have seen the difference.

import { adopt, askAgain, save } from "./buffer.js";
import { focusEnd, put, setMode, show } from "./builder.js";
import { seen } from "./editor-bundle.js";

const LANGUAGES = { powershell: "powershell", ps1: "powershell", bash: "bash", sh: "bash", python: "python", bat: "batch", batch: "batch", cmd: "batch" };
const byId = (id) => document.getElementById(id);
const area = () => document.querySelector("[data-builder] textarea[data-buffer]");
// A block ends with its last line's end, which is not shown.
const textOf = (figure) => `${figure.querySelector("pre").textContent}\n`;

// The server's buttons are put under each script block as it closes, also while the reply is still being written.
function offer() {
  const actions = document.querySelector("template[data-draft-actions]");
  if (!actions) return;
  for (const figure of document.querySelectorAll("[data-drafts] figure.code")) {
    if (!figure.querySelector(".draft-actions")) figure.append(actions.content.cloneNode(true));
  }
}

function languageOf(figure) {
  return LANGUAGES[figure.dataset.code] ?? document.querySelector("[data-language]").value;
}

// Somebody's own work: neither blank, nor the scaffold, nor a draft of the chat as it came.
function isOwnWork(text) {
  const same = (other) => other.trim() === text.trim();
  if (!text.trim() || same(area().dataset.scaffold ?? "")) return false;
  return ![...document.querySelectorAll("[data-drafts] figure.code")].some((figure) => same(textOf(figure)));
}

function compare({ title, says, before, after, accept, reject, unanswered = () => {} }) {
  const dialog = byId("compare-drafts");
  dialog.querySelector("[data-compare-title]").textContent = title;
  dialog.querySelector("[data-compare-says]").textContent = says;
  const buttons = { accept: dialog.querySelector("[data-accept]"), reject: dialog.querySelector("[data-reject]") };
  const difference = dialog.querySelector("script-diff");
  difference.setAttribute("language", document.querySelector("[data-language]").value);
  difference.setAttribute("old-label", before.label);
  difference.setAttribute("new-label", after.label);
  difference.show(before.text, after.text);
  for (const [name, { label, act }] of Object.entries({ accept, reject })) {
    buttons[name].textContent = label;
    buttons[name].onclick = () => {
      dialog.close();
      act();
    };
  }
  dialog.oncancel = unanswered;
  dialog.showModal();
}

async function use(text, language) {
  const before = area().value;
  const go = async () => {
    setMode("editor");
    await put(text, language);
    focusEnd();
  };
  if (!isOwnWork(before) || before === text) return go();
  compare({
    title: "Use this draft over what you wrote?",
    says: "Accept puts it in the place of your text; Undo brings yours back.",
    before: { label: "In the editor", text: before },
    after: { label: "The draft", text },
    accept: { label: "Accept", act: go },
    reject: { label: "Reject", act: () => {} },
  });
}

async function submit(text, language) {
  // What stands in the editor is saved before it is emptied, not after.
  await save(area());
  const form = byId("submit-draft");
  form.elements.script.value = text;
  form.elements.language.value = language;
  form.requestSubmit();
}

function view(figure) {
  const dialog = byId("view-draft");
  const copy = figure.cloneNode(true);
  copy.querySelector(".draft-actions")?.remove();
  dialog.querySelector("[data-view-body]").replaceChildren(copy);
  dialog.showModal();
}

function pressed({ target }) {
  if (target.closest("[data-use-earlier]")) {
    return use(document.querySelector("template[data-earlier]").content.textContent, document.querySelector("[data-language]").value);
  }
  const figure = target.closest("[data-drafts] figure.code");
  if (!figure) return;
  if (target.closest("[data-view-draft]")) view(figure);
  if (target.closest("[data-use-draft]")) use(textOf(figure), languageOf(figure));
  if (target.closest("[data-submit-draft]")) submit(textOf(figure), languageOf(figure));
}

async function stale({ target, detail }) {
  if (target !== area()) return;
  // Behind the other tab it could not be seen, and would hold the whole page.
  await seen(document.querySelector("[data-builder]"));
  if (target !== area() || byId("compare-drafts").open) return;
  compare({
    title: "Changed in another tab",
    says: "Both texts are kept until you choose.",
    before: { label: "The other tab", text: detail.text },
    after: { label: "This tab", text: target.value },
    accept: {
      label: "Keep mine",
      act: () => {
        adopt(target, detail);
        put(target.value, document.querySelector("[data-language]").value);
      },
    },
    reject: {
      label: "Take the other",
      act: () => {
        adopt(target, detail);
        show(detail);
      },
    },
    // Closed without an answer, it comes again when somebody types on.
    unanswered: () => askAgain(target),
  });
}

/** Installs what can be done with drafts. */
export function installDrafts() {
  const place = byId("builder-panel");
  if (!place) return;
  // The chat alone is watched: the editor beside it changes with every key.
  const blocks = new MutationObserver(offer);
  const arrived = () => {
    offer();
    const chat = place.querySelector("[data-drafts]");
    if (chat) blocks.observe(chat, { childList: true, subtree: true });
  };
  arrived();
  new MutationObserver(arrived).observe(place, { childList: true });
  document.addEventListener("click", pressed);
  document.addEventListener("buffer:stale", stale);
}

// <script-diff language="bash" old-label="Yours" new-label="The draft">: two texts side by side, or in one column.
// They come from its [data-old] and [data-new] (fields or elements) or from show(). Until Monaco is there, and where it
// cannot be had, both stand in full under their labels. Accept and Reject belong to the page around it.

import { fitted, loadEditorBundle, seen } from "./editor-bundle.js";

class ScriptDiff extends HTMLElement {
  static observedAttributes = ["language"];

  #diff = null;
  #watch = null;

  connectedCallback() {
    if (this.plain) return;
    this.plain = document.createElement("div");
    this.plain.className = "script-diff__plain";
    this.frame = document.createElement("div");
    this.frame.className = "script-diff__frame";
    this.frame.hidden = true;
    this.texts = { old: this.#figure(), new: this.#figure() };
    this.append(this.plain, this.frame);
    const given = { old: this.querySelector("[data-old]"), new: this.querySelector("[data-new]") };
    const text = (element) => element.value ?? element.textContent;
    if (given.old && given.new) this.show(text(given.old), text(given.new));
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#close());
  }

  attributeChangedCallback() {
    this.#diff?.setLanguage(this.getAttribute("language"));
  }

  /** Compares two texts; resolves to whether Monaco shows them. */
  async show(before, after) {
    this.#fill(this.texts.old, this.getAttribute("old-label") ?? "Before", before);
    this.#fill(this.texts.new, this.getAttribute("new-label") ?? "After", after);
    if (this.#diff) {
      this.#refresh();
      return true;
    }
    await seen(this);
    try {
      const bundle = await loadEditorBundle();
      if (this.isConnected && !this.#diff) this.#mount(bundle);
    } catch {
      return false; // both texts stand there already
    }
    return this.#diff !== null;
  }

  #mount(bundle) {
    const { fontFamily, fontSize, lineHeight } = getComputedStyle(this.texts.old.text);
    const place = document.createElement("div");
    const heads = document.createElement("div");
    heads.className = "script-diff__heads";
    this.heads = { old: document.createElement("span"), new: document.createElement("span") };
    heads.append(this.heads.old, this.heads.new);
    this.body = document.createElement("div");
    this.body.className = "script-diff__body";
    this.body.append(place);
    this.frame.replaceChildren(heads, this.body);
    this.plain.hidden = true;
    this.frame.hidden = false;
    this.#diff = bundle.createDiff(place, {
      font: { fontFamily, fontSize: parseFloat(fontSize), lineHeight: parseFloat(lineHeight) },
    });
    this.#diff.setLanguage(this.getAttribute("language"));
    this.#watch = fitted(this.body, (width, height) => this.#layout(width, height));
    this.#layout(this.body.clientWidth, this.body.clientHeight);
    this.#refresh();
  }

  #layout(width, height) {
    this.frame.dataset.shape = this.#diff.layout(width, height);
  }

  #refresh() {
    const part = ({ label, text }) => ({ label: label.textContent, text: text.textContent });
    for (const side of ["old", "new"]) this.heads[side].textContent = this.texts[side].label.textContent;
    this.#diff.show(part(this.texts.old), part(this.texts.new));
  }

  #close() {
    this.#watch?.disconnect();
    this.#diff?.dispose();
    this.#diff = null;
    this.frame.replaceChildren();
    this.frame.hidden = true;
    this.plain.hidden = false;
  }

  #figure() {
    const figure = document.createElement("figure");
    const parts = { label: document.createElement("figcaption"), text: document.createElement("pre") };
    parts.text.tabIndex = 0; // it scrolls, so the keyboard must reach it
    figure.append(parts.label, parts.text);
    this.plain.append(figure);
    return parts;
  }

  #fill(part, label, text) {
    part.label.textContent = label;
    part.text.textContent = text.replace(/\r\n?/g, "\n");
    part.text.setAttribute("aria-label", label);
  }
}

/** Makes every <script-diff> one, also those that arrive later. */
export function installDiff() {
  customElements.define("script-diff", ScriptDiff);
}

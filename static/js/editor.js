// <script-editor language="powershell" label="Script"> around a <textarea>: Monaco over a real form field. The textarea
// always holds the editor's text and fires `input`, so forms and buffer.js know nothing of Monaco. It is fetched at the
// first open() (or `open` attribute) of an element that can be seen; until then, and where it cannot be had, the field
// itself serves. `edited`: a person wrote what the server put in. `wrap`: long lines wrap.

import { fitted, loadEditorBundle, seen } from "./editor-bundle.js";

const LEAVING = "Tab indents. To leave the editor, press Esc and then Tab.";
const LEAVES_NOW = "Tab now leaves the editor.";
const PLAIN = "The code editor could not be loaded. This plain field does the same job.";

class ScriptEditor extends HTMLElement {
  static observedAttributes = ["language", "label", "readonly", "wrap", "open"];

  #monaco = null;
  #opening = null;
  #programmed = null; // the text that the page put in last, and no person
  #past = []; // what programmatic replacements replaced before Monaco could remember it
  #passing = false;
  #watches = [];

  connectedCallback() {
    if (!this.area) this.#begin();
    if (this.hasAttribute("open")) this.open();
  }

  #begin() {
    this.area = this.querySelector("textarea");
    if (!this.hasAttribute("edited")) this.#programmed = this.area.defaultValue;
    this.help = this.#line("script-editor__help");
    this.state = this.#line("script-editor__state");
    this.state.setAttribute("role", "status");
    this.area.addEventListener("input", () => this.#passing || this.#follow());
    this.area.form?.addEventListener("reset", () => setTimeout(() => this.#follow()));
    for (const label of this.area.labels) label.addEventListener("click", () => this.#monaco?.focus());
    const watch = new MutationObserver(() => this.#apply());
    watch.observe(this.area, { attributes: true, attributeFilter: ["readonly", "disabled"] });
  }

  disconnectedCallback() {
    // Moving an element within the page disconnects it too; only one that is gone ends its editor.
    queueMicrotask(() => this.isConnected || this.#close());
  }

  attributeChangedCallback(name, before, now) {
    if (!this.area || before === now) return;
    if (name === "open" && now !== null) this.open();
    else this.#apply();
  }

  /** Puts Monaco over the textarea once it can be seen; resolves to whether it serves. */
  open() {
    this.#opening ??= this.#load();
    return this.#opening;
  }

  /** The text, always that of the textarea. Setting it is one undo step. */
  get value() {
    return this.area.value;
  }

  set value(text) {
    this.replace(text);
  }

  /** Replaces the whole text in one undo step; from now on it counts as untouched by human hand. */
  replace(text) {
    const wanted = text.replace(/\r\n?/g, "\n");
    const before = this.area.value;
    this.#programmed = wanted;
    if (before === wanted) return;
    if (this.#monaco) {
      this.#monaco.replace(wanted);
    } else {
      this.#past.push(before);
      this.#type(wanted);
    }
  }

  /** Whether a person changed the text since the page put it in. */
  get humanEdited() {
    return this.area.value !== this.#programmed;
  }

  focus() {
    (this.#monaco ?? this.area).focus();
  }

  /** Puts the cursor behind the last character. */
  focusEnd() {
    const end = this.area.value.length;
    this.focus();
    (this.#monaco ?? this.area).setSelectionRange(end, end);
  }

  async #load() {
    await seen(this);
    try {
      const bundle = await loadEditorBundle();
      if (this.isConnected) this.#mount(bundle);
    } catch {
      this.#opening = null;
      this.state.textContent = PLAIN;
    }
    return this.#monaco !== null;
  }

  #mount(bundle) {
    const { area } = this;
    const hadFocus = document.activeElement === area;
    const selection = [area.selectionStart, area.selectionEnd];
    const { fontFamily, fontSize, lineHeight } = getComputedStyle(area);
    this.frame = document.createElement("div");
    this.frame.className = "script-editor__frame";
    const place = document.createElement("div");
    this.frame.append(place);
    area.after(this.frame);
    // What is typed into the find widget is no business of the form around it.
    for (const kind of ["input", "change"]) this.frame.addEventListener(kind, (event) => event.stopPropagation());
    this.#monaco = bundle.createEditor(place, {
      texts: [...this.#past, area.value],
      font: { fontFamily, fontSize: parseFloat(fontSize), lineHeight: parseFloat(lineHeight) },
      onChange: (text) => this.#pass(text),
      onLeaving: (leaves) => (this.state.textContent = leaves ? LEAVES_NOW : ""),
      onWrap: () => this.toggleAttribute("wrap"),
    });
    this.#past = [];
    area.hidden = true;
    this.#apply();
    this.state.textContent = "";
    this.#watches = [fitted(this.frame, (width, height) => this.#monaco.layout(width, height))];
    this.#monaco.layout(this.frame.clientWidth, this.frame.clientHeight);
    this.#monaco.setSelectionRange(...selection);
    if (hadFocus) this.#monaco.focus();
  }

  #close() {
    for (const watch of this.#watches) watch.disconnect();
    this.#monaco?.dispose();
    this.frame?.remove();
    this.area.hidden = false;
    this.help.textContent = "";
    this.#monaco = this.#opening = null;
  }

  #apply() {
    if (!this.#monaco) return;
    const name = this.getAttribute("label") ?? this.area.labels[0]?.textContent.trim() ?? "Script";
    const readOnly = this.hasAttribute("readonly") || this.area.readOnly || this.area.disabled;
    this.#monaco.set({
      language: this.getAttribute("language"),
      label: readOnly ? name : `${name}. ${LEAVING}`,
      readOnly,
      wrap: this.hasAttribute("wrap"),
    });
    this.help.textContent = readOnly ? "" : LEAVING;
  }

  #line(name) {
    const line = document.createElement("p");
    line.className = name;
    this.append(line);
    return line;
  }

  // Monaco's text goes into the field, and the page hears of it as if it were typed there.
  #pass(text) {
    this.#passing = true;
    this.area.value = text;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.#passing = false;
  }

  // Something else wrote into the field.
  #follow() {
    if (this.#monaco && this.#monaco.text !== this.area.value) this.#monaco.replace(this.area.value);
  }

  // The plain field keeps its own undo history only where the text comes in like typing.
  #type(text) {
    const { area } = this;
    const focused = document.activeElement;
    area.focus({ preventScroll: true });
    area.select();
    if (document.activeElement === area) document.execCommand("insertText", false, text);
    if (area.value !== text) {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    area.setSelectionRange(0, 0);
    if (focused !== area) focused?.focus({ preventScroll: true });
  }
}

/** Makes every <script-editor> one, also those that arrive later. */
export function installEditor() {
  customElements.define("script-editor", ScriptEditor);
}

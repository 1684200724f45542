// Monaco's colours, made of the page's own tokens, and made again when the page turns dark or light.

import { editor } from "monaco-editor/editor";

const SCHEME = matchMedia("(prefers-color-scheme: dark)");
const NAME = "flowpilot";
let probe;

// The browser does the arithmetic: whatever colour space a token is written in, color-mix gives it back in sRGB.
function channels(token, percent) {
  probe.style.color = `color-mix(in srgb, var(${token}) ${percent}%, transparent)`;
  const [red, green, blue, alpha = 1] = getComputedStyle(probe).color.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
  return [red, green, blue, alpha];
}

function hex(token, percent = 100) {
  const byte = (part) => Math.round(Math.min(1, Math.max(0, part)) * 255);
  return `#${channels(token, percent).map((part) => byte(part).toString(16).padStart(2, "0")).join("")}`;
}

const COLOURS = {
  "editor.background": ["--sunken"],
  "editor.foreground": ["--ink"],
  "editorGutter.background": ["--sunken"],
  "editorLineNumber.foreground": ["--ink-3"],
  "editorLineNumber.activeForeground": ["--ink"],
  "editorLineNumber.dimmedForeground": ["--ink-3"], // of an empty last line
  "editorCursor.foreground": ["--accent-ink"],
  "editor.selectionBackground": ["--accent", 26],
  "editor.inactiveSelectionBackground": ["--accent", 14],
  "editor.selectionHighlightBackground": ["--accent", 14],
  "editor.wordHighlightBackground": ["--ink-3", 16],
  "editor.wordHighlightTextBackground": ["--ink-3", 16],
  "editor.wordHighlightStrongBackground": ["--ink-3", 22],
  "editor.findMatchBackground": ["--warn", 40],
  "editor.findMatchHighlightBackground": ["--warn", 20],
  "editor.findRangeHighlightBackground": ["--ink-3", 10],
  "editor.lineHighlightBackground": ["--hover"],
  "editor.lineHighlightBorder": ["--hover", 0],
  "editor.foldBackground": ["--accent", 8],
  "editorFoldWidget.foreground": ["--ink-3"],
  "editorGutter.foldingControlForeground": ["--ink-2"],
  "editorWhitespace.foreground": ["--line-strong"],
  "editorIndentGuide.background1": ["--line"],
  "editorIndentGuide.activeBackground1": ["--line-strong"],
  "editorBracketMatch.background": ["--accent", 16],
  "editorBracketMatch.border": ["--accent-line"],
  "editorWidget.background": ["--surface"],
  "editorWidget.foreground": ["--ink"],
  "editorWidget.border": ["--line-strong"],
  "editorSuggestWidget.background": ["--surface"],
  "editorSuggestWidget.foreground": ["--ink"],
  "editorSuggestWidget.border": ["--line-strong"],
  "editorSuggestWidget.highlightForeground": ["--accent-ink"],
  "editorSuggestWidget.focusHighlightForeground": ["--accent-ink"],
  "editorSuggestWidget.selectedBackground": ["--accent-soft"],
  "editorSuggestWidget.selectedForeground": ["--ink"],
  "editorHoverWidget.background": ["--surface"],
  "editorHoverWidget.border": ["--line-strong"],
  "list.hoverBackground": ["--hover"],
  "list.focusBackground": ["--accent-soft"],
  "list.focusForeground": ["--ink"],
  "quickInput.background": ["--surface"],
  "quickInput.foreground": ["--ink"],
  "input.background": ["--surface"],
  "input.foreground": ["--ink"],
  "input.border": ["--line-field"],
  "input.placeholderForeground": ["--ink-3"],
  "inputOption.activeBackground": ["--accent-soft"],
  "inputOption.activeBorder": ["--accent"],
  "inputOption.activeForeground": ["--accent-ink"],
  "menu.background": ["--surface"],
  "menu.foreground": ["--ink"],
  "menu.border": ["--line-strong"],
  "menu.selectionBackground": ["--accent-soft"],
  "menu.selectionForeground": ["--ink"],
  "menu.separatorBackground": ["--line"],
  "icon.foreground": ["--ink-2"],
  "toolbar.hoverBackground": ["--hover"],
  focusBorder: ["--accent"],
  "widget.shadow": ["--scrim", 40],
  "scrollbar.shadow": ["--line"],
  "scrollbarSlider.background": ["--ink-3", 30],
  "scrollbarSlider.hoverBackground": ["--ink-3", 45],
  "scrollbarSlider.activeBackground": ["--ink-3", 60],
  "diffEditor.insertedTextBackground": ["--ok", 12],
  "diffEditor.insertedLineBackground": ["--ok", 6],
  "diffEditor.removedTextBackground": ["--bad", 12],
  "diffEditor.removedLineBackground": ["--bad", 6],
  "diffEditor.border": ["--line-strong"],
  "diffEditor.diagonalFill": ["--line"],
};

// Brackets in one quiet colour, but for one that has no partner.
for (let depth = 1; depth <= 6; depth++) COLOURS[`editorBracketHighlight.foreground${depth}`] = ["--ink-2"];
COLOURS["editorBracketHighlight.unexpectedBracket.foreground"] = ["--bad"];

const TOKENS = {
  "": "--ink",
  comment: "--code-comment",
  keyword: "--code-key",
  string: "--code-string",
  regexp: "--code-string",
  number: "--code-number",
  constant: "--code-number",
  variable: "--code-name",
  type: "--code-name",
  tag: "--code-name",
  attribute: "--code-name",
  "attribute.name": "--code-name",
  metatag: "--code-comment",
  delimiter: "--ink-2",
  operator: "--ink-2",
};

function apply() {
  probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const [red, green, blue] = channels("--surface", 100);
  editor.defineTheme(NAME, {
    base: red + green + blue < 1.5 ? "vs-dark" : "vs",
    inherit: true,
    colors: Object.fromEntries(Object.entries(COLOURS).map(([name, colour]) => [name, hex(...colour)])),
    rules: Object.entries(TOKENS).map(([token, colour]) => ({ token, foreground: hex(colour).slice(1, 7) })),
  });
  probe.remove();
  editor.setTheme(NAME);
}

/** Gives every editor the page's colours from now on. */
export function followPage() {
  apply();
  SCHEME.addEventListener("change", apply);
}

// The entry of dist/editor.js: those parts of Monaco that a script needs, behind the two functions our elements call.

import { editor, KeyCode, KeyMod, languages } from "monaco-editor/editor";
import "monaco-editor/editor/contrib/suggest/browser/suggestController";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/diffEditor/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/unicodeHighlighter/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import * as bat from "monaco-editor/languages/definitions/bat/bat";
import * as powershell from "monaco-editor/languages/definitions/powershell/powershell";
import * as python from "monaco-editor/languages/definitions/python/python";
import * as shell from "monaco-editor/languages/definitions/shell/shell";
import { followPage } from "./theme.js";

const LANGUAGES = { powershell, bash: shell, python, batch: bat };
const LF = 1; // EndOfLinePreference; the browser's own system decides otherwise
const NARROW = 480; // below it the text needs the gutter's room
const INLINE = 720; // below it two texts do not fit side by side
// Nothing is open or selected that Esc would end.
const AT_REST = ["suggestWidgetVisible", "findWidgetVisible", "editorHasSelection", "editorHasMultipleSelections"]
  .map((busy) => ` && !${busy}`)
  .join("");

const COMMON = {
  automaticLayout: false, // the elements do it, and never while they are hidden
  contextmenu: true,
  fixedOverflowWidgets: true,
  fontLigatures: false,
  links: false,
  minimap: { enabled: false },
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  padding: { top: 8, bottom: 8 },
  renderLineHighlight: "line",
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, useShadows: false },
  stickyScroll: { enabled: false },
  unusualLineTerminators: "off",
};

// Monaco's own registration loads each language when it is met, which in one file only costs room.
for (const [id, { conf, language }] of Object.entries(LANGUAGES)) {
  languages.register({ id });
  languages.setLanguageConfiguration(id, conf);
  languages.setMonarchTokensProvider(id, language);
}
followPage();

function newModel(text) {
  const model = editor.createModel(text);
  model.setEOL(0); // LF
  return model;
}

function gutter(width) {
  const narrow = width < NARROW;
  return {
    lineNumbers: narrow ? "off" : "on",
    lineNumbersMinChars: 3,
    lineDecorationsWidth: narrow ? 4 : 12,
    folding: !narrow,
    glyphMargin: false,
  };
}

// A font that arrives late is measured again, or the cursor would stand beside the letters.
function remeasure({ fontFamily, fontSize }) {
  document.fonts.load(`${fontSize}px ${fontFamily}`).then(() => editor.remeasureFonts());
}

function whole(model, text) {
  return [{ range: model.getFullModelRange(), text }];
}

// Esc, where nothing else wants it, makes the next Tab leave; any other key, or leaving, takes that back.
function letTabLeave(code, onLeaving) {
  let leaving = false;
  const set = (leaves) => {
    if (leaving === leaves) return;
    leaving = leaves;
    code.updateOptions({ tabFocusMode: leaves });
    onLeaving(leaves);
  };
  code.addAction({
    id: "flowpilot.tabLeaves",
    label: "Let the next Tab leave the editor",
    keybindings: [KeyCode.Escape],
    precondition: `editorTextFocus${AT_REST}`,
    run: () => set(true),
  });
  code.onKeyDown(({ keyCode }) => {
    if (![KeyCode.Tab, KeyCode.Shift, KeyCode.Escape].includes(keyCode)) set(false);
  });
  code.onDidBlurEditorText(() => set(false));
}

/** An editor in `place`, with a history of `texts` of which the last one shows. */
export function createEditor(place, { texts, font, onChange, onLeaving, onWrap }) {
  const model = newModel(texts[0]);
  const code = editor.create(place, {
    ...COMMON,
    ...font,
    ...gutter(Infinity),
    model,
    // Enter is a new line, also while words are offered; Tab takes one.
    acceptSuggestionOnEnter: "off",
    detectIndentation: true,
    dropIntoEditor: { enabled: false },
    insertSpaces: true,
    tabSize: 4,
    wordBasedSuggestions: "currentDocument",
  });
  const replace = (text) => {
    code.pushUndoStop();
    model.pushEditOperations(code.getSelections(), whole(model, text), () => null);
    code.pushUndoStop();
    code.setPosition({ lineNumber: 1, column: 1 });
    code.setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
  };
  for (const later of texts.slice(1)) replace(later);
  const text = () => model.getValue(LF);
  model.onDidChangeContent(() => onChange(text()));
  letTabLeave(code, onLeaving);
  code.addAction({
    id: "flowpilot.wrap",
    label: "Wrap long lines",
    keybindings: [KeyMod.Alt | KeyCode.KeyZ],
    contextMenuGroupId: "view",
    run: onWrap,
  });
  remeasure(font);

  return {
    get text() {
      return text();
    },
    replace,
    set({ language, label, readOnly, wrap }) {
      editor.setModelLanguage(model, language ?? "plaintext");
      code.updateOptions({ ariaLabel: label, readOnly, domReadOnly: readOnly, wordWrap: wrap ? "on" : "off" });
    },
    layout(width, height) {
      code.updateOptions(gutter(width));
      code.layout({ width, height });
    },
    focus: () => code.focus(),
    setSelectionRange(start, end) {
      const from = model.getPositionAt(start);
      const to = model.getPositionAt(end);
      code.setSelection({
        startLineNumber: from.lineNumber,
        startColumn: from.column,
        endLineNumber: to.lineNumber,
        endColumn: to.column,
      });
      code.revealPosition(to);
    },
    dispose() {
      code.dispose();
      model.dispose();
    },
  };
}

/** A read-only comparison in `place`. */
export function createDiff(place, { font }) {
  const models = { original: newModel(""), modified: newModel("") };
  const diff = editor.createDiffEditor(place, {
    ...COMMON,
    ...font,
    ...gutter(Infinity),
    folding: false,
    ignoreTrimWhitespace: false, // in a script an indent can be the change
    originalEditable: false,
    readOnly: true,
    domReadOnly: true,
    renderGutterMenu: false,
    renderLineHighlight: "none", // over the marks of a change it would leave its comments too little contrast
    renderMarginRevertIcon: false,
    renderOverviewRuler: false,
    renderSideBySideInlineBreakpoint: INLINE,
    useInlineViewWhenSpaceIsLimited: true,
  });
  // One that the comparison made for itself would outlive it, and go on comparing texts that are gone.
  const compared = diff.createViewModel(models);
  diff.setModel(compared);
  remeasure(font);
  const names = {};
  // Every other change of its options makes the comparison forget how its two sides are called.
  const call = () => {
    diff.getOriginalEditor().updateOptions({ ariaLabel: names.before });
    diff.getModifiedEditor().updateOptions({ ariaLabel: names.after });
  };

  return {
    setLanguage(language) {
      for (const model of Object.values(models)) editor.setModelLanguage(model, language ?? "plaintext");
    },
    show(before, after) {
      models.original.setValue(before.text);
      models.modified.setValue(after.text);
      Object.assign(names, { before: before.label, after: after.label });
      call();
      diff.getModifiedEditor().setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
    },
    layout(width, height) {
      const shape = width < INLINE ? "inline" : "beside";
      diff.updateOptions({ diffWordWrap: shape === "inline" ? "on" : "off", lineNumbers: gutter(width).lineNumbers });
      diff.layout({ width, height });
      call();
      return shape;
    },
    dispose() {
      diff.dispose();
      compared.dispose();
      for (const model of Object.values(models)) model.dispose();
    },
  };
}

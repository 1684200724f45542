// Where keys write, and what sends it.

const FIELDS = 'textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], .monaco-editor';
const NO_TEXT = ["checkbox", "radio", "button", "submit", "reset", "range", "color", "file"];

/** Whether keys that are pressed here write something, or choose in a field. */
export function writing(element) {
  if (element.matches?.("input")) return !NO_TEXT.includes(element.type);
  return Boolean(element.closest?.(FIELDS));
}

/** Whether this is inside a script editor, which has keys of its own. */
export const inEditor = (element) => Boolean(element.closest?.(".monaco-editor"));

/** Presses the primary button of the form in which somebody writes; false where there is none. */
export function send({ target }) {
  const form = target.form ?? target.closest?.("form");
  const buttons = [...(form?.elements ?? [])].filter((one) => one.matches("button:not([type=button])") && one.checkVisibility());
  const button = buttons.find((one) => one.matches(".button--primary")) ?? buttons.at(-1);
  if (!form?.querySelector("textarea") || !button || button.disabled) return false;
  form.requestSubmit(button);
}

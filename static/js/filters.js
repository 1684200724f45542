// form[data-filters]: choosing shows at once what is left, under an address without what was not chosen.

/** Installs the filters of a list. */
export function installFilters() {
  const form = document.querySelector("form[data-filters]");
  if (!form) return;
  form.addEventListener("change", ({ target }) => target.matches("select") && form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled = "value" in field && field.name !== "" && field.value === "";
  });
  // Back brings the page as it was left, with its fields still disabled.
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}

// form[data-filters]: choosing shows at once what is left, under an address without what was not chosen.

/** Installs the filters of a list. */
export function installFilters() {
  const form = document.querySelector("form[data-filters]");
  if (!form) return;
  form.addEventListener("change", ({ target }) => target.matches("select") && form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled = "value" in field && field.name !== "" && field.value === "";
  });
  // Back brings the page with what was chosen last, and fields still disabled; its address says what it shows.
  addEventListener("pageshow", () => {
    form.reset();
    for (const field of form.elements) field.disabled = false;
  });
}

// Every composer: Enter sends once, what is not sent yet survives a reload, and a repeated send is the same message.

const sent = new WeakMap();
const known = new WeakSet();

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keep(form) {
  const { value } = form.elements.text;
  if (value) sessionStorage.setItem(form.dataset.composer, value);
  else sessionStorage.removeItem(form.dataset.composer);
}

// What was typed and not sent comes back, also into a composer that arrives later.
function restore() {
  for (const form of document.querySelectorAll("[data-composer]")) {
    if (known.has(form)) continue;
    known.add(form);
    const text = form.elements.text;
    if (!text.value) text.value = sessionStorage.getItem(form.dataset.composer) ?? "";
  }
}

function pressed(event) {
  const form = event.target.matches("textarea") && event.target.closest("[data-composer]");
  if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (form.elements.text.value.trim()) form.requestSubmit();
}

// Whose form has been taken away meanwhile, the answer comes to the document instead.
function sending(event) {
  const form = event.target.closest?.("[data-composer]");
  if (!form || event.defaultPrevented) return;
  const { key, text } = form.elements;
  // The key belongs to one text: the same text sent again is the same message, another text is a new one.
  if (sent.has(form) && sent.get(form) !== text.value) {
    key.value = newKey();
    event.detail.ctx.request.body.set("key", key.value);
  }
  sent.set(form, text.value);
}

function answered(event) {
  const form = event.target.closest?.("[data-composer]");
  const { response, hx } = event.detail.ctx;
  // Whoever is led elsewhere, to sign in again, has sent nothing.
  if (!form || response.status !== 200 || hx.redirect) return;
  if (form.elements.text.value === sent.get(form)) form.elements.text.value = "";
  sent.delete(form);
  form.querySelector("[data-composer-error]").replaceChildren();
  form.elements.key.value = newKey();
  keep(form);
  form.dispatchEvent(new CustomEvent("composer:sent", { bubbles: true }));
}

/** Installs the composers. */
export function installComposer() {
  restore();
  document.addEventListener("htmx:after:swap", restore);
  document.addEventListener("input", ({ target }) => target.closest("[data-composer]") && keep(target.closest("[data-composer]")));
  document.addEventListener("keydown", pressed);
  document.addEventListener("htmx:config:request", sending);
  document.addEventListener("htmx:after:request", answered);
}

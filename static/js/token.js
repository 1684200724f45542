// The page's token against forged requests, which htmx sends along by itself.
export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
}

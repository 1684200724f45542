// The API's documentation, to be read and tried: Swagger UI, fetched on that page alone.
import { token } from "../token.js";

// Swagger UI knows a dark look by a class alone; ours follows the system.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const place = document.getElementById("api-docs");

// What it says above its operations is a part of our page: below our heading, and found among the regions.
function fitIn() {
  place.querySelector(".info h1")?.setAttribute("aria-level", "2");
  for (const [part, name] of [[".information-container", "About the API"], [".scheme-container", "Authorization"]]) {
    place.querySelector(part)?.setAttribute("role", "region");
    place.querySelector(part)?.setAttribute("aria-label", name);
  }
}

globalThis.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  onComplete: fitIn,
  // As links the paths would stand inside the buttons that fold the operations out: two stops of the keyboard for one.
  deepLinking: false,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = token();
    return request;
  },
});

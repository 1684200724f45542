// The API's documentation, to be read and tried: Swagger UI, fetched on that page alone.
import { token } from "../token.js";

const place = document.getElementById("api-docs");

globalThis.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = token();
    return request;
  },
});

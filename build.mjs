// Builds static/dist: our islands and styles in one minified file each, fonts, icons, and htmx as it comes.
import { readFile, rm, mkdir, writeFile } from "node:fs/promises";
import esbuild from "esbuild";

const out = "static/dist";

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

await esbuild.build({
  entryPoints: { app: "static/js/main.js", "api-docs": "static/js/api-docs/main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});

await esbuild.build({
  entryPoints: { app: "static/css/main.css", styleguide: "static/css/styleguide.css" },
  outdir: out,
  bundle: true,
  minify: true,
  loader: { ".svg": "dataurl" },
  external: ["./fonts/*"], // tools/fonts.py writes them
  target: ["chrome111", "firefox113", "safari16.4"],
  logLevel: "warning",
});

// Monaco apart from the app: a page fetches it when an editor is first opened in it.
const vs = "node_modules/monaco-editor/esm/vs";
const monaco = JSON.parse(await readFile("node_modules/monaco-editor/package.json", "utf8"));
const notice = { js: `/*! Monaco Editor ${monaco.version}, Microsoft Corporation, MIT; see editor.LICENSE.txt */` };

// The policy takes a <style> element only with the page's nonce, of which Monaco knows nothing. It makes them in two
// places; where that is no longer so, the build ends here rather than the editor in somebody's browser.
const STYLED = ["base/browser/domStylesheets.js", "base/browser/ui/contextview/contextview.js"];
const MAKES_STYLE = /const style = document\.createElement\('style'\);/g;

const nonceForStyles = {
  name: "nonce-for-styles",
  setup(build) {
    const given = new Set();
    build.onLoad({ filter: /monaco-editor[\\/]esm[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const makes = source.match(/createElement\((['"`])style\1\)/g)?.length ?? 0;
      if (!makes) return { contents: source };
      const file = path.replaceAll("\\", "/").split("/esm/vs/")[1];
      if (!STYLED.includes(file) || makes !== 1 || source.match(MAKES_STYLE)?.length !== 1) {
        return { errors: [{ text: `Monaco makes <style> elements in a way that gets no nonce: ${file}` }] };
      }
      given.add(file);
      return { contents: source.replace(MAKES_STYLE, "$& style.nonce = globalThis.MonacoEnvironment.styleNonce;") };
    });
    build.onEnd(() => {
      const missed = STYLED.filter((file) => !given.has(file));
      return { errors: missed.map((file) => ({ text: `Monaco makes no <style> element in ${file} any more` })) };
    });
  },
};

await esbuild.build({
  entryPoints: { editor: "static/js/monaco/main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "FlowPilotEditor",
  target: "es2022",
  legalComments: "none",
  banner: notice,
  loader: { ".ttf": "file" },
  assetNames: "fonts/[name]",
  plugins: [nonceForStyles],
  logLevel: "warning",
});

await esbuild.build({
  entryPoints: { "editor.worker": `${vs}/editor/editor.worker.js` },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  banner: notice,
  logLevel: "warning",
});

// The charts apart from the app too: one page draws them.
const chart = JSON.parse(await readFile("node_modules/chart.js/package.json", "utf8"));
await esbuild.build({
  entryPoints: { insights: "static/js/insights/main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  banner: { js: `/*! Chart.js ${chart.version}, Chart.js Contributors, MIT; see insights.LICENSE.txt */` },
  logLevel: "warning",
});
const chartTerms = ["chart.js", "@kurkle/color"].map((name) => `node_modules/${name}/LICENSE.md`);
await writeFile(`${out}/insights.LICENSE.txt`, (await Promise.all(chartTerms.map((path) => readFile(path, "utf8")))).join("\n\n"));

const licences = ["LICENSE", "ThirdPartyNotices.txt"].map((name) => `node_modules/monaco-editor/${name}`);
const terms = await Promise.all(licences.map((path) => readFile(path, "utf8")));
await writeFile(`${out}/editor.LICENSE.txt`, terms.join("\n\n"));

// The manifest storage follows a sourceMappingURL and fails where the map is not shipped.
const withoutMap = (source) => source.replace(/\n?\/[/*]# sourceMappingURL=.*\s*$/, "\n");
const swagger = "node_modules/swagger-ui-dist";
for (const [name, path] of Object.entries({
  "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
  "swagger-ui.js": `${swagger}/swagger-ui-bundle.js`,
  "swagger-ui.css": `${swagger}/swagger-ui.css`,
})) {
  await writeFile(`${out}/${name}`, withoutMap(await readFile(path, "utf8")));
}
const swaggerTerms = ["LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"].map((name) => `${swagger}/${name}`);
await writeFile(`${out}/swagger-ui.LICENSE.txt`, (await Promise.all(swaggerTerms.map((path) => readFile(path, "utf8")))).join("\n\n"));

// One sprite with the icons that the templates name, and our own mark.
const icons = JSON.parse(await readFile("static/icons.json", "utf8"));
const inner = (svg) => svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
const symbol = (id, svg) => `<symbol id="${id}" viewBox="0 0 24 24">${inner(svg)}</symbol>`;
const symbols = await Promise.all(
  Object.entries(icons).map(async ([id, name]) =>
    symbol(id, await readFile(`node_modules/lucide-static/icons/${name}.svg`, "utf8")),
  ),
);
symbols.push(symbol("mark", await readFile("static/brand/mark.svg", "utf8")));
await writeFile(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);

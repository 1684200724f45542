// The page's own colours and letters for the charts, and patterns, so that a colour is never the only sign.

let probe;

// The browser does the arithmetic: whatever colour space a token is written in, color-mix gives it back in sRGB.
function colour(token) {
  probe.style.color = `color-mix(in srgb, var(${token}) 100%, transparent)`;
  const [red, green, blue, alpha = 1] = getComputedStyle(probe).color.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
  const byte = (part) => Math.round(Math.min(1, Math.max(0, part)) * 255);
  return `rgb(${byte(red)} ${byte(green)} ${byte(blue)} / ${alpha})`;
}

// A tile of six by six, drawn in the screen's own dots, so that its lines stay sharp.
function pattern(ground, ink, draw) {
  const size = 6;
  const dots = Math.max(1, Math.ceil(devicePixelRatio));
  const tile = Object.assign(document.createElement("canvas"), { width: size * dots, height: size * dots });
  const pen = tile.getContext("2d");
  pen.scale(dots, dots);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineWidth = 1.2;
  draw(pen, size);
  const made = pen.createPattern(tile, "repeat");
  made.setTransform(new DOMMatrix().scale(1 / dots));
  return made;
}

function line(pen, ...points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

const stripes = (pen, size) => {
  for (const by of [-size, 0, size]) line(pen, [by - 1, size + 1], [by + size + 1, -1]);
};
const crosses = (pen, size) => {
  stripes(pen, size);
  for (const by of [-size, 0, size]) line(pen, [by - 1, -1], [by + size + 1, size + 1]);
};

/** What the charts are painted with, as the page looks now. */
export function look() {
  probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const of = (name) => colour(`--chart-${name}`);
  const made = {
    ink: of("ink"),
    line: of("line"),
    edge: of("edge"),
    surface: of("surface"),
    accent: of("accent"),
    span: of("span"),
    fills: {
      worked: of("worked"),
      partly: pattern(of("partly-ground"), of("partly"), stripes),
      failed: pattern(of("failed-ground"), of("failed"), crosses),
      dismissed: of("dismissed-ground"),
    },
    edges: Object.fromEntries(["worked", "partly", "failed", "dismissed"].map((name) => [name, of(name)])),
    ages: [0, 1, 2, 3, 4].map((age) => of(`age-${age}`)),
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return made;
}

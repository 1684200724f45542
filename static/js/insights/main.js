// canvas[data-chart]: draws the table that it names, again when the page turns dark or light. The table stays, folded
// away; where there is nothing to draw, or no script, it is open.

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { MAKERS } from "./charts.js";
import { look } from "./look.js";
import { read } from "./table.js";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

let drawn = [];

function draw(canvas, painted) {
  const box = canvas.parentElement;
  const { height, ...chart } = MAKERS[canvas.dataset.chart](
    read(document.getElementById(canvas.dataset.table)),
    painted,
    box.clientWidth,
  ) ?? {};
  if (!chart.type) {
    box.hidden = true;
    canvas.closest(".figure").querySelector(".figure__data").open = true;
    return;
  }
  if (height) box.style.height = `${height}px`;
  drawn.push(new Chart(canvas, chart));
}

function drawAll() {
  for (const chart of drawn) chart.destroy();
  drawn = [];
  const painted = look();
  Object.assign(Chart.defaults.font, { family: painted.font, size: 11.5 });
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) draw(canvas, painted);
}

// The labels are measured as they are drawn, so the page's letters are there first.
document.fonts.ready.then(() => {
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
});

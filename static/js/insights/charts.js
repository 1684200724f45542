// One maker a kind of chart: from a table's rows and the page's look to what Chart.js is told.

const FEW = 5; // sessions of a week say little
const MOST_BARS = 10; // of which a chart of intervals shows the surest; the table has them all
const STEPS = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 7200, 10080, 20160];

/** Minutes on a scale: in minutes, hours or days, whichever says it shortest. */
function span(minutes) {
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${minutes / 60} h` : `${minutes / 1440} d`;
}

const stepFor = (most) => STEPS.find((step) => most / step <= 5) ?? Math.ceil(most / 5 / 1440) * 1440;
const withoutYear = (name) => name.replace(/ \d{4}$/, "");
const short = (words, most) => (words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words);

function frame(look, over = {}) {
  const grid = { color: look.line, drawTicks: false };
  const ticks = { color: look.ink, padding: 6, maxRotation: 0, autoSkipPadding: 14 };
  const scale = (more = {}) => ({ border: { display: false }, ...more, grid: { ...grid, ...more.grid }, ticks: { ...ticks, ...more.ticks } });
  const { x, y, tooltip, ...rest } = over;
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", axis: rest.indexAxis ?? "x", intersect: false },
    ...rest,
    scales: { x: scale(x), y: scale(y) },
    plugins: {
      legend: {
        position: "bottom",
        align: "start",
        onClick: null,
        labels: { color: look.ink, boxWidth: 12, boxHeight: 12, padding: 14 },
      },
      tooltip: {
        backgroundColor: look.surface,
        borderColor: look.edge,
        borderWidth: 1,
        padding: 10,
        titleColor: look.ink,
        bodyColor: look.ink,
        footerColor: look.ink,
        footerFont: { weight: "normal" },
        boxPadding: 4,
        ...tooltip,
      },
    },
  };
}

const WHOLE = { beginAtZero: true, ticks: { precision: 0 } };
const NO_LINES = { grid: { display: false } };

/** Fixes a week, one colour and pattern an outcome. */
function stacked({ names, series }, look) {
  const datasets = Object.entries(series).map(([name, { label, values }]) => ({
    label,
    data: values,
    backgroundColor: look.fills[name],
    borderColor: look.edges[name],
    borderWidth: 1,
    maxBarThickness: 36,
  }));
  const options = frame(look, { x: { stacked: true, ...NO_LINES }, y: { stacked: true, ...WHOLE } });
  return { type: "bar", data: { labels: names.map(withoutYear), datasets }, options };
}

/** Times a week; a week without a session is a gap. */
function lines({ names, series: { median, most, sessions } }, look) {
  const longest = Math.max(...median.values, ...most.values);
  const line = ({ label, values }, more) => ({ label, data: values, spanGaps: false, borderWidth: 2, pointRadius: 3.5, ...more });
  const filled = sessions.values.map((of) => (of < FEW ? look.surface : look.accent));
  const datasets = [
    line(median, { borderColor: look.accent, backgroundColor: look.accent, pointBackgroundColor: filled, pointBorderWidth: 2 }),
    line(most, { borderColor: look.ink, backgroundColor: look.surface, borderDash: [4, 4], pointStyle: "rect", borderWidth: 1.5 }),
  ];
  // Where no week has enough for it, a line without a point would only raise a question.
  if (most.values.every((value) => value === null)) datasets.pop();
  const tooltip = {
    callbacks: {
      label: ({ datasetIndex, dataIndex, dataset }) => `${dataset.label}: ${[median, most][datasetIndex].words[dataIndex]}`,
      footer: ([{ dataIndex }]) => `Sessions: ${sessions.words[dataIndex]}`,
    },
  };
  const options = frame(look, {
    x: { ...NO_LINES, offset: true },
    y: { beginAtZero: true, ticks: { stepSize: stepFor(longest), callback: span } },
    tooltip,
  });
  Object.assign(options.plugins.legend.labels, { usePointStyle: true, boxWidth: 8, boxHeight: 8 });
  const labels = names.map((name, at) => [withoutYear(name), sessions.values[at] === null ? "" : `n ${sessions.words[at]}`]);
  return { type: "line", data: { labels, datasets }, options };
}

/** How many sessions each span of time holds, with the number at the end of its bar. */
function bars({ names, series: { sessions } }, look) {
  const datasets = [{ label: sessions.label, data: sessions.values, backgroundColor: look.accent, borderRadius: 2, maxBarThickness: 14 }];
  const options = frame(look, {
    indexAxis: "y",
    x: { ...WHOLE, display: false },
    y: { ...NO_LINES, ticks: { autoSkip: false, crossAlign: "far" } },
    layout: { padding: { right: 28 } },
  });
  options.plugins.legend.display = false;
  const numbers = {
    id: "numbers",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      Object.assign(ctx, { fillStyle: look.ink, textBaseline: "middle", font: `500 11.5px ${look.font}` });
      chart.getDatasetMeta(0).data.forEach((bar, at) => ctx.fillText(sessions.values[at], bar.x + 6, bar.y));
      ctx.restore();
    },
  };
  return { type: "bar", data: { labels: names, datasets }, options, plugins: [numbers] };
}

/** Where each true share may lie, and a point where it was; those with too few outcomes are left to the table. */
function intervals({ names, series: { of, worked, share, low, high } }, look, width) {
  const told = names.map((_, at) => at).filter((at) => share.values[at] !== null).slice(0, MOST_BARS);
  if (!told.length) return null;
  const letters = Math.max(12, Math.floor((width * 0.42) / 6.4));
  const says = (at) => `${worked.words[at]} of ${of.words[at]}`;
  const datasets = [{ data: told.map((at) => [low.values[at], high.values[at]]), backgroundColor: look.span, borderRadius: 4, borderSkipped: false, barThickness: 8 }];
  const tooltip = {
    displayColors: false,
    callbacks: {
      title: ([{ dataIndex }]) => names[told[dataIndex]],
      label: ({ dataIndex }) => {
        const at = told[dataIndex];
        return `${says(at)} worked, ${share.words[at]}; with 95 % confidence ${low.words[at]} to ${high.words[at]}`;
      },
    },
  };
  const options = frame(look, {
    indexAxis: "y",
    x: { min: 0, max: 100, ticks: { stepSize: 25, callback: (value) => `${value} %` } },
    y: { ...NO_LINES, ticks: { autoSkip: false, crossAlign: "far" } },
    tooltip,
  });
  options.plugins.legend.display = false;
  const points = {
    id: "points",
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      Object.assign(ctx, { fillStyle: look.accent, strokeStyle: look.surface, lineWidth: 2 });
      chart.getDatasetMeta(0).data.forEach((bar, row) => {
        ctx.beginPath();
        ctx.arc(scales.x.getPixelForValue(share.values[told[row]]), bar.y, 5.5, 0, 2 * Math.PI);
        ctx.fill();
        ctx.stroke();
      });
      ctx.restore();
    },
  };
  const labels = told.map((at) => [short(names[at], letters), says(at)]);
  return { type: "bar", data: { labels, datasets }, options, plugins: [points], height: told.length * 44 + 36 };
}

/** What is open, the older the darker. */
function ages({ names, series }, look, width) {
  const letters = Math.max(12, Math.floor((width * 0.42) / 6.4));
  const datasets = Object.values(series).map(({ label, values }, age) => ({
    label,
    data: values,
    backgroundColor: look.ages[age],
    borderColor: look.surface,
    borderWidth: { right: 1 },
    maxBarThickness: 22,
  }));
  const options = frame(look, {
    indexAxis: "y",
    x: { stacked: true, ...WHOLE },
    y: { stacked: true, ...NO_LINES, ticks: { autoSkip: false, crossAlign: "far" } },
  });
  const labels = names.map((name) => short(name, letters));
  return { type: "bar", data: { labels, datasets }, options, height: names.length * 38 + 76 };
}

export const MAKERS = { stacked, lines, bars, intervals, ages };

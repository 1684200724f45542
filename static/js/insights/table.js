// The table behind a chart: what a chart draws stands there, so that the two never disagree.

const valueOf = (cell) => {
  const data = cell.querySelector("data");
  return data ? Number(data.value) : null;
};

/** A table's rows: their names, and by each series that its head names the values (null where there is none) and words. */
export function read(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const series = {};
  heads.forEach((head, at) => {
    const name = head.dataset.series;
    if (!name) return;
    series[name] = {
      label: head.textContent.trim(),
      values: rows.map((row) => valueOf(row[at])),
      words: rows.map((row) => row[at].textContent.trim()),
    };
  });
  return { names: rows.map((row) => row[0].firstElementChild.textContent.trim()), series };
}

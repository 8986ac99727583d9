/* Where every tooth of a chart stands: rows by jaw and dentition, columns shared by both jaws.
   The patient's right is on the left, as the doctor looks at the patient. */

const COLUMNS = {
  permanent: [43, 40, 42, 43, 43, 55, 53, 48],
  primary: [39, 36, 38, 47, 54],
};
const EXTRA_COLUMN = 30; // a supernumerary tooth beside its neighbour
const MIDLINE_GAP = 12;
const MARGIN = 20;

const ROW_KINDS = {
  full: { root: 50, crown: 31, gap: 5, surface: 43, rootScale: 1, crownScale: 1, scale: 1 },
  low: { root: 35, crown: 28, gap: 4, surface: 42, rootScale: 0.68, crownScale: 0.88, scale: 1 },
  flat: { root: 0, crown: 0, gap: 0, surface: 32, rootScale: 1, crownScale: 1, scale: 0.8 }, // surface view only
};

const ROWS = {
  permanent: [
    { quadrants: [1, 2], kind: "full" },
    { quadrants: [4, 3], kind: "full" },
  ],
  primary: [
    { quadrants: [5, 6], kind: "full" },
    { quadrants: [8, 7], kind: "full" },
  ],
  mixed: [
    { quadrants: [1, 2], kind: "low" },
    { quadrants: [5, 6], kind: "flat" },
    { quadrants: [8, 7], kind: "flat" },
    { quadrants: [4, 3], kind: "low" },
  ],
};

/** Lay out a dentition. `text` enlarges the lines of text when the whole drawing will be shown smaller. */
export function layFrame(dentition, { supernumerary = [], text = 1 } = {}) {
  const widths = COLUMNS[dentition === "primary" ? "primary" : "permanent"];
  const halves = {
    right: slots(widths, supernumerary, ["1", "4", "5", "8"]),
    left: slots(widths, supernumerary, ["2", "3", "6", "7"]),
  };
  const half = Math.max(...Object.values(halves).map((side) => side.reduce((sum, slot) => sum + slot.width, 0)));
  const width = half * 2 + MIDLINE_GAP + MARGIN * 2;
  const rows = stackRows(ROWS[dentition], text);
  for (const row of rows) {
    row.cells = [
      ...cellsOf(halves.right, row.quadrants[0], supernumerary, width / 2, -1).reverse(),
      ...cellsOf(halves.left, row.quadrants[1], supernumerary, width / 2, 1),
    ];
  }
  return { dentition, text, rows, width, height: rows.height, middle: width / 2, half: half + MIDLINE_GAP / 2, margin: MARGIN };
}

/** The columns of one side from the midline outwards; an extra one where a supernumerary tooth stands. */
function slots(widths, supernumerary, quadrants) {
  const extra = new Set(supernumerary.filter((code) => quadrants.includes(code[0])).map((code) => Number(code[1])));
  const columns = [];
  widths.forEach((width, index) => {
    const slot = { position: index + 1, width };
    const beside = extra.has(slot.position) ? [{ position: slot.position, width: EXTRA_COLUMN, extra: true }] : [];
    // Between the incisors a supernumerary tooth usually stands at the midline, elsewhere behind its neighbour.
    columns.push(...(slot.position === 1 ? [...beside, slot] : [slot, ...beside]));
  });
  return columns;
}

function cellsOf(columns, quadrant, supernumerary, middle, direction) {
  let offset = MIDLINE_GAP / 2;
  const cells = [];
  for (const slot of columns) {
    const code = `${quadrant}${slot.position}${slot.extra ? "s" : ""}`;
    const exists = slot.extra ? supernumerary.includes(code) : quadrant < 5 || slot.position <= 5;
    if (exists) cells.push({ code, x: middle + direction * (offset + slot.width / 2), width: slot.width });
    offset += slot.width;
  }
  return cells;
}

function stackRows(specs, text) {
  const letters = 13 * text;
  const number = 17 * text;
  const rows = specs.map(({ quadrants, kind }) => {
    const size = ROW_KINDS[kind];
    const neck = letters + size.root;
    const surface = neck + size.crown + size.gap + size.surface / 2;
    const edge = surface + size.surface / 2;
    // From the outer edge inwards: state letters, side view, surface view, number.
    return {
      quadrants,
      kind,
      size,
      at: { letters: letters / 2, crest: letters, neck, surface, edge, number: edge + number / 2 + 2 },
      depth: edge + number + 4,
    };
  });
  const upper = rows.slice(0, rows.length / 2);
  const height = upper.reduce((sum, row) => sum + row.depth, 0) * 2 + 2;
  let end = 0;
  rows.forEach((row, index) => {
    row.upper = index < upper.length;
    const top = end + (index === upper.length ? 2 : 0);
    end = top + row.depth;
    row.y = row.upper ? (value) => top + value : (value) => top + row.depth - value;
  });
  return Object.assign(rows, { height });
}

/** The teeth inside the rectangle spanned by two teeth; within a row simply the run between them. */
export function teethBetween(frame, from, to) {
  const [a, b] = [from, to].map((code) => place(frame, code));
  if (!a || !b) return [];
  const [left, right] = [Math.min(a.cell.x, b.cell.x), Math.max(a.cell.x, b.cell.x)];
  const [first, last] = [Math.min(a.index, b.index), Math.max(a.index, b.index)];
  return frame.rows
    .slice(first, last + 1)
    .flatMap((row) => row.cells.filter((cell) => cell.x >= left && cell.x <= right).map((cell) => cell.code));
}

/** The tooth reached by an arrow key, or the same tooth at the edge of the chart. */
export function neighbour(frame, code, key) {
  const here = place(frame, code);
  if (!here) return code;
  const { row, cell, index } = here;
  const column = row.cells.indexOf(cell);
  if (key === "ArrowLeft") return (row.cells[column - 1] || cell).code;
  if (key === "ArrowRight") return (row.cells[column + 1] || cell).code;
  if (key === "Home") return row.cells[0].code;
  if (key === "End") return row.cells[row.cells.length - 1].code;
  const next = frame.rows[index + (key === "ArrowUp" ? -1 : 1)];
  if (!next) return code;
  const distance = (other) => Math.abs(other.x - cell.x);
  return next.cells.reduce((best, other) => (distance(other) < distance(best) ? other : best)).code;
}

function place(frame, code) {
  for (const [index, row] of frame.rows.entries()) {
    const cell = row.cells.find((candidate) => candidate.code === code);
    if (cell) return { row, cell, index };
  }
  return null;
}

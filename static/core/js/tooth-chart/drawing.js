/* Builds the SVG of a chart once, then only marks what is chosen. */

import { surfaceShapes, rootShapes, toothAnatomy } from "./anatomy.js";
import { drawExtraction, drawFlatMarks, drawSide, drawSurfaces, ToothStates } from "./states.js";
import { path, svg, toned } from "./svg.js";

const FONT = 11;
const SIDE_FONT = 9.5;
const LARGEST_SIDE_TEXT = 1.2; // the words along the edge have no room to grow further

/** Draw the whole chart; `data` is the server's JSON. Returns the SVG and each tooth's nodes by code. */
export function drawChart(frame, data) {
  const teeth = new Map();
  for (const row of frame.rows) for (const cell of row.cells) teeth.set(cell.code, drawTooth(frame, row, cell, data));
  const readOnly = Boolean(data.readOnly);
  const root = svg(
    "svg",
    {
      viewBox: `0 0 ${frame.width} ${frame.height}`,
      class: "z-tc-svg",
      role: readOnly ? "group" : "listbox",
      "aria-label": data.texts.chart,
      "aria-multiselectable": readOnly ? null : "true",
    },
    [drawBackground(frame, data), ...drawBridges(frame, data.bridges || []), ...[...teeth.values()].map((tooth) => tooth.node)],
  );
  root.style.setProperty("--z-tc-font", `${FONT * frame.text}px`);
  root.style.setProperty("--z-tc-side-font", `${SIDE_FONT * sideText(frame)}px`);
  root.style.setProperty("max-width", `${frame.width}px`);
  shade(root, data.id);
  return { root, teeth };
}

/** Shades are attributes, so that the style sheet can paint over them where a state needs it. */
function shade(root, id) {
  for (const name of ["crown", "root", "hatched"]) {
    for (const node of root.querySelectorAll(`.z-tc-${name}`)) node.setAttribute("fill", `url(#${id}-${name})`);
  }
}

/* ---- behind the teeth ---- */

function drawBackground(frame, data) {
  const edge = [frame.middle - frame.half, frame.middle + frame.half];
  const crest = frame.rows[0].at.crest;
  const nodes = [
    svg("defs", {}, drawDefinitions(data.id)),
    ...frame.rows.filter((row) => row.size.root).map((row) => drawGum(frame, row, data.id)),
    path(`M${frame.middle},${crest} V${frame.height - crest}`, "midline"),
    path(`M${edge[0]},${frame.height / 2} H${edge[1]}`, "between"),
    ...frame.rows.flatMap((row) => drawSurfaceLabels(frame, row, data.texts)),
    ...drawSideLabels(frame, data.texts),
  ];
  return svg("g", { "aria-hidden": "true" }, nodes);
}

/** Shades and the hatching of temporary fillings; ids are the chart's own, colours stand in the style sheet. */
function drawDefinitions(id) {
  return [
    gradient(`${id}-gum-upper`, { y1: 0, y2: 1 }, [
      [0, "gum-far"],
      [1, "gum-near"],
    ]),
    gradient(`${id}-gum-lower`, { y1: 1, y2: 0 }, [
      [0, "gum-far"],
      [1, "gum-near"],
    ]),
    gradient(`${id}-crown`, { y1: 0, y2: 1 }, [
      [0, "crown-neck"],
      [0.45, "crown-body"],
    ]),
    gradient(`${id}-root`, { x2: 1 }, [
      [0, "root-edge"],
      [0.45, "root-body"],
      [1, "root-edge"],
    ]),
    svg("pattern", { id: `${id}-hatched`, width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, [
      svg("rect", { width: 4, height: 4, class: "z-tc-hatch-ground" }),
      path("M0,0V4", "hatch-line"),
    ]),
  ];
}

const gradient = (id, { x2 = 0, y1 = 0, y2 = 0 }, stops) =>
  svg(
    "linearGradient",
    { id, x1: 0, x2, y1, y2 },
    stops.map(([offset, style]) => svg("stop", { offset, class: `z-tc-${style}` })),
  );

/** The gum: a scalloped band that dips between the teeth. */
function drawGum(frame, row, id) {
  const [far, low, high] = [row.y(row.at.crest + 6), row.y(row.at.neck + 5), row.y(row.at.neck - 5.5)];
  let d = `M${frame.middle - frame.half},${far} L${frame.middle - frame.half},${low}`;
  for (const cell of row.cells) {
    const [start, end] = [cell.x - cell.width / 2, cell.x + cell.width / 2];
    d += `L${start},${low}C${start + cell.width * 0.22},${high} ${end - cell.width * 0.22},${high} ${end},${low}`;
  }
  d += `L${frame.middle + frame.half},${low}L${frame.middle + frame.half},${far}Z`;
  return path(d, "gum", { fill: `url(#${id}-gum-${row.upper ? "upper" : "lower"})` });
}

/** В and Н (Я) beside each row of surface views. */
function drawSurfaceLabels(frame, row, texts) {
  const reach = row.size.surface / 2 - 6;
  const labels = [
    [-reach, texts.buccal],
    [reach, row.upper ? texts.palatal : texts.lingual],
  ];
  return labels.map(([offset, text]) => sideLabel({ x: frame.margin * 0.45, y: row.y(row.at.surface + offset) }, text));
}

/** Right and left of the patient: along the roots, or beside the primary teeth where they are shown, too. */
function drawSideLabels(frame, texts) {
  const flat = frame.rows.find((row) => !row.size.root);
  if (flat) {
    const y = flat.y(flat.at.surface);
    const reach = frame.half - 4;
    return [
      sideLabel({ x: frame.middle - reach, y, anchor: "start" }, texts.right),
      sideLabel({ x: frame.middle + reach, y, anchor: "end" }, texts.left),
    ];
  }
  const row = frame.rows[0];
  const x = frame.margin * 0.45;
  const y = Math.max(row.y(row.at.crest + row.size.root * 0.62), 44 * sideText(frame));
  return [sideLabel({ x, y, turn: -90 }, texts.right), sideLabel({ x: frame.width - x, y, turn: 90 }, texts.left)];
}

const sideText = (frame) => Math.min(frame.text, LARGEST_SIDE_TEXT);

const sideLabel = ({ x, y, turn = 0, anchor = "middle" }, text) =>
  svg("text", { transform: `translate(${x} ${y}) rotate(${turn})`, dy: ".35em", class: `z-tc-side z-tc-${anchor}` }, text);

/** A bar through the teeth of a bridge. */
function drawBridges(frame, bridges) {
  const cells = new Map(frame.rows.flatMap((row) => row.cells.map((cell) => [cell.code, { row, cell }])));
  return bridges.flatMap((codes) => {
    const ends = codes.map((code) => cells.get(code)).filter(Boolean);
    if (ends.length < 2) return [];
    const xs = ends.map(({ cell }) => cell.x);
    const { row } = ends[0];
    const bar = (offset) => toned(path(`M${Math.min(...xs)},${row.y(offset)} H${Math.max(...xs)}`, "bridge"), "crown");
    return row.size.root ? [bar(row.at.neck + row.size.crown * 0.5), bar(row.at.surface)] : [bar(row.at.surface)];
  });
}

/* ---- one tooth ---- */

function drawTooth(frame, row, cell, data) {
  const { code, x } = cell;
  const tooth = toothAnatomy(code, row.size);
  const states = new ToothStates(data.states[code]);
  const transform = (y) => `translate(${x} ${y}) scale(${tooth.right ? 1 : -1} ${tooth.upper ? 1 : -1})`;
  const picked = svg("g", { class: "z-tc-picked" });
  const drawing = [column(row, cell)];
  if (row.size.root) {
    const side = svg("g", { transform: tilt(states) }, drawSide(tooth, states));
    drawing.push(
      svg("g", { class: "z-tc-side-view", transform: transform(row.y(row.at.neck)) }, [side, drawExtraction(tooth, states)]),
    );
  }
  const flat = row.size.root ? [] : drawFlatMarks(states);
  const faces = [...drawSurfaces(tooth, states, data.done[code]), ...flat, picked];
  drawing.push(svg("g", { class: "z-tc-top-view", transform: transform(row.y(row.at.surface)) }, faces));
  drawing.push(...drawNumber(frame, row, cell, states, data), drawLetters(row, cell, states, data));
  // The numbers and letters stay outside of the option: its name, set by the element, says more than they do.
  const option = svg(
    "g",
    { id: `${data.id}-${code}`, class: "z-tc-option" },
    drawHits(row, cell, tooth, transform, data.readOnly),
  );
  const node = svg("g", { class: "z-tc-tooth", "data-tooth": code, "data-roots": rootCount(tooth) }, [
    svg("g", { "aria-hidden": "true" }, drawing),
    option,
  ]);
  return { node, option, picked, shapes: surfaceShapes(tooth) };
}

const rootCount = (tooth) => rootShapes(tooth).tips.length;

/** An impacted tooth lies smaller and turned in the gum. */
function tilt(states) {
  const impacted = states.get("impacted");
  return impacted ? `translate(0 -10) rotate(${Number(impacted.tilt) || 0}) scale(.74)` : null;
}

function column(row, { x, width }, style = "column") {
  const [a, b] = [row.y(1), row.y(row.depth - 1)];
  return svg("rect", {
    x: x - width / 2 + 0.5,
    y: Math.min(a, b),
    width: width - 1,
    height: Math.abs(b - a),
    rx: 7,
    class: `z-tc-${style}`,
  });
}

function drawNumber(frame, row, { code, x }, states, data) {
  const y = row.y(row.at.number);
  const size = frame.text;
  const width = (code.length > 2 ? 30 : 24) * size;
  const nodes = [
    svg("rect", { x: x - width / 2, y: y - 7.5 * size, width, height: 15 * size, rx: 4 * size, class: "z-tc-badge" }),
    svg("text", { x, y, dy: ".36em", class: `z-tc-number${states.isGone ? " z-tc-faint" : ""}` }, code),
  ];
  if (data.order.includes(code)) nodes.push(orderMark(x + width / 2 + 5 * size, y, size));
  return nodes;
}

function orderMark(x, y, size) {
  const mark = svg("g", { class: "z-tc-ordered", transform: `translate(${x} ${y}) scale(${size})` });
  mark.append(svg("circle", { r: 4.6 }), svg("path", { d: "M-2.1,0 L-.5,1.7 L2.2,-1.5" }));
  return mark;
}

function drawLetters(row, { x }, states, data) {
  const keys = [...new Set(states.found.map((state) => state.key))].filter(
    (key) => data.palette[key] && data.palette[key].letter,
  );
  const hidden = { filling: "secondary_caries", missing: states.isGone ? null : "implant" };
  const shown = keys.filter((key) => !(hidden[key] && states.has(hidden[key])) && !(key === "missing" && states.has("pontic")));
  const parts = shown.map((key, index) =>
    toned(svg("tspan", { class: "z-tc-letter" }, `${index ? " " : ""}${data.palette[key].letter}`), key),
  );
  return svg("text", { x, y: row.y(row.at.letters), dy: ".36em", class: "z-tc-letters" }, parts);
}

/* ---- where a click counts ---- */

/** Invisible areas larger than what is drawn: the column takes the tooth, five parts of its tile take surfaces. */
function drawHits(row, cell, tooth, transform, readOnly) {
  const [a, b] = [row.y(0), row.y(row.depth)];
  const whole = svg("rect", {
    x: cell.x - cell.width / 2,
    y: Math.min(a, b),
    width: cell.width,
    height: Math.abs(b - a),
    class: "z-tc-hit",
  });
  if (readOnly) return [whole];
  const { inner, faces } = surfaceShapes(tooth);
  const [halfX, halfY] = [cell.width / 2, row.size.surface / 2 + 3];
  const [x, y] = [Math.max(inner.x, 7), Math.max(inner.y, 6)];
  const quad = (...points) => `M${points.map((point) => point.join(",")).join("L")}Z`;
  const parts = {
    B: quad([-halfX, -halfY], [halfX, -halfY], [x, -y], [-x, -y]),
    D: quad([-halfX, -halfY], [-x, -y], [-x, y], [-halfX, halfY]),
    M: quad([halfX, -halfY], [halfX, halfY], [x, y], [x, -y]),
    L: quad([-halfX, halfY], [-x, y], [x, y], [halfX, halfY]),
    [tooth.front ? "I" : "O"]: quad([-x, -y], [x, -y], [x, y], [-x, y]),
  };
  const hits = Object.entries(parts).map(([surface, d]) =>
    svg("g", { "data-surface": surface }, [path(d, "hit"), path(faces[surface], "hover")]),
  );
  return [whole, svg("g", { transform: transform(row.y(row.at.surface)) }, hits), column(row, cell, "focus")];
}

/** Outline the chosen surfaces of one drawn tooth: white below, the accent above. */
export function markSurfaces(drawn, surfaces) {
  const outlines = [...surfaces].map((surface) => (surface === "C" ? drawn.shapes.cervical : drawn.shapes.faces[surface]));
  drawn.picked.replaceChildren(...outlines.map((d) => path(d, "halo")), ...outlines.map((d) => path(d, "chosen")));
}

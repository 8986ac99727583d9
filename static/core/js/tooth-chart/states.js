/* How states look on a tooth, from the side and from above. Each drawing returns nodes from below upwards:
   roots, apical lesion, crown, canals, surface fills, planned (dashed), done (green outline). */

import { crownPath, rootShapes, stretch, surfaceShapes } from "./anatomy.js";
import { path, svg, toned } from "./svg.js";

// What covers what on one surface: a later key is drawn over an earlier one.
const FILLS = ["filling", "temporary_filling", "inlay", "caries", "wedge_defect"];
const APEX_RADIUS = 4.6;
let clipCount = 0;

/** The states of one tooth, asked by key; `planned` ones are drawn dashed and carry no letter. */
export class ToothStates {
  constructor(list = []) {
    this.found = list.filter((state) => !state.plan);
    this.planned = list.filter((state) => state.plan);
  }

  get(key) {
    return this.found.find((state) => state.key === key);
  }

  has(...keys) {
    return keys.some((key) => this.get(key));
  }

  plans(key) {
    return this.planned.filter((state) => state.key === key);
  }

  /** An empty place: the natural tooth is gone and nothing stands instead of it. */
  get isGone() {
    return this.has("missing") && !this.has("implant", "pontic");
  }

  get isCovered() {
    return this.has("crown", "pontic");
  }

  /** [surface, key] pairs in the order they are painted. */
  get fills() {
    const rank = (state) => FILLS.indexOf(state.key);
    return this.found
      .filter((state) => rank(state) >= 0)
      .sort((a, b) => rank(a) - rank(b))
      .flatMap((state) => [...(state.surfaces || "")].map((surface) => [surface, state.key]));
  }
}

/* ---- side view ---- */

export function drawSide(tooth, states) {
  if (states.isGone) return [path(crownPath(tooth), "ghost")];
  const shapes = rootShapes(tooth);
  return [
    ...drawRoots(tooth, states, shapes),
    ...(states.has("periodontitis") ? shapes.tips.map((tip) => apex(tip)) : []),
    drawCrown(tooth, states),
    ...drawCanals(tooth, states, shapes),
    ...drawSideFills(tooth, states),
    states.has("calculus") && drawCalculus(tooth),
    ...states.plans("crown").map(() => toned(path(crownPath(tooth, 2.6), "planned"), "crown")),
    ...states.plans("root_filling").flatMap(() => shapes.canals.map((d) => toned(path(d, "planned"), "root_filling"))),
  ];
}

function drawRoots(tooth, states, shapes) {
  if (states.has("implant")) return drawImplant(tooth);
  if (states.has("pontic")) return [];
  const style = states.has("impacted") ? "root z-tc-buried" : "root";
  return [...shapes.behind.map((d) => path(d, `${style} z-tc-behind`)), ...shapes.front.map((d) => path(d, style))];
}

function drawImplant(tooth) {
  const half = tooth.width * 0.17;
  const length = tooth.root * 0.86;
  const body = `M${-half},1 L${-half * 0.62},${-length} Q0,${-length - 4} ${half * 0.62},${-length} L${half},1Z`;
  const turns = Array.from({ length: 8 }, (_, turn) => {
    const y = -4 - ((length - 6) * turn) / 7;
    const reach = half * (1 - (0.38 * turn) / 7) * 1.25;
    return `M${-reach},${y + 1.4} L${reach},${y - 1.4}`;
  });
  return [toned(path(body, "implant"), "implant"), toned(path(turns.join(""), "thread"), "implant")];
}

const apex = ({ x, y }) => toned(svg("circle", { cx: x, cy: y + 3, r: APEX_RADIUS, class: "z-tc-apex" }), "periodontitis");

function drawCrown(tooth, states) {
  if (states.has("root")) return toned(path(crownPath(tooth), "ghost z-tc-broken"), "root");
  if (states.isCovered) return toned(path(crownPath(tooth), "crown z-tc-cover"), states.has("pontic") ? "pontic" : "crown");
  return path(crownPath(tooth), states.has("impacted") ? "crown z-tc-buried" : "crown");
}

function drawCanals(tooth, states, shapes) {
  const lines = (key) => shapes.canals.map((d) => toned(path(d, "canal"), key));
  const nodes = [];
  if (states.has("pulpitis")) {
    const breadth = tooth.kind === "molar" ? tooth.width : tooth.width * 0.75;
    const chamber = stretch(
      "M-.2,.52 Q-.12,.34 0,.38 Q.12,.34 .2,.52 Q.22,.2 .16,-.02 L-.16,-.02 Q-.22,.2 -.2,.52Z",
      breadth,
      tooth.crown,
    );
    nodes.push(toned(path(chamber, "fill"), "pulpitis"), ...lines("pulpitis"));
  }
  if (states.has("root_filling")) nodes.push(...lines("root_filling"));
  return nodes;
}

// Where a surface shows on the side of the crown; oral and chewing surfaces do not.
const SIDE_FILLS = {
  M: "M.6,.3 C.36,.36 .24,.7 .3,1.15 L.6,1.15Z",
  D: "M-.6,.3 C-.36,.36 -.24,.7 -.3,1.15 L-.6,1.15Z",
  B: "M-.2,.5 C-.2,.2 .2,.2 .2,.5 C.2,.8 -.2,.8 -.2,.5Z",
  C: "M-.3,.1 Q0,-.12 .3,.1 Q0,.3 -.3,.1Z",
};

function drawSideFills(tooth, states) {
  const secondary = states.get("secondary_caries");
  const fills = [
    ...states.fills,
    ...[...((secondary && secondary.surfaces) || "")].map((surface) => [surface, "secondary_caries"]),
  ];
  const shown = fills.filter(([surface]) => SIDE_FILLS[surface]);
  if (!shown.length) return [];
  const id = `z-tc-clip-${(clipCount += 1)}`;
  const drawn = shown.map(([surface, key]) => toned(path(stretch(SIDE_FILLS[surface], tooth.width, tooth.crown), "fill"), key));
  return [svg("clipPath", { id }, svg("path", { d: crownPath(tooth) })), svg("g", { "clip-path": `url(#${id})` }, drawn)];
}

const drawCalculus = (tooth) =>
  toned(path(stretch("M-.34,.06 C-.2,-.13 .2,-.13 .34,.06", tooth.width, tooth.crown), "calculus"), "calculus");

/** A cross over the whole tooth: dashed when an extraction is planned. */
export function drawExtraction(tooth, states) {
  const planned = states.plans("extraction").length > 0;
  if (!planned && !states.has("extraction")) return null;
  const [x, top, bottom] = [tooth.width * 0.36, -tooth.root * 0.66, tooth.crown * 0.12];
  const cross = `M${-x},${top} L${x},${bottom} M${x},${top} L${-x},${bottom}`;
  return toned(path(cross, planned ? "planned" : "line"), "extraction");
}

/* ---- view on the surfaces ---- */

/** `done`: surfaces treated in the clinic, outlined green. */
export function drawSurfaces(tooth, states, done = "") {
  const shapes = surfaceShapes(tooth);
  if (states.isGone || states.has("root"))
    return [path(shapes.outline, "ghost"), ...(states.has("root") ? [drawStump(shapes)] : [])];
  return [
    ...drawFaces(states, shapes),
    ...drawFissures(states, shapes),
    ...states.fills.filter(([surface]) => surface === "C").map(([, key]) => toned(path(shapes.cervical, "fill"), key)),
    ...edges(states.get("secondary_caries"), shapes, "edge"),
    outline(states, shapes),
    ...drawPlans(states, shapes),
    ...[...done].map((surface) => path(shapeOf(shapes, surface), "done")),
  ];
}

const shapeOf = (shapes, surface) => (surface === "C" ? shapes.cervical : shapes.faces[surface] || "");

function drawFaces(states, shapes) {
  const fills = new Map(states.fills);
  const secondary = states.get("secondary_caries");
  for (const surface of (secondary && secondary.surfaces) || "") fills.set(surface, "filling");
  const style = states.has("impacted") ? "face z-tc-buried" : states.isCovered ? "face z-tc-cover" : "face";
  return Object.entries(shapes.faces).map(([surface, d]) => {
    const key = fills.get(surface);
    const filled = key === "temporary_filling" ? "hatched" : `${style} z-tc-fill`;
    const node = path(d, key ? filled : style, { "data-face": surface });
    return toned(node, key || (states.has("pontic") ? "pontic" : "crown"));
  });
}

function drawFissures(states, shapes) {
  if (!shapes.fissures) return [];
  if (states.has("sealant")) return [toned(path(shapes.fissures, "sealant"), "sealant")];
  const filled = states.isCovered || states.has("impacted") || states.fills.some(([surface]) => surface === "O");
  return filled ? [] : [path(shapes.fissures, "fissure")];
}

function outline(states, shapes) {
  if (states.has("impacted")) return path(shapes.outline, "outline z-tc-buried");
  return states.isCovered ? toned(path(shapes.outline, "outline z-tc-cover"), "crown") : path(shapes.outline, "outline");
}

const edges = (state, shapes, style) =>
  state ? [...(state.surfaces || "")].map((surface) => toned(path(shapeOf(shapes, surface), style), state.key)) : [];

const drawStump = (shapes) => toned(svg("ellipse", { rx: shapes.inner.x, ry: shapes.inner.y, class: "z-tc-fill" }), "root");

function drawPlans(states, shapes) {
  const old = new Map(states.fills);
  return states.planned.flatMap((state) => {
    const surfaces = [...(state.surfaces || "")];
    // A crown, or a filling in place of an old one, is a ring around the tooth: inside it would not be seen.
    const replaces = state.key === "filling" && surfaces.some((surface) => old.get(surface) === "filling");
    if (state.key === "crown" || replaces) return [toned(path(shapes.ring, "planned"), state.key)];
    return edges(state, shapes, "planned");
  });
}

/** A primary tooth in the mixed chart has no side view: its pulp and root states are dots in the middle. */
export function drawFlatMarks(states) {
  const keys = ["pulpitis", "root_filling", "periodontitis"].filter((key) => states.has(key));
  return keys.map((key, index) =>
    toned(svg("circle", { cx: (index - (keys.length - 1) / 2) * 7, cy: 0, r: 3, class: "z-tc-dot" }), key),
  );
}

/* The shapes of teeth. One template per kind, drawn as in quadrant 1: mesial is +x, the crown grows to +y,
   the roots to -y, vestibular is -y in the surface view. Other quadrants mirror it, so mesial faces the midline. */

// [mesiodistal width, vestibulo-oral depth, crown height, root length], by position from the midline.
const SIZES = {
  upper: [
    [36, 27, 31, 42],
    [29, 25, 28, 41],
    [32, 31, 31, 48],
    [31, 37, 26, 42],
    [30, 37, 25, 42],
    [46, 41, 25, 42],
    [43, 40, 24, 40],
    [38, 37, 22, 34],
  ],
  lower: [
    [27, 24, 27, 41],
    [28, 25, 27, 43],
    [30, 30, 31, 47],
    [31, 33, 26, 42],
    [32, 34, 25, 42],
    [48, 39, 25, 42],
    [46, 38, 24, 40],
    [41, 36, 22, 32],
  ],
  upperPrimary: [
    [31, 24, 24, 36],
    [26, 22, 24, 36],
    [30, 28, 26, 41],
    [36, 34, 21, 33],
    [43, 38, 22, 35],
  ],
  lowerPrimary: [
    [23, 21, 22, 35],
    [25, 22, 23, 36],
    [28, 26, 25, 39],
    [39, 31, 21, 33],
    [46, 36, 22, 35],
  ],
};
const SUPERNUMERARY_SCALE = 0.6;

// Outlines of crowns in shares of the width and the crown height; the neck curves into the gum at the end.
const NECK = (x) => `C.22,-.15 -.22,-.15 -${x},0Z`;
const CROWNS = {
  incisor: `M-.36,0 C-.4,.28 -.5,.6 -.49,.84 Q-.47,1 -.33,.995 Q0,1.03 .38,1 Q.49,.99 .49,.86 C.5,.6 .4,.28 .36,0 ${NECK(0.36)}`,
  canine: `M-.35,0 C-.4,.3 -.52,.5 -.49,.66 Q-.44,.82 -.1,1.02 Q.03,1.1 .13,1.01 Q.43,.82 .48,.64 C.5,.5 .4,.3 .35,0 ${NECK(0.35)}`,
  premolar: `M-.37,0 C-.42,.3 -.52,.5 -.49,.72 Q-.45,.88 -.2,.97 Q.02,1.1 .2,.97 Q.45,.88 .49,.7 C.52,.5 .42,.3 .37,0 ${NECK(0.37)}`,
  molar: `M-.4,0 C-.44,.22 -.52,.45 -.5,.7 Q-.46,.95 -.3,1 Q-.1,1.04 -.02,.87 Q.08,1.06 .3,1.01 Q.47,.94 .49,.7 C.52,.45 .44,.22 .4,0 ${NECK(0.4)}`,
  firstLowerMolar: `M-.4,0 C-.44,.22 -.52,.45 -.5,.7 Q-.47,.95 -.36,.96 Q-.27,.98 -.23,.88 Q-.12,1.07 0,1 Q.06,.95 .09,.88 Q.18,1.08 .34,1 Q.48,.92 .49,.7 C.52,.45 .44,.22 .4,0 ${NECK(0.4)}`,
};

// Surface view: a superellipse (power), narrower to the oral side (taper), skewed; and its inner table.
const TABLES = {
  incisor: { power: 2.5, taper: 0.2, skew: 0, innerX: 0.66, innerY: 0.26, shift: -0.04 },
  canine: { power: 2.05, taper: 0.14, skew: 0, innerX: 0.5, innerY: 0.3, shift: -0.03 },
  premolar: { power: 2.3, taper: 0.08, skew: 0, innerX: 0.54, innerY: 0.5, shift: 0 },
  upperMolar: { power: 2.9, taper: 0.05, skew: 0.09, innerX: 0.56, innerY: 0.54, shift: 0 },
  lowerMolar: { power: 3.3, taper: 0.07, skew: 0, innerX: 0.56, innerY: 0.54, shift: 0 },
};

const FISSURES = {
  premolar: "M-.66,-.36 L-.4,.02 Q0,-.08 .4,.02 L.66,-.36 M-.4,.02 L-.62,.36 M.4,.02 L.62,.36",
  upperMolar: "M-.62,.1 Q-.2,.15 .02,-.02 T.66,-.12 M.02,0 L.1,-.68 M-.4,.12 Q-.5,.4 -.34,.72",
  lowerMolar: "M-.72,0 Q-.35,.22 0,0 T.72,0 M-.3,.1 L-.38,-.66 M.26,-.08 L.3,-.66 M0,0 L-.03,.7",
};

const round = (value) => Math.round(value * 100) / 100;

/** Stretch a path written in shares of width and height. */
export function stretch(path, width, height) {
  return path.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x, y) => `${round(x * width)},${round(y * height)}`);
}

/** Everything a drawing needs to know of one tooth, from its FDI code alone. */
export function toothAnatomy(code, { rootScale = 1, crownScale = 1, scale = 1 } = {}) {
  const quadrant = Number(code[0]);
  const position = Number(code[1]);
  const primary = quadrant > 4;
  const supernumerary = code.endsWith("s");
  const upper = [1, 2, 5, 6].includes(quadrant);
  const sizes = SIZES[`${upper ? "upper" : "lower"}${primary ? "Primary" : ""}`][position - 1];
  const factor = scale * (supernumerary ? SUPERNUMERARY_SCALE : 1);
  const [width, depth, crown, root] = sizes.map((size) => size * factor);
  return {
    code,
    upper,
    position,
    primary,
    supernumerary,
    right: [1, 4, 5, 8].includes(quadrant),
    front: position <= 3,
    kind: kindOf(position, primary),
    width,
    depth,
    crown: crown * crownScale,
    root: root * rootScale,
  };
}

function kindOf(position, primary) {
  if (position <= 2) return "incisor";
  if (position === 3) return "canine";
  return position <= 5 && !primary ? "premolar" : "molar";
}

const jawKind = (tooth) => (tooth.kind === "molar" ? `${tooth.upper ? "upper" : "lower"}Molar` : tooth.kind);

/** The crown from the side; `grow` widens it for the dashed outline of a planned crown. */
export function crownPath(tooth, grow = 0) {
  const threeCusps = tooth.kind === "molar" && !tooth.upper && (tooth.position === 6 || (tooth.primary && tooth.position === 5));
  return stretch(CROWNS[threeCusps ? "firstLowerMolar" : tooth.kind], tooth.width + grow * 2, tooth.crown + grow);
}

/* ---- roots ---- */

function cone({ from, to, tip, length = 1, blunt = 0.06 }) {
  const at = (share) => round(share * length);
  return `M${from},-.04 C${from + 0.02},${at(0.4)} ${tip - 0.17},${at(0.74)} ${tip - blunt},${at(0.96)} Q${tip},${at(1.04)} ${tip + blunt},${at(0.95)} C${tip + 0.21},${at(0.72)} ${to - 0.01},${at(0.4)} ${to},-.04Z`;
}

function fork({ distal, mesial, furcation }) {
  return (
    `M-.39,-.05 C-.41,.3 ${distal - 0.16},.62 ${distal - 0.05},.95 Q${distal},1.03 ${distal + 0.05},.94 ` +
    `C${distal + 0.14},.7 -.08,${furcation + 0.2} -.04,${furcation + 0.06} Q0,${furcation - 0.03} .035,${furcation + 0.07} ` +
    `C.06,${furcation + 0.22} ${mesial - 0.11},.72 ${mesial - 0.05},.96 Q${mesial},1.05 ${mesial + 0.055},.96 C${mesial + 0.2},.66 .41,.3 .39,-.05Z`
  );
}

/** Root outlines, those behind first, and one canal per root from the pulp chamber to the tip. */
export function rootShapes(tooth) {
  const shape = rootTemplate(tooth);
  const x = (share) => round(share * tooth.width);
  const y = (share) => round(-share * tooth.root);
  return {
    behind: shape.behind.map((path) => stretch(path, tooth.width, -tooth.root)),
    front: shape.front.map((path) => stretch(path, tooth.width, -tooth.root)),
    tips: shape.canals.map(({ tip, length }) => ({ x: x(tip), y: y(length + 0.06) })),
    canals: shape.canals.map(
      ({ start, tip, length }) =>
        `M${x(start)},${round(tooth.crown * 0.3)} Q${x(start * 1.05)},${y(length * 0.45)} ${x(tip)},${y(length)}`,
    ),
  };
}

function rootTemplate(tooth) {
  if (tooth.kind !== "molar" || tooth.supernumerary) return slenderRoots(tooth);
  const wisdom = tooth.position === 8;
  const distal = wisdom ? -0.22 : -0.3;
  const mesial = wisdom ? 0.14 : 0.2;
  const canals = [
    { start: -0.15, tip: distal, length: 0.88 },
    { start: 0.15, tip: mesial, length: 0.89 },
  ];
  const front = [fork({ distal, mesial, furcation: wisdom ? 0.5 : 0.32 })];
  if (!tooth.upper) return { behind: [], front, canals };
  const palatal = wisdom ? 1.02 : 1.08;
  return {
    behind: [cone({ from: -0.24, to: 0.24, tip: -0.04, length: palatal, blunt: 0.07 })],
    front,
    canals: [...canals, { start: 0, tip: -0.04, length: palatal - 0.13 }],
  };
}

function slenderRoots(tooth) {
  if (tooth.upper && tooth.kind === "premolar" && tooth.position === 4 && !tooth.supernumerary) {
    return {
      behind: [cone({ from: -0.02, to: 0.36, tip: 0.17, length: 0.86, blunt: 0.05 })],
      front: [cone({ from: -0.36, to: 0.3, tip: -0.12 })],
      canals: [
        { start: -0.07, tip: -0.12, length: 0.9 },
        { start: 0.13, tip: 0.17, length: 0.76 },
      ],
    };
  }
  const half = tooth.kind === "premolar" ? 0.36 : 0.34;
  return {
    behind: [],
    front: [cone({ from: -half, to: half, tip: -0.05, blunt: 0.068 })],
    canals: [{ start: 0, tip: -0.04, length: 0.9 }],
  };
}

/* ---- surface view ---- */

const QUARTER = Math.PI / 4;
// Angles between which each edge surface lies; the cuts at 45° meet the corners of the inner table.
const ARCS = { M: [-QUARTER, QUARTER], L: [QUARTER, 3 * QUARTER], D: [3 * QUARTER, 5 * QUARTER], B: [5 * QUARTER, 7 * QUARTER] };

function contour(tooth, { shareX = 1, shareY = 1, shift = 0, grow = 0 } = {}) {
  const table = TABLES[jawKind(tooth)];
  const power = tooth.position === 8 ? 2.5 : table.power;
  const halfX = (tooth.width / 2) * 0.98 + grow;
  const halfY = tooth.depth / 2 + grow;
  const bend = (value) => Math.sign(value) * Math.abs(value) ** (2 / power);
  return (angle) => {
    const y = halfY * shareY * bend(Math.sin(angle)) + shift * halfY;
    const x = halfX * shareX * bend(Math.cos(angle)) * (1 - table.taper * (y / halfY)) - table.skew * y;
    return [x, y];
  };
}

const steps = (from, to, count = 9) => Array.from({ length: count + 1 }, (_, index) => from + ((to - from) * index) / count);
const polygon = (points) => `M${points.map(([x, y]) => `${round(x)},${round(y)}`).join("L")}Z`;
const circle = (shape) => polygon(steps(0, 8 * QUARTER, 48).map(shape));

/** Outlines of the surfaces by code, the whole tooth from above, a ring around it, and its fissures. */
export function surfaceShapes(tooth) {
  const table = TABLES[jawKind(tooth)];
  const outer = contour(tooth);
  const inner = contour(tooth, { shareX: table.innerX, shareY: table.innerY, shift: table.shift });
  const neck = contour(tooth, { shareX: 0.86, shareY: 0.8 });
  const band = ([from, to], inside) => polygon([...steps(from, to).map(outer), ...steps(to, from).map(inside)]);
  const faces = { B: band(ARCS.B, inner), D: band(ARCS.D, inner), M: band(ARCS.M, inner), L: band(ARCS.L, inner) };
  faces[tooth.front ? "I" : "O"] = circle(inner);
  const fissure = FISSURES[jawKind(tooth)];
  return {
    faces,
    cervical: band(ARCS.B, neck),
    outline: circle(outer),
    ring: circle(contour(tooth, { grow: 3 })),
    fissures: fissure && stretch(fissure, (tooth.width / 2) * table.innerX, (tooth.depth / 2) * table.innerY),
    inner: { x: (tooth.width / 2) * table.innerX, y: (tooth.depth / 2) * table.innerY },
  };
}

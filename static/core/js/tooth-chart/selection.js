/* Which teeth and which of their surfaces are chosen. Knows nothing of the drawing. */

export const PRINTED_ORDER = ["M", "O", "I", "D", "B", "L", "C"];

/** The surface meant on this tooth: front teeth have an edge (I) where the others have a chewing surface (O). */
export function surfaceOn(code, surface) {
  const front = Number(code[1]) <= 3;
  if (surface === "O" || surface === "I") return front ? "I" : "O";
  return surface;
}

export class Selection {
  constructor() {
    this.chosen = new Map();
  }

  /** Read "36:MO,37" as it stands in the hidden field. */
  static parse(text) {
    const selection = new Selection();
    for (const part of text.split(",").filter(Boolean)) {
      const [code, surfaces = ""] = part.trim().split(":");
      selection.chosen.set(code, new Set([...surfaces].map((surface) => surfaceOn(code, surface))));
    }
    return selection;
  }

  copy() {
    const other = new Selection();
    for (const [code, surfaces] of this.chosen) other.chosen.set(code, new Set(surfaces));
    return other;
  }

  get teeth() {
    return [...this.chosen.keys()];
  }

  get isEmpty() {
    return this.chosen.size === 0;
  }

  has(code) {
    return this.chosen.has(code);
  }

  /** The surfaces of one tooth in the printed order, as one word: "MOD". */
  surfacesOf(code) {
    const surfaces = this.chosen.get(code) || new Set();
    return PRINTED_ORDER.filter((surface) => surfaces.has(surface)).join("");
  }

  replace(codes) {
    const kept = new Map(codes.map((code) => [code, this.chosen.get(code) || new Set()]));
    this.chosen = kept;
  }

  add(codes) {
    for (const code of codes) if (!this.chosen.has(code)) this.chosen.set(code, new Set());
  }

  toggle(code) {
    if (!this.chosen.delete(code)) this.chosen.set(code, new Set());
  }

  clear() {
    this.chosen.clear();
  }

  /** Whether the surface is chosen on "all", "some" or "none" of the chosen teeth. */
  share(surface) {
    const count = this.teeth.filter((code) => this.chosen.get(code).has(surfaceOn(code, surface))).length;
    if (count === 0) return "none";
    return count === this.chosen.size ? "all" : "some";
  }

  /** Switch a surface on these teeth together: off when all have it, else on. */
  toggleSurface(surface, codes = this.teeth) {
    this.add(codes);
    const on = !codes.every((code) => this.chosen.get(code).has(surfaceOn(code, surface)));
    for (const code of codes) this.chosen.get(code)[on ? "add" : "delete"](surfaceOn(code, surface));
  }

  toString() {
    return this.teeth.map((code) => [code, this.surfacesOf(code)].filter(Boolean).join(":")).join(",");
  }
}

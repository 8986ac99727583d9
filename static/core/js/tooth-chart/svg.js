/* SVG nodes without markup strings, so that nothing from the data is ever parsed as markup. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** Create an SVG element; attributes that are null, undefined or false are left out. */
export function svg(name, attributes = {}, children = []) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...[].concat(children).filter(Boolean));
  return node;
}

export const path = (d, style, extra = {}) => svg("path", { d, class: `z-tc-${style}`, ...extra });

/** Give a node the colour of a tooth state; the colours themselves stand in tooth-chart.css. */
export function toned(node, key) {
  const name = key.replace(/_/g, "-");
  node.style.setProperty("--z-tone", `var(--z-tooth-${name})`);
  node.style.setProperty("--z-tone-ink", `var(--z-tooth-${name}-ink)`);
  return node;
}

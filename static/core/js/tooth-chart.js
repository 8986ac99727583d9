/* <z-tooth-chart>: choose teeth and surfaces on a drawing of the mouth.

   The element is rendered by core/_tooth_chart.html. It reads its JSON, mirrors the choice into the hidden inputs
   and tells it by the bubbling event `zubr:teeth` with detail {teeth: ["36"], surfaces: {"36": "MO"}}.
   A swap that replaces the element with the JSON alone (its id) redraws states and marks and keeps the choice. */

import { drawChart, markSurfaces } from "./tooth-chart/drawing.js";
import { layFrame, neighbour, teethBetween } from "./tooth-chart/frame.js";
import { Selection, surfaceOn } from "./tooth-chart/selection.js";

const TYPING_PAUSE_MS = 900; // two digits typed within this time name a tooth
const LARGEST_TEXT = 1.4;
const MOVES = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

class ToothChart extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector("[data-stage]");
    this.inputs = { teeth: this.querySelector("[data-teeth]"), surfaces: this.querySelector("[data-surfaces]") };
    this.typed = { digits: "", at: 0 };
    this.drag = null;
    this.source = null;
    this.read();
    this.take(this.inputs.surfaces.value || this.inputs.teeth.value);
    this.listen();
    this.draw();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.stop.abort();
  }

  /** Choose teeth from outside, for example from the row of an order: chart.choose("36:MO,37"). */
  choose(text) {
    this.take(text);
    this.draw();
    this.changed();
  }

  /** Take over a selection; the dentition gives way when it would hide a chosen tooth. */
  take(text) {
    this.selection = Selection.parse(text);
    this.selection.replace(this.selection.teeth.filter((code) => this.data.areas.mouth.includes(code.slice(0, 2))));
    const hides = { permanent: (code) => code[0] > "4", primary: (code) => code[0] < "5" }[this.data.dentition];
    if (hides && this.selection.teeth.some(hides)) this.data.dentition = "mixed";
  }

  /* ---- data ---- */

  /** Read the JSON when it is new; true when something must be redrawn. */
  read() {
    const source = this.querySelector("[data-chart]").dataset.chart;
    if (source === this.source) return false;
    const dentition = this.data && this.data.dentition;
    this.source = source;
    this.data = JSON.parse(source);
    if (dentition) this.data.dentition = dentition;
    return true;
  }

  draw() {
    const { data } = this;
    const extra = [...data.supernumerary, ...Object.keys(data.states), ...this.selection.teeth].filter((code) =>
      code.endsWith("s"),
    );
    const options = { supernumerary: [...new Set(extra)] };
    const natural = layFrame(data.dentition, options);
    this.shownWidth = this.stage.clientWidth;
    const highest = parseFloat(getComputedStyle(this).getPropertyValue("--z-tc-height")) || natural.height;
    const scale = Math.min(1, (this.shownWidth || natural.width) / natural.width, highest / natural.height);
    this.frame = layFrame(data.dentition, { ...options, text: Math.min(LARGEST_TEXT, 1 / scale) });
    const focused = this.stage.contains(document.activeElement);
    const { root, teeth } = drawChart(this.frame, data);
    this.teeth = teeth;
    this.stage.replaceChildren(root);
    if (!teeth.has(this.active))
      this.active = this.selection.teeth.find((code) => teeth.has(code)) || this.frame.rows[0].cells[0].code;
    this.show();
    if (focused) this.teeth.get(this.active).option.focus();
  }

  /* ---- what is shown of the choice ---- */

  changed() {
    this.show();
    this.inputs.teeth.value = this.selection.teeth.join(",");
    this.inputs.surfaces.value = this.selection.toString();
    const surfaces = Object.fromEntries(this.selection.teeth.map((code) => [code, this.selection.surfacesOf(code)]));
    this.announce();
    this.dispatchEvent(new CustomEvent("zubr:teeth", { bubbles: true, detail: { teeth: this.selection.teeth, surfaces } }));
  }

  show() {
    for (const [code, drawn] of this.teeth) {
      const chosen = this.selection.has(code);
      drawn.node.classList.toggle("is-chosen", chosen);
      markSurfaces(drawn, this.selection.surfacesOf(code));
      drawn.option.setAttribute("role", this.data.readOnly ? "img" : "option");
      drawn.option.setAttribute("aria-label", this.describe(code));
      if (this.data.readOnly) continue;
      drawn.option.setAttribute("aria-selected", String(chosen));
      drawn.option.setAttribute("tabindex", code === this.active ? "0" : "-1");
    }
    this.showTools();
  }

  showTools() {
    const { selection } = this;
    for (const button of this.querySelectorAll("[data-surface-button]")) {
      const share = selection.share(button.dataset.surfaceButton);
      button.disabled = selection.isEmpty;
      button.setAttribute("aria-pressed", { all: "true", some: "mixed", none: "false" }[share]);
      button.textContent = this.buttonLetter(button.dataset.surfaceButton);
    }
    for (const button of this.querySelectorAll("[data-dentition]")) {
      button.setAttribute("aria-pressed", String(button.dataset.dentition === this.data.dentition));
    }
    const clear = this.querySelector("[data-clear]");
    const count = this.querySelector("[data-count]");
    if (clear) clear.disabled = selection.isEmpty;
    if (count) {
      count.hidden = selection.isEmpty;
      count.textContent =
        selection.teeth.length > 1 ? `${selection.teeth[0]} +${selection.teeth.length - 1}` : selection.teeth[0];
    }
  }

  /** A button carries the letter of the chosen teeth (О or Р, Я or Н), and both when they differ. */
  buttonLetter(surface) {
    const codes = this.selection.isEmpty ? ["36"] : this.selection.teeth;
    return [...new Set(codes.map((code) => this.letter(code, surfaceOn(code, surface))))].join("/");
  }

  letter(code, surface) {
    const upper = ["1", "2", "5", "6"].includes(code[0]);
    return surface === "L" ? this.data.texts[upper ? "palatal" : "lingual"] : this.data.letters[surface];
  }

  letters(code, surfaces) {
    return [...(surfaces || "")].map((surface) => this.letter(code, surfaceOn(code, surface))).join(" ");
  }

  /** "зуб 36, выбран, поверхности М О, кариес О, план: пломба О, в наряде" */
  describe(code) {
    const { texts, palette, states, order } = this.data;
    const name = (state) =>
      [palette[state.key] ? palette[state.key].name : state.key, this.letters(code, state.surfaces)].filter(Boolean).join(" ");
    const parts = [texts.tooth.replace("{tooth}", code)];
    if (this.selection.has(code)) {
      parts.push(texts.chosen);
      const surfaces = this.letters(code, this.selection.surfacesOf(code));
      if (surfaces) parts.push(texts.surfaces.replace("{surfaces}", surfaces));
    }
    for (const state of states[code] || []) parts.push(state.plan ? texts.planned.replace("{state}", name(state)) : name(state));
    if (order.includes(code)) parts.push(texts.inOrder);
    return parts.join(", ");
  }

  announce() {
    const status = this.querySelector("[data-status]");
    if (!status) return;
    const said = this.selection.teeth.map((code) =>
      [code, this.letters(code, this.selection.surfacesOf(code))].filter(Boolean).join(" "),
    );
    status.textContent = said.length ? this.data.texts.announce.replace("{teeth}", said.join(", ")) : this.data.texts.nothing;
  }

  /* ---- input ---- */

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.observer = new ResizeObserver(() => {
      if (Math.abs(this.stage.clientWidth - this.shownWidth) > 8) this.draw();
    });
    this.observer.observe(this.stage);
    document.addEventListener("htmx:afterSettle", () => this.read() && this.draw(), { signal });
    if (this.data.readOnly) return;
    this.stage.addEventListener("pointerdown", (event) => this.press(event), { signal });
    this.stage.addEventListener("pointermove", (event) => this.move(event), { signal });
    window.addEventListener("pointerup", (event) => this.release(event), { signal });
    window.addEventListener("pointercancel", () => (this.drag = null), { signal });
    this.stage.addEventListener("keydown", (event) => this.key(event), { signal });
    this.stage.addEventListener("focusin", (event) => this.activate(toothOf(event.target)), { signal });
    this.addEventListener("click", (event) => this.pressTool(event.target.closest("button")), { signal });
    this.addEventListener("change", (event) => this.pickArea(event), { signal });
  }

  press(event) {
    const code = toothOf(event.target);
    if (!code || event.button !== 0) return;
    event.preventDefault(); // no text selection while dragging; the focus is set by hand
    this.anchorTo(code, event.shiftKey);
    const additive = event.ctrlKey || event.metaKey;
    const part = event.target.closest("[data-surface]");
    const surface = part && part.dataset.surface;
    const mouse = event.pointerType !== "touch"; // a finger that moves scrolls the page
    this.drag = {
      code,
      over: code,
      surface,
      additive,
      mouse,
      range: event.shiftKey,
      moved: false,
      before: this.selection.copy(),
    };
    this.teeth.get(code).option.focus({ preventScroll: true });
  }

  move(event) {
    const { drag } = this;
    const code = toothOf(event.target);
    if (!drag || !drag.mouse || !code || code === drag.over) return;
    drag.moved = true;
    drag.over = code;
    this.selection = drag.before.copy();
    this.chooseRange(code, drag.additive);
  }

  release(event) {
    const { drag } = this;
    this.drag = null;
    if (!drag || drag.moved || toothOf(event.target) !== drag.code) return;
    if (drag.range) this.chooseRange(drag.code, drag.additive);
    else if (drag.surface) this.clickSurface(drag);
    else this.clickTooth(drag);
  }

  anchorTo(code, keep) {
    if (!keep || !this.anchor) this.anchor = keep ? this.active : code;
  }

  chooseRange(code, additive) {
    const codes = teethBetween(this.frame, this.anchor, code);
    if (additive) this.selection.add(codes);
    else this.selection.replace(codes);
    this.changed();
  }

  clickTooth({ code, additive }) {
    if (additive) this.selection.toggle(code);
    else if (this.selection.teeth.length === 1 && this.selection.has(code)) this.selection.clear();
    else this.selection.replace([code]);
    this.changed();
  }

  /** A surface of a tooth not chosen yet chooses that tooth alone; of a chosen one it is switched there. */
  clickSurface({ code, surface, additive }) {
    if (!additive && !this.selection.has(code)) this.selection.replace([code]);
    this.selection.toggleSurface(surface, [code]);
    this.changed();
  }

  pressTool(button) {
    if (!button || !this.contains(button)) return;
    const { surfaceButton, dentition, area } = button.dataset;
    if (surfaceButton) this.selection.toggleSurface(surfaceButton);
    else if (area) this.chooseArea(area);
    else if ("clear" in button.dataset) this.selection.clear();
    else if (dentition) return this.switchTo(dentition);
    else return;
    this.changed();
  }

  pickArea(event) {
    if (!("areaSelect" in event.target.dataset)) return;
    this.chooseArea(event.target.value);
    event.target.value = "";
    this.changed();
  }

  /** Choose all teeth of an area; a second press on the same area clears it. */
  chooseArea(area) {
    const codes = this.data.areas[area].filter((code) => this.teeth.has(code));
    const already = codes.length === this.selection.teeth.length && codes.every((code) => this.selection.has(code));
    this.selection.replace(already ? [] : codes);
  }

  switchTo(dentition) {
    this.data.dentition = dentition;
    this.draw();
    const visible = this.selection.teeth.filter((code) => this.teeth.has(code));
    if (visible.length !== this.selection.teeth.length) {
      this.selection.replace(visible);
      this.changed();
    }
  }

  key(event) {
    if (event.altKey || event.metaKey) return;
    const handled = event.ctrlKey ? this.keyWithCtrl(event) : this.plainKey(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  keyWithCtrl(event) {
    if (event.code !== "KeyA") return false;
    this.selection.replace([...this.teeth.keys()]);
    this.changed();
    return true;
  }

  plainKey(event) {
    const surface = this.data.keys[event.key.toUpperCase()];
    if (MOVES.includes(event.key)) return this.keyMove(event);
    if (event.key === " ") return this.keyToggle();
    if (event.key === "Escape") return this.keyClear();
    if (/^\d$/.test(event.key)) return this.keyDigit(event);
    if (surface) return this.keySurface(surface);
    return false;
  }

  keyMove(event) {
    const from = this.active;
    const next = neighbour(this.frame, from, event.key);
    if (!event.shiftKey) this.anchor = next;
    else if (!this.anchor) this.anchor = from;
    this.focusTooth(next);
    if (event.shiftKey) this.chooseRange(next, false);
    return true;
  }

  keyToggle() {
    this.anchor = this.active;
    this.selection.toggle(this.active);
    this.changed();
    return true;
  }

  keyClear() {
    if (this.selection.isEmpty) return false; // Esc then belongs to the drawer around
    this.selection.clear();
    this.changed();
    return true;
  }

  /** Letters act on all chosen teeth when the focus is among them, else on the focused tooth alone. */
  keySurface(surface) {
    if (!this.selection.has(this.active)) this.selection.replace([this.active]);
    this.selection.toggleSurface(surface);
    this.changed();
    return true;
  }

  keyDigit(event) {
    const fresh = event.timeStamp - this.typed.at > TYPING_PAUSE_MS;
    const digits = (fresh ? "" : this.typed.digits) + event.key;
    const found = digits.length === 2 && this.teeth.has(digits);
    this.typed = { digits: digits.length === 2 ? "" : digits, at: event.timeStamp };
    if (found) {
      this.anchor = digits;
      this.focusTooth(digits);
      this.selection.replace([digits]);
      this.changed();
    }
    return true;
  }

  focusTooth(code) {
    this.activate(code);
    this.teeth.get(code).option.focus();
  }

  activate(code) {
    if (!code || code === this.active) return;
    const before = this.teeth.get(this.active);
    if (before) before.option.setAttribute("tabindex", "-1");
    this.active = code;
    this.teeth.get(code).option.setAttribute("tabindex", "0");
  }
}

function toothOf(target) {
  const node = target instanceof Element ? target.closest("[data-tooth]") : null;
  return node && node.dataset.tooth;
}

if (!customElements.get("z-tooth-chart")) customElements.define("z-tooth-chart", ToothChart);

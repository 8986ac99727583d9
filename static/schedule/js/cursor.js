// Booking without a mouse: one cell of the grid takes the focus and walks with the arrows.
import { make, minutesOn, toTime } from "./shapes.js";

export class Cursor {
  constructor(grid, { texts, status, turn }) {
    this.grid = grid;
    this.texts = texts;
    this.status = status;
    this.turn = turn; // PgUp and PgDn: another day
    this.at = null; // {column, minutes}
    this.cell = make("button", "s-cursor");
    this.cell.type = "button";
    this.cell.addEventListener("keydown", (event) => this.key(event));
    this.cell.addEventListener("click", () => this.act());
    this.cell.addEventListener("focus", () => this.show());
  }

  /** After every drawing: the same place as before, or the first worked time. */
  place() {
    const { grid } = this;
    if (!grid.columns.length || !grid.content) {
      this.cell.remove();
      return;
    }
    if (!this.at || this.at.column >= grid.columns.length) this.at = { column: 0, minutes: this.firstWorked(0) };
    this.at.minutes = Math.min(Math.max(this.at.minutes, grid.opens), grid.closes - grid.data.step);
    if (this.cell.parentElement !== grid.content) grid.content.append(this.cell);
    this.lay();
  }

  lay() {
    const { grid, at } = this;
    const column = grid.columnElement(at.column);
    if (!column) return;
    const box = this.boxHere();
    const height = ((box ? this.end(box) - at.minutes : grid.data.step) * (grid.height / (grid.closes - grid.opens))) || 0;
    Object.assign(this.cell.style, {
      left: `${column.offsetLeft}px`,
      width: `${column.offsetWidth}px`,
      top: `${grid.top(at.minutes)}px`,
      height: `${Math.max(height, 8)}px`,
    });
    this.cell.setAttribute("aria-label", this.words());
  }

  show() {
    this.lay();
    this.status.textContent = this.words();
    const { body } = this.grid;
    const top = this.grid.top(this.at.minutes);
    if (top < body.scrollTop) body.scrollTop = top - 8;
    if (top + 40 > body.scrollTop + body.clientHeight) body.scrollTop = top + 60 - body.clientHeight;
    const column = this.grid.columnElement(this.at.column);
    const sidebar = this.grid.host.querySelector(".ec-body .ec-sidebar").offsetWidth;
    if (column.offsetLeft - sidebar < body.scrollLeft) body.scrollLeft = column.offsetLeft - sidebar;
    const right = column.offsetLeft + column.offsetWidth;
    if (right > body.scrollLeft + body.clientWidth) body.scrollLeft = right - body.clientWidth;
  }

  start(box) {
    return minutesOn(this.grid.data.date, box.start);
  }

  end(box) {
    return minutesOn(this.grid.data.date, box.end);
  }

  boxesOf(column) {
    const key = this.grid.view === "chairs" ? "chair" : "doctor";
    return this.grid.data.appointments.filter((box) => box[key] === this.grid.columns[column].id);
  }

  boxHere() {
    return this.boxesOf(this.at.column).find((box) => this.start(box) <= this.at.minutes && this.at.minutes < this.end(box));
  }

  words() {
    const column = this.grid.columns[this.at.column];
    const box = this.boxHere();
    const state = box ? `${box.name}, ${box.state}` : this.isWorked() ? this.texts.free : this.texts.outside;
    return `${column.name}, ${toTime(this.at.minutes)}, ${state}`;
  }

  isWorked() {
    const { date } = this.grid.data;
    return this.grid.columns[this.at.column].shifts.some(
      ([start, end]) => minutesOn(date, start) <= this.at.minutes && this.at.minutes < minutesOn(date, end),
    );
  }

  firstWorked(column) {
    const now = this.grid.minutesNow?.() ?? 0;
    const isToday = this.grid.data.date === this.grid.data.today;
    const [first] = this.grid.columns[column].shifts;
    const start = first ? Math.max(minutesOn(this.grid.data.date, first[0]), this.grid.opens) : this.grid.opens;
    const step = this.grid.data.step;
    return isToday && now > start ? Math.ceil(now / step) * step : start;
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const box = this.boxHere();
    const { step } = this.grid.data;
    const moves = {
      ArrowDown: () => (this.at.minutes = box ? this.end(box) : this.at.minutes + step),
      ArrowUp: () => this.up(step),
      ArrowRight: () => (this.at.column = Math.min(this.at.column + 1, this.grid.columns.length - 1)),
      ArrowLeft: () => (this.at.column = Math.max(this.at.column - 1, 0)),
      Home: () => (this.at.minutes = this.grid.opens),
      End: () => (this.at.minutes = this.grid.closes - step),
      PageDown: () => this.turn("next"),
      PageUp: () => this.turn("previous"),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    moves[event.key]();
    this.at.minutes = Math.min(Math.max(this.at.minutes, this.grid.opens), this.grid.closes - step);
    this.show();
  }

  /** Up leads to the beginning of what ends above, else one step. */
  up(step) {
    const here = this.boxHere();
    const from = here ? this.start(here) : this.at.minutes;
    const above = this.boxesOf(this.at.column).find((box) => this.start(box) < from && from <= this.end(box));
    this.at.minutes = above && this.end(above) > from - step ? this.start(above) : from - step;
  }

  act() {
    const box = this.boxHere();
    if (box) this.grid.hooks.open(box);
    else this.grid.hooks.book({ column: this.grid.columns[this.at.column], time: toTime(this.at.minutes) });
  }
}

// The grid: EventCalendar's resource day, fed with the branch's wall clock.
import { icon, make, minutesOn, toMinutes, toTime, wallOf } from "./shapes.js";

const HOUR_PX = 96;
const MIN_COLUMN_PX = 118;
const SHORT_MINUTES = 20; // boxes this low hold one line

export class Grid {
  /** hooks: book({column, time}), open(appointment), moved({appointment, column, start, minutes}); texts: translated words. */
  constructor(host, { sprite, hooks, texts }) {
    this.host = host;
    this.sprite = sprite;
    this.hooks = hooks;
    this.texts = texts;
    this.calendar = null;
    this.columns = [];
    this.drawn = {}; // options as they were set last
    this.now = make("div", "s-now");
    this.now.setAttribute("aria-hidden", "true");
  }

  draw(data, { view, specialty }) {
    const isOtherDay = this.data?.date !== data.date;
    this.data = data;
    this.view = view;
    this.columns = view === "chairs" ? data.chairs : data.doctors.filter((column) => !specialty || column.specialties.includes(specialty));
    this.opens = toMinutes(data.opens);
    this.closes = toMinutes(data.closes);
    const options = this.options();
    this.host.style.setProperty("--s-columns", this.columns.length);
    this.host.style.setProperty("--s-column-min", `${MIN_COLUMN_PX}px`);
    const scroll = this.body && [this.body.scrollTop, this.body.scrollLeft];
    if (!this.calendar) {
      this.calendar = window.EventCalendar.create(this.host, { ...this.fixedOptions(), ...options });
      this.followScroll();
    } else {
      this.change(options);
    }
    requestAnimationFrame(() => {
      this.dropTableRoles();
      this.drawNow();
      if (isOtherDay) this.scrollToNow();
      else if (scroll) [this.body.scrollTop, this.body.scrollLeft] = scroll;
    });
  }

  /** Only what is different: each option set makes the calendar draw. */
  change(options) {
    Object.entries(options).forEach(([name, value]) => {
      const text = JSON.stringify(value);
      if (this.drawn[name] === text) return;
      this.drawn[name] = text;
      this.calendar.setOption(name, value);
    });
  }

  fixedOptions() {
    return {
      view: "resourceTimeGridDay",
      locale: document.documentElement.lang || "ru",
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      nowIndicator: false, // it would show the PC's clock, not the branch's
      slotLabelFormat: (date) => toTime(date.getHours() * 60 + date.getMinutes()),
      slotLabelInterval: "01:00",
      slotEventOverlap: false, // one booked over another stands beside it
      eventLongPressDelay: 400,
      eventClassNames: ({ event }) => (event.extendedProps.box ? ["z-tinted", "s-event", `is-${event.extendedProps.box.look}`] : []),
      eventContent: ({ event }) => (event.extendedProps.box ? { domNodes: [this.box(event.extendedProps.box, wallOf(event.start).slice(11))] } : ""),
      eventDidMount: ({ el, event }) => event.extendedProps.box && this.label(el, event.extendedProps.box),
      // Without columns the calendar draws an empty one of its own.
      resourceLabelContent: ({ resource }) => (resource.extendedProps.column ? { domNodes: [this.head(resource.extendedProps.column)] } : ""),
      dateClick: ({ date, resource }) => resource.extendedProps.column && this.hooks.book({ column: resource.extendedProps.column, time: wallOf(date).slice(11) }),
      eventClick: ({ event }) => event.extendedProps.box && this.hooks.open(event.extendedProps.box),
      eventDrop: (info) => this.dropped(info, info.newResource),
      eventResize: (info) => this.dropped(info, null),
    };
  }

  options() {
    const { data } = this;
    return {
      date: data.date,
      slotMinTime: data.opens,
      slotMaxTime: data.closes,
      slotDuration: { minutes: data.step },
      slotHeight: (HOUR_PX * data.step) / 60,
      pointer: data.canBook,
      eventStartEditable: data.canMove,
      eventDurationEditable: data.canMove,
      resources: this.columns.map((column) => ({ id: String(column.id), title: column.name, extendedProps: { column } })),
      events: [...this.offHours(), ...this.boxes()],
    };
  }

  boxes() {
    const key = this.view === "chairs" ? "chair" : "doctor";
    return this.data.appointments.map((box) => ({
      id: String(box.id),
      resourceIds: [String(box[key])],
      start: `${box.start}:00`,
      end: `${box.end}:00`,
      startEditable: this.data.canMove && box.isMovable,
      durationEditable: this.data.canMove && (box.isMovable || box.look === "in-chair"),
      extendedProps: { box },
    }));
  }

  /** Grey ground wherever a column does not work. */
  offHours() {
    const { date } = this.data;
    return this.columns.flatMap((column) => {
      let from = this.opens;
      const gaps = [];
      column.shifts.forEach(([start, end]) => {
        gaps.push([from, minutesOn(date, start)]);
        from = minutesOn(date, end);
      });
      gaps.push([from, this.closes]);
      return gaps
        .filter(([start, end]) => end > start)
        .map(([start, end]) => ({
          resourceIds: [String(column.id)],
          start: this.wall(start),
          end: this.wall(end),
          display: "background",
          classNames: ["s-off"],
        }));
    });
  }

  /** The calendar takes 24:00 as the next day's midnight. */
  wall(minutes) {
    if (minutes < 1440) return `${this.data.date}T${toTime(minutes)}:00`;
    return `${this.data.next}T${toTime(minutes - 1440)}:00`;
  }

  head(column) {
    const head = make("div", "s-head");
    const name = make("div", "s-head-name", column.name);
    name.title = column.name;
    head.append(name, make("div", "s-head-note", column.note || "\u00a0"));
    const foot = make("div", "s-head-foot");
    const bar = make("div", "s-load");
    foot.append(bar);
    if (column.load !== null) {
      const part = make("span");
      part.style.width = `${column.load}%`;
      bar.append(part);
      const load = make("span", "s-head-load z-num", `${column.load} %`);
      load.title = this.texts.load;
      foot.append(load);
    }
    head.append(foot);
    return head;
  }

  /** The time comes from the calendar: while a box is dragged it is the one it would get. */
  box(box, time) {
    const root = make("div", "s-box");
    const line = make("div", "s-line");
    line.append(make("span", "s-time z-num", time), " ", make("b", "", box.name));
    const marks = make("span", "s-marks");
    if (box.icon) marks.append(icon(this.sprite, box.icon, "s-mark s-state-icon"));
    box.marks.forEach((mark) => marks.append(icon(this.sprite, mark.icon, `s-mark${mark.tone ? ` is-${mark.tone}` : ""}`)));
    if (marks.childElementCount) line.append(" ", marks);
    root.append(line);
    if (this.isShort(box)) root.classList.add("is-short");
    const what = this.whatOf(box);
    if (what) root.append(make("div", "s-what", what));
    return root;
  }

  isShort(box) {
    return minutesOn(this.data.date, box.end) - minutesOn(this.data.date, box.start) <= SHORT_MINUTES;
  }

  /** The second line, when there is room for one. */
  whatOf(box) {
    if (this.isShort(box)) return "";
    return this.view === "chairs" ? [box.doctorName, box.purpose].filter(Boolean).join(" · ") : box.purpose;
  }

  /** The box's name begins with the words it shows, and says what it shows by colour and icons. */
  label(element, box) {
    const shown = [box.start.slice(11), box.name, this.whatOf(box)].filter(Boolean).join(" ");
    const rest = [`${box.start.slice(11)}–${box.end.slice(11)}`, box.state, ...box.marks.map((mark) => mark.title), box.doctorName];
    element.setAttribute("aria-label", [shown, ...rest].join(", "));
    element.title = [box.name, ...rest, box.purpose].filter(Boolean).join("\n");
    element.dataset.appointment = box.id;
  }

  dropped({ event }, resource) {
    const { box } = event.extendedProps;
    this.hooks.moved({
      box,
      column: resource ? resource.extendedProps.column : null,
      start: wallOf(event.start),
      minutes: Math.round((event.end - event.start) / 60000),
    });
  }

  get isBusy() {
    return Boolean(document.querySelector(".ec-dragging, .ec-resizing-y"));
  }

  // Geometry, for the line of the present and the keyboard's cursor

  get body() {
    return this.host.querySelector(".ec-body");
  }

  get content() {
    return this.host.querySelector(".ec-body .ec-content");
  }

  get height() {
    return ((this.closes - this.opens) * HOUR_PX) / 60;
  }

  top(minutes) {
    return ((minutes - this.opens) * HOUR_PX) / 60;
  }

  columnElement(index) {
    return this.host.querySelectorAll(".ec-body .ec-resource")[index];
  }

  /** The heads are a row of their own: they go along when the columns are scrolled sideways. */
  followScroll() {
    const follow = () => (this.host.querySelector(".ec-header").scrollLeft = this.body.scrollLeft);
    this.host.addEventListener("scroll", (event) => event.target === this.body && follow(), { capture: true, passive: true });
  }

  /** The calendar calls itself a table, but boxes and the cursor are no cells: a reader hears them as buttons of the region. */
  dropTableRoles() {
    const roles = ["table", "grid", "rowgroup", "row", "cell", "gridcell", "columnheader", "rowheader"];
    this.host.querySelectorAll(roles.map((role) => `[role="${role}"]`).join()).forEach((part) => part.removeAttribute("role"));
  }

  drawNow() {
    const minutes = this.minutesNow?.();
    const isShown = minutes !== undefined && this.data.date === this.data.today && minutes >= this.opens && minutes <= this.closes;
    this.now.hidden = !isShown;
    if (!isShown || !this.content) return;
    this.now.style.top = `${this.top(minutes)}px`;
    if (this.now.parentElement !== this.content) this.content.append(this.now);
  }

  scrollToNow() {
    const minutes = this.data.date === this.data.today ? this.minutesNow?.() : undefined;
    if (this.body) this.body.scrollTop = minutes === undefined ? 0 : Math.max(0, this.top(minutes) - HOUR_PX * 1.5);
  }
}

// The schedule's page: which day is shown, where its data come from, and what a press on the grid does.
import { branchMinutes, countWaiting } from "./clock.js";
import { Cursor } from "./cursor.js";
import { Grid } from "./grid.js";

const SIDE_KEY = "zubr:schedule:side";
const BUSY_MS = 400;
const RETRY_MS = 4000;

const host = document.getElementById("schedule-grid");
const tool = document.getElementById("schedule-tool");
const empty = document.getElementById("schedule-empty");
const status = document.getElementById("schedule-status");
const specialty = document.getElementById("schedule-specialty");
const dateInput = document.getElementById("schedule-date");
const texts = document.getElementById("schedule-texts").dataset;

const state = {
  data: JSON.parse(document.getElementById("schedule-data").textContent),
  view: host.dataset.view,
  tag: "",
  turn: 0, // counts requests: a late answer to an earlier one is dropped
};

const say = (text, tone = "info") => document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));

const grid = new Grid(host, { sprite: host.dataset.sprite, texts, hooks: { book, open, moved } });
grid.minutesNow = branchMinutes;
const cursor = new Cursor(grid, { texts, status, turn: (direction) => show(state.data[direction]) });

function draw() {
  const { data } = state;
  const chosen = specialty ? Number(specialty.value) || 0 : 0;
  grid.draw(data, { view: state.view, specialty: state.view === "doctors" ? chosen : 0 });
  empty.hidden = grid.columns.length > 0;
  host.classList.toggle("is-empty", grid.columns.length === 0);
  requestAnimationFrame(() => cursor.place());
  watch();
  tool.querySelector("[data-day-title]").textContent = data.title;
  dateInput.value = data.date;
  tool.querySelector("[data-day='today']").hidden = data.date === data.today;
  tool.querySelectorAll("[data-day]").forEach((link) => {
    link.href = address({ date: link.dataset.day === "today" ? "" : data[link.dataset.day] });
  });
  tool.querySelectorAll("[data-view]").forEach((link) => {
    link.href = address({ view: link.dataset.view });
    link.classList.toggle("active", link.dataset.view === state.view);
    link.setAttribute("aria-pressed", String(link.dataset.view === state.view));
  });
  if (specialty) specialty.hidden = state.view === "chairs";
}

function watch() {
  host.dataset.stamp = state.data.stamp;
  if (host.dataset.watch === state.data.watch) return;
  host.dataset.watch = state.data.watch;
  document.body.dispatchEvent(new CustomEvent("zubr:watch"));
}

/** The page's own address: Back and reload find the same day. */
function address({ date = state.data.date, view = state.view, chosen = specialty?.value || "" } = {}) {
  const query = new URLSearchParams();
  if (date && date !== state.data.today) query.set("date", date);
  if (view !== "doctors") query.set("view", view);
  if (chosen) query.set("specialty", chosen);
  return query.size || [...query].length ? `${host.dataset.pageUrl}?${query}` : host.dataset.pageUrl;
}

async function load(date, { isQuiet = false } = {}) {
  state.turn += 1;
  const mine = state.turn;
  const headers = { Accept: "application/json" };
  if (isQuiet) headers["X-Zubr-Poll"] = "1"; // nobody touched the screen: it may lock
  if (date === state.data.date && state.tag) headers["If-None-Match"] = state.tag;
  const response = await fetch(`${host.dataset.dataUrl}?date=${date}`, { headers, credentials: "same-origin", cache: "no-store" });
  if (mine !== state.turn || response.status === 304) return;
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const data = await response.json();
  if (mine !== state.turn) return;
  state.tag = response.headers.get("ETag") || "";
  state.data = data;
  draw();
}

/** Draw the shown day anew; not under somebody's hand, and again when the server does not answer. */
async function refresh() {
  if (grid.isBusy) {
    setTimeout(refresh, BUSY_MS);
    return;
  }
  try {
    await load(state.data.date, { isQuiet: true });
  } catch {
    setTimeout(refresh, RETRY_MS);
  }
}

async function show(date, { push = true } = {}) {
  try {
    await load(date);
  } catch {
    say(texts.failed, "warning");
    return;
  }
  if (push) window.history.pushState({ schedule: true }, "", address());
}

// What a press on the grid does

function openForm() {
  const booking = document.getElementById("booking-form");
  if (booking) return booking;
  const move = document.getElementById("move-form");
  return move?.closest("details").open ? move : null;
}

function fill(form, values) {
  Object.entries(values).forEach(([name, value]) => {
    const field = form.elements.namedItem(name);
    if (!field || field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  if (document.getElementById("drawer-frame").hidden) document.querySelector("[data-drawer-resume]").click();
}

function book({ column, time }) {
  if (!host.dataset.bookUrl) return;
  if (!state.data.canBook) {
    say(texts.over, "warning");
    return;
  }
  const place = state.view === "chairs" ? { chair: column.id || "", ...doctorAt(column, time) } : { doctor: column.id, chair: "" };
  const values = { ...place, date: state.data.date, time };
  const form = openForm();
  if (form) {
    fill(form, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])));
    return;
  }
  window.htmx.ajax("GET", `${host.dataset.bookUrl}?${new URLSearchParams(values)}`, { target: "#drawer", source: host });
}

/** In the chairs' view the doctor is whoever works at that chair then. */
function doctorAt(column, time) {
  const at = `${state.data.date}T${time}`;
  const found = state.data.doctors.find((doctor) => doctor.chairs.some(([chair, start, end]) => chair === column.id && start <= at && at < end));
  return found ? { doctor: found.id } : {};
}

const addressOf = (box) => `${host.dataset.pageUrl}${box.id}/`;

function open(box) {
  window.htmx.ajax("GET", addressOf(box), { target: "#drawer", source: host });
}

function moved({ box, column, start, minutes }) {
  const isLengthOnly = !column && start === box.start;
  const values = { start, minutes, version: box.version, doctor: box.doctor, chair: isLengthOnly ? box.chair || "" : "" };
  if (column && state.view === "chairs") values.chair = column.id || "";
  else if (column) values.doctor = column.id;
  else if (state.view === "chairs") values.chair = box.chair || "";
  window.htmx.ajax("POST", `${addressOf(box)}drag/`, { values, swap: "none", source: host }).then(redraw, redraw);
}

/** A refused move leaves the box where it was dropped: the server's data put it back. */
function redraw() {
  draw();
  refresh();
}

// The toolbar

tool.addEventListener("click", (event) => {
  const link = event.target.closest("[data-day], [data-view]");
  if (event.target.closest("[data-pick-day]")) {
    if (dateInput.showPicker) dateInput.showPicker();
    else dateInput.focus();
  }
  if (event.target.closest("[data-side-switch]")) switchSide();
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.view) {
    state.view = link.dataset.view;
    window.history.pushState({ schedule: true }, "", address());
    draw();
  } else {
    show(link.dataset.day === "today" ? state.data.today : state.data[link.dataset.day]);
  }
});
dateInput.addEventListener("change", () => dateInput.value && show(dateInput.value));
specialty?.addEventListener("change", () => {
  window.history.replaceState({ schedule: true }, "", address());
  draw();
});
window.addEventListener("popstate", () => {
  const query = new URLSearchParams(window.location.search);
  state.view = query.get("view") === "chairs" ? "chairs" : "doctors";
  if (specialty) specialty.value = query.get("specialty") || "";
  const date = query.get("date") || state.data.today;
  if (date === state.data.date) draw();
  else show(date, { push: false });
});

function switchSide(isHidden = !document.getElementById("schedule-page").classList.contains("is-wide")) {
  document.getElementById("schedule-page").classList.toggle("is-wide", isHidden);
  tool.querySelector("[data-side-switch]").setAttribute("aria-expanded", String(!isHidden));
  localStorage.setItem(SIDE_KEY, isHidden ? "hidden" : "shown");
  requestAnimationFrame(() => cursor.place());
}

// Requests that begin from the shown day: «Записать» of the bar, the shifts' drawer
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.matches(".z-bar-book, [data-shifts]")) parameters.date = state.data.date;
});

host.addEventListener("zubr:changed", refresh);
document.body.addEventListener("appointmentChanged", refresh);
new ResizeObserver(() => requestAnimationFrame(() => cursor.place())).observe(host);
setInterval(() => {
  grid.drawNow();
  countWaiting();
}, 10000);

if (specialty) specialty.value = new URLSearchParams(window.location.search).get("specialty") || "";
if (localStorage.getItem(SIDE_KEY) === "hidden") switchSide(true);
draw();

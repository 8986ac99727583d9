// Small builders of elements, and times as minutes of the day.

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** An icon of the sprite; with a title it is an image with that name. */
export function icon(sprite, name, className, title) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `z-icon ${className || ""}`.trim());
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  if (!title) {
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  const words = document.createElementNS(svg.namespaceURI, "title");
  words.textContent = title;
  svg.prepend(words);
  return svg;
}

const two = (number) => String(number).padStart(2, "0");

/** Minutes since the beginning of the shown day: "2026-11-24T00:30" of the 23rd is 1470, of the 24th 30. */
export function minutesOn(date, wall) {
  const [day, time] = wall.split("T");
  const [hours, minutes] = time.split(":").map(Number);
  const days = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${date}T00:00:00Z`)) / 86400000);
  return days * 1440 + hours * 60 + minutes;
}

export function toMinutes(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

export const toTime = (minutes) => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;

/** Wall-clock text of a Date the calendar gives: it lives in the browser's zone, its digits are the branch's. */
export function wallOf(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

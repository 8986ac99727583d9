// The branch's clock by the server's time, and minutes waited that count on between two answers of the server.

const LAG_MS = new Date(document.body.dataset.now || Date.now()).getTime() - Date.now();
const wall = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: document.body.dataset.timeZone || undefined,
});

export function branchMinutes() {
  const [hours, minutes] = wall.format(Date.now() + LAG_MS).split(":").map(Number);
  return hours * 60 + minutes;
}

/** «18 мин»: only the number and the tone change, the word stays the server's. */
export function countWaiting() {
  document.querySelectorAll("[data-since]").forEach((place) => {
    const minutes = Math.max(0, Math.floor((Date.now() + LAG_MS - new Date(place.dataset.since).getTime()) / 60000));
    const words = place.firstElementChild;
    if (!words || !Number.isFinite(minutes)) return;
    const text = words.textContent.replace(/\d+/, minutes);
    if (words.textContent !== text) words.textContent = text;
    const tone = minutes >= Number(place.dataset.late) ? "danger" : minutes >= Number(place.dataset.warn) ? "warn" : "";
    words.className = tone ? `z-${tone}-ink` : "z-muted";
  });
}

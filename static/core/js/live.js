// Live parts. An element says what it shows with data-watch="schedule:1:2026-11-23" (and data-stamp="…", the version it
// was rendered from); when that version changes the element gets the event zubr:changed and the body zubr:stamp:schedule.
"use strict";
{
  const MISSED_LIMIT = 2;
  const FIRST_DELAY_MS = 400;
  const ACTIVITY_STEP_MS = 5000;
  const url = document.body.dataset.liveUrl;
  const banners = {
    network: document.getElementById("banner-network"),
    role: document.getElementById("banner-role"),
    signedOut: document.getElementById("banner-signed-out"),
  };
  let known = {};
  let watched = "";
  let missed = 0;

  const watchers = () => [...document.querySelectorAll("[data-watch]")];

  function announce(name, value, elements) {
    const detail = { name, value };
    document.body.dispatchEvent(new CustomEvent(`zubr:stamp:${name.split(":")[0]}`, { detail }));
    elements.forEach((element) => element.dispatchEvent(new CustomEvent("zubr:changed", { detail })));
  }

  function compare(stamps) {
    const byName = new Map();
    watchers().forEach((element) => {
      const name = element.dataset.watch;
      byName.set(name, [...(byName.get(name) || []), element]);
    });
    Object.entries(stamps).forEach(([name, value]) => {
      const elements = byName.get(name) || [];
      const before = known[name] ?? elements.find((element) => element.dataset.stamp)?.dataset.stamp;
      known[name] = value;
      document.body.dispatchEvent(new CustomEvent("zubr:stamp", { detail: { name, value } }));
      if (before !== undefined && before !== value) announce(name, value, elements);
    });
  }

  function heard(message) {
    if (message.kind === "locked") {
      document.body.dispatchEvent(new CustomEvent("locked"));
      return;
    }
    if (message.kind === "signed-out") {
      banners.signedOut.hidden = false;
      return;
    }
    missed = message.kind === "missed" ? missed + 1 : 0;
    banners.network.hidden = missed < MISSED_LIMIT;
    if (message.kind === "missed") return;
    document.body.dispatchEvent(new CustomEvent("zubr:unlocked")); // perhaps in another tab
    banners.signedOut.hidden = true;
    banners.role.hidden = !message.role || message.role === document.body.dataset.roleStamp;
    if (message.kind === "stamps") compare(message.stamps);
  }

  function throttled(act) {
    let last = 0;
    return () => {
      if (Date.now() - last < ACTIVITY_STEP_MS) return;
      last = Date.now();
      act();
    };
  }

  function start(worker) {
    const names = [...new Set(watchers().map((element) => element.dataset.watch))].sort();
    if (names.join("\n") === watched) return;
    watched = names.join("\n");
    known = Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name)));
    const query = new URLSearchParams(names.map((name) => ["watch", name]));
    worker.postMessage({ address: `${new URL(url, window.location.href)}?${query}`, delay: FIRST_DELAY_MS });
  }

  if (url && window.Worker) {
    const worker = new Worker(document.body.dataset.liveWorker);
    worker.onmessage = ({ data }) => heard(data);
    start(worker);
    document.addEventListener("htmx:afterSettle", () => start(worker));
    // A page somebody works on is not left alone, even when nothing is sent for a while.
    const active = () => worker.postMessage({ isActive: true });
    ["keydown", "pointerdown", "pointermove", "wheel"].forEach((name) => {
      document.addEventListener(name, throttled(active), { passive: true, capture: true });
    });
    document.body.addEventListener("zubr:watch", () => start(worker)); // a script changed data-watch itself
  }
}

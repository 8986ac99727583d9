// Asks the server for version stamps every two seconds. A worker, because timers of hidden tabs are throttled.
"use strict";
{
  const EVERY_MS = 2000;
  const PATIENCE_MS = 8000;
  let address = "";
  let tag = "";
  let timer = 0;
  let generation = 0;
  let isActive = false; // the person typed or moved the mouse since the last question

  async function ask() {
    const mine = generation;
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    let message;
    try {
      const headers = { Accept: "application/json", "X-Zubr-Poll": "1" };
      if (tag) headers["If-None-Match"] = tag;
      if (isActive) headers["X-Zubr-Active"] = "1";
      isActive = false;
      const response = await fetch(address, {
        headers,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "manual",
        signal: stop.signal,
      });
      message = await read(response, mine);
    } catch {
      message = { kind: "missed" };
    }
    clearTimeout(patience);
    if (mine !== generation) return; // the page watches something else by now
    postMessage(message);
    timer = setTimeout(ask, EVERY_MS);
  }

  async function read(response, mine) {
    const role = response.headers.get("X-Zubr-Role");
    if (response.status === 304) return { kind: "same", role };
    if (response.type === "opaqueredirect" || response.status === 401) return { kind: "signed-out" };
    if (response.status === 423) return { kind: "locked" };
    if (!response.ok) return { kind: "missed" };
    const stamps = await response.json();
    if (mine === generation) tag = response.headers.get("ETag") || "";
    return { kind: "stamps", stamps, role };
  }

  onmessage = ({ data }) => {
    if (data.isActive) {
      isActive = true;
      return;
    }
    address = data.address;
    tag = "";
    generation += 1;
    clearTimeout(timer);
    timer = setTimeout(ask, data.delay);
  };
}

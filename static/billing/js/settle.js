// Settlement: every change asks the server what it would do. Nothing is added up here.
"use strict";
{
  const PAUSE_MS = 180;
  const form = () => document.querySelector("[data-settle]");
  let timer = 0;
  let number = 0;

  /** Ask for a draft; an answer that is no longer the newest is dropped by htmx. */
  function ask(fill) {
    const settle = form();
    if (!settle) return;
    clearTimeout(timer);
    number += 1;
    const mine = number;
    const values = Object.fromEntries(fill ? [["fill", fill]] : []);
    window.htmx
      // the source is no form, or htmx would add the form's token to the address
      .ajax("GET", settle.dataset.draftUrl, { source: settle.querySelector("[data-asker]"), target: settle, swap: "none", values: { ...read(settle), ...values } })
      .then(() => {
        if (!fill || mine !== number) return;
        const input = document.getElementById(`means-${fill}`);
        input?.focus();
        input?.select();
      });
  }

  function read(settle) {
    const values = {};
    new FormData(settle).forEach((value, name) => {
      if (name === "csrfmiddlewaretoken") return;
      values[name] = name in values ? [].concat(values[name], value) : value;
    });
    return values;
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("[data-settle]")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, event.target.type === "checkbox" ? 0 : PAUSE_MS);
  });
  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    if (fill) ask(fill.dataset.fill);
    const note = event.target.closest("[data-note]");
    if (!note) return;
    const received = document.getElementById("cash-received");
    received.value = note.dataset.note;
    received.focus();
    ask();
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest?.("[data-settle] input");
    if (!input || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "=" && "sum" in input.dataset) {
      event.preventDefault();
      ask(input.name);
    }
    if (event.key === "Enter") {
      event.preventDefault(); // money is taken by Ctrl+Enter or the button, never by leaving a field
      ask();
    }
  });
  ["orderChanged", "shiftChanged"].forEach((name) => document.body.addEventListener(name, () => ask()));
  document.body.addEventListener("paymentChanged", () => {
    window.htmx.ajax("GET", window.location.href, { target: "#main", select: "#main", swap: "outerHTML" });
  });
}

// Settings pages: the week of a branch, what a position proposes, a password made up, what a personal right asks.
"use strict";
{
  /** A closed day shows no times. */
  function drawDays(root) {
    root.querySelectorAll("[data-day]").forEach((day) => {
      day.classList.toggle("is-closed", !day.querySelector("input[type='checkbox']").checked);
    });
  }

  /** Every day that is open gets Monday's times. */
  function sameAsMonday(form) {
    const [monday, ...others] = form.querySelectorAll("[data-day]");
    const times = [...monday.querySelectorAll(".z-time")].map((input) => input.value);
    others
      .filter((day) => !day.classList.contains("is-closed"))
      .forEach((day) => day.querySelectorAll(".z-time").forEach((input, index) => (input.value = times[index])));
  }

  /** A position that was just ticked ticks the role it proposes. */
  function propose(tick) {
    const block = tick.form.querySelector("[data-proposed]");
    if (!block || tick.name !== "positions" || !tick.checked) return;
    const role = JSON.parse(block.dataset.proposed)[tick.value];
    const box = role && block.querySelector(`input[value="${role}"]`);
    if (box) box.checked = true;
  }

  /** A personal right asks only for what its kind has: no scope or limit where there is none to choose, none for a denial. */
  function drawPersonal(root) {
    const form = root.closest?.("[data-personal-right]") || root.querySelector("[data-personal-right]");
    if (!form) return;
    const kind = JSON.parse(form.dataset.personalRight)[form.elements.code.value] || {};
    const isDenied = form.elements.effect.value === "deny";
    form.querySelector(".z-field.scope").hidden = isDenied || !kind.scope;
    form.querySelector(".z-field.limit").hidden = isDenied || !kind.limit;
  }

  document.addEventListener("change", (event) => {
    if (event.target.form) drawPersonal(event.target);
    const day = event.target.closest("[data-day]");
    if (day && event.target.type === "checkbox") {
      drawDays(day.parentElement);
      if (event.target.checked) day.querySelector(".z-time").focus();
    }
    if (event.target.type === "checkbox" && event.target.form) propose(event.target);
  });
  document.addEventListener("click", (event) => {
    const same = event.target.closest("[data-same-hours]");
    if (same) sameAsMonday(same.closest("form"));
    const fill = event.target.closest("[data-fill]");
    if (fill) document.getElementById(fill.dataset.fill).value = fill.dataset.value;
  });
  document.addEventListener("htmx:load", (event) => {
    drawDays(event.detail.elt);
    drawPersonal(event.detail.elt);
  });
}

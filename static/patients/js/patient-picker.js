// The patient of a form: a card added in the modal window comes back to the picker that asked for it; focus follows the choice.
"use strict";
{
  let asking = null; // the picker whose «new card» was pressed

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (target.id === "modal") asking = elt.closest("[data-patient-picker]");
  });

  document.body.addEventListener("patientAdded", (event) => {
    const { id } = event.detail.value ?? event.detail;
    if (!id || !asking?.isConnected) return;
    const url = `${asking.dataset.patientPicker}&patient=${id}`;
    window.htmx.ajax("GET", url, { target: `#${asking.id}`, swap: "outerHTML", source: asking });
    asking = null;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const picker = document.getElementById(event.detail.elt?.id);
    if (!picker?.matches("[data-patient-picker]")) return;
    const form = picker.closest("form");
    const field = picker.querySelector("[data-picked]") || picker.querySelector("[data-takes-focus]");
    if (!field) return;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const next = picker.querySelector("[data-picked]") ? afterPicker(form, picker) : field;
    next?.focus();
  });

  /** Somebody is chosen: the next field of the form is what to type into now. */
  function afterPicker(form, picker) {
    const fields = [...(form?.elements || [])].filter((field) => field.type !== "hidden" && !field.disabled && field.getClientRects().length);
    const inside = fields.findIndex((field) => picker.contains(field));
    return fields.slice(inside + 1).find((field) => !picker.contains(field)) || picker.querySelector("button");
  }
}

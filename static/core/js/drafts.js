// What was typed survives a reload: forms with data-draft="name" are kept in this tab until they are saved or dropped.
"use strict";
{
  const PREFIX = "zubr:draft:";
  const PAUSE_MS = 250;
  const timers = new WeakMap();

  const keyOf = (form) => `${PREFIX}${document.body.dataset.roleStamp || ""}:${form.dataset.draft}`;
  const fieldsOf = (form) =>
    [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));

  function valuesOf(form) {
    return fieldsOf(form).map((field) => {
      if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
      if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
      return [field.name, field.value];
    });
  }

  function save(form) {
    sessionStorage.setItem(keyOf(form), JSON.stringify(valuesOf(form)));
  }

  function putBack(field, [, value, isChecked]) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = isChecked;
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = value.includes(option.value)));
    else field.value = value;
    if (field.tomselect) field.tomselect.sync();
  }

  function restore(form) {
    const stored = sessionStorage.getItem(keyOf(form));
    if (!stored || stored === JSON.stringify(valuesOf(form))) return;
    const left = JSON.parse(stored);
    fieldsOf(form).forEach((field) => {
      const index = left.findIndex(([name, value, isChecked]) => name === field.name && (isChecked === undefined || value === field.value));
      if (index >= 0) putBack(field, left.splice(index, 1)[0]);
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const text = document.getElementById("texts").dataset.draftRestored;
    document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "info" } }));
  }

  function forget(form) {
    clearTimeout(timers.get(form));
    sessionStorage.removeItem(keyOf(form));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), PAUSE_MS));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // the asking element by its request: a form the answer has replaced is told of through its parent
    const form = event.detail.requestConfig.elt.closest("form[data-draft]");
    if (form && event.detail.successful && event.detail.requestConfig.verb !== "get" && event.detail.xhr.status !== 422) forget(form);
  });
  document.addEventListener("zubr:forget", (event) => forget(event.target));

  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    [part, ...part.querySelectorAll("form[data-draft]")].filter((form) => form.matches("form[data-draft]")).forEach((form) => {
      // A form that came back with its errors shows what was typed already.
      if (!form.querySelector(".is-invalid, [role='alert']")) restore(form);
    });
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-forget-drafts")) return;
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
  });
}

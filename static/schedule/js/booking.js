// Fields of time in any drawer: lengths and free times by one press, and a way back offered inside a toast.
"use strict";
{
  const fieldOf = (form, name) => form.elements.namedItem(name);

  function put(form, name, value) {
    const field = fieldOf(form, name);
    if (!field || field.value === String(value)) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true })); // drafts and the drawer listen
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Show which of the offered lengths and times the fields hold. */
  function mark(form) {
    const press = (selector, key, value) => {
      form.querySelectorAll(selector).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset[key] === value)));
    };
    press("[data-set-minutes]", "setMinutes", fieldOf(form, "minutes")?.value);
    press("[data-set-time]:not([data-set-day])", "setTime", (fieldOf(form, "time")?.value || "").slice(0, 5));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-minutes], [data-set-time]");
    const form = button?.closest("form");
    if (!form) return;
    if (button.dataset.setDay) put(form, "date", button.dataset.setDay);
    if (button.dataset.setTime) put(form, "time", button.dataset.setTime);
    if (button.dataset.setMinutes) put(form, "minutes", button.dataset.setMinutes);
    mark(form);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.b-form");
    if (!form) return;
    mark(form);
    const times = form.querySelector("#booking-times");
    if (times && ["doctor", "date", "minutes"].includes(event.target.name)) window.htmx.trigger(times, "zubr:times");
  });

  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    const around = part.closest?.("form.b-form");
    [...part.querySelectorAll("form.b-form"), ...(around ? [around] : [])].forEach(mark);
    // A draft put back another doctor or day: the free times are those of what the fields hold.
    const times = part.querySelector?.("#booking-form #booking-times");
    if (times) setTimeout(() => times.isConnected && window.htmx.trigger(times, "zubr:times"), 0);
  });

  // Moving opens its form: the free times come with it.
  document.addEventListener(
    "toggle",
    (event) => {
      const times = event.target.open && event.target.querySelector?.("#booking-times");
      if (times) window.htmx.trigger(times, "zubr:times");
    },
    true,
  );

  // HX-Trigger: {"toast": …, "undoOffered": {"title": …, "url": …, "values": {…}}}: the toast just shown gets a button.
  document.body.addEventListener("undoOffered", (event) => {
    const { title, url, values } = event.detail.value ?? event.detail;
    const toast = document.getElementById("toasts").lastElementChild;
    if (!toast) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = title;
    button.addEventListener("click", () => {
      toast.remove();
      window.htmx.ajax("POST", url, { values: values || {}, swap: "none", source: document.body });
    });
    toast.querySelector("[data-toast-close]").before(button);
  });
}

// The chairside order: Enter in the search writes the first service found; the newest line is in sight; tabs.
"use strict";
{
  const form = document.querySelector("[data-find]");
  const first = () => document.querySelector("#order-services-list [data-service]:not(:disabled)");

  if (form) {
    const input = form.elements.namedItem("q");
    let shown = ""; // the text the list was found by
    let isWanted = false;

    const write = () => {
      isWanted = false;
      first()?.click();
      input.select();
    };

    form.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        first()?.focus();
      }
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (!input.value.trim()) return;
      if (shown === input.value) write();
      else {
        isWanted = true;
        window.htmx.trigger(form, "submit");
      }
    });
    input.addEventListener("input", () => {
      isWanted = false;
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) return;
      shown = event.detail.requestConfig.parameters.q || "";
      if (isWanted && shown === input.value) setTimeout(write, 0); // once the list is in its place
    });
  }

  // The line just written is the last one: show it.
  const count = () => document.querySelectorAll("#order-lines tbody tr").length;
  let before = count();
  document.addEventListener("htmx:afterSettle", () => {
    if (count() > before) document.querySelector("#order-lines tbody tr:last-child").scrollIntoView({ block: "nearest" });
    before = count();
  });

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (!tab) return;
    const input = document.getElementById("service-find");
    input.value = "";
    document.querySelectorAll("[data-tab]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
  });
}

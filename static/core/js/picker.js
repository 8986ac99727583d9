// Long lists with a search: <select data-picker>. What is chosen goes to the select itself, so that forms need not know.
"use strict";
{
  function start(select) {
    if (select.tomselect) return;
    const picker = new window.TomSelect(select, {
      refreshThrottle: 0, // Enter right after a letter must choose what is typed, not what was listed before
      loadThrottle: 120,
      maxOptions: 200,
      allowEmptyOption: true,
      selectOnTab: true,
      plugins: select.multiple ? ["remove_button"] : [],
      placeholder: select.dataset.placeholder || "",
      render: { no_results: () => nothingFound() },
    });
    const typing = (text) => picker.wrapper.classList.toggle("is-typing", Boolean(text));
    picker.on("type", typing);
    picker.on("dropdown_close", () => typing(""));
    select.setAttribute("aria-hidden", "true"); // its label went over to the picker
    picker.on("change", () => select.dispatchEvent(new Event("input", { bubbles: true })));
  }

  function nothingFound() {
    const line = document.createElement("div");
    line.className = "no-results";
    line.textContent = document.getElementById("texts").dataset.nothingFound;
    return line;
  }

  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    [part, ...part.querySelectorAll("select[data-picker]")].filter((element) => element.matches("select[data-picker]")).forEach(start);
  });
  // htmx is about to remove the part: let the picker take its own elements away first.
  document.addEventListener("htmx:beforeCleanupElement", (event) => event.target.tomselect?.destroy());
}

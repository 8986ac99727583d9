// The rights of a role: marks what is not saved, filters the rows, warns before the page is left.
"use strict";
{
  const form = () => document.getElementById("rights");
  const rows = () => [...form().querySelectorAll("[data-right]")];
  const open = (row) => row.dataset.saved !== undefined;
  const normal = (text) => text.toLowerCase().replaceAll("ё", "е").trim();
  let isSaved = false; // the server said so and the browser is on its way to the new page

  /** What the controls of a row say, as the server writes it: off, branch:, all:10. */
  function keyOf(row) {
    if (!row.querySelector(".z-switch").checked) return "off";
    const scope = row.querySelector("[name^='scope-']:checked");
    const limit = row.querySelector("[name^='limit-']");
    return `${scope ? scope.value : "all"}:${limit ? limit.value : ""}`;
  }

  function setRow(row, key) {
    const [scope, limit] = key.split(":");
    row.querySelector(".z-switch").checked = key !== "off";
    if (key === "off") return;
    const radio = row.querySelector(`[name^='scope-'][value='${scope}']`);
    if (radio) radio.checked = true;
    const select = row.querySelector("[name^='limit-']");
    if (select) select.value = limit;
  }

  const unsaved = () => rows().filter((row) => open(row) && keyOf(row) !== row.dataset.saved);

  function draw() {
    const typed = unsaved();
    rows().forEach((row) => row.classList.toggle("is-unsaved", typed.includes(row)));
    form()
      .querySelectorAll("[data-module]")
      .forEach((group) => {
        const given = group.querySelector("[data-given]");
        if (given) given.textContent = group.querySelectorAll(".z-switch:checked").length;
      });
    const count = form().querySelector("[data-count-changed]");
    if (count) count.textContent = rows().filter(isChanged).length;
    const save = document.querySelector("[data-save]");
    const text = save.querySelector("[data-save-text]");
    text.dataset.plain ??= text.textContent;
    text.textContent = typed.length ? `${text.dataset.withNumber} ${typed.length}` : text.dataset.plain;
    save.disabled = !typed.length;
    filter();
  }

  const isChanged = (row) => "changed" in row.dataset || row.classList.contains("is-unsaved");

  /** Rows that do not match are hidden, never taken away: what is typed in them is saved with the rest. */
  function filter() {
    const words = normal(form().querySelector("[data-right-search]").value).split(/\s+/);
    const show = form().querySelector("[data-right-show]:checked")?.value || "all";
    const module = form().querySelector("[data-right-module-choice]").value;
    let found = 0;
    form()
      .querySelectorAll("[data-module]")
      .forEach((group) => {
        let inGroup = 0;
        group.querySelectorAll("[data-right]").forEach((row) => {
          const isShown =
            (!module || group.dataset.module === module) &&
            words.every((word) => row.dataset.words.includes(word)) &&
            (show !== "changed" || isChanged(row)) &&
            (show !== "dangerous" || "dangerous" in row.dataset);
          row.hidden = !isShown;
          inGroup += isShown;
        });
        group.hidden = !inGroup;
        found += inGroup;
      });
    form().querySelector("[data-none-found]").hidden = found > 0;
    remember({ q: form().querySelector("[data-right-search]").value.trim(), show: show === "all" ? "" : show, module });
  }

  /** The page's state lives in its address: reload, Back and the answer after saving find it there. */
  function remember(state) {
    const url = new URL(window.location.href);
    Object.entries(state).forEach(([name, value]) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name)));
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }

  /** The column beside shows the person's rights as they would be. */
  let timer = 0;
  function preview() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const field = document.querySelector("[data-changes]");
      const text = unsaved()
        .map((row) => `${row.dataset.right}=${keyOf(row)}`)
        .join(",");
      if (!field || field.value === text) return;
      field.value = text;
      document.body.dispatchEvent(new CustomEvent("rightsTyped"));
    }, 250);
  }

  function typed() {
    draw();
    preview();
  }

  function filterPerson() {
    const card = document.getElementById("person-rights") || document.getElementById("drawer");
    const chosen = document.querySelector("[data-person-show]:checked")?.value;
    card?.querySelectorAll(".z-person-line").forEach((line) => {
      line.hidden = chosen === "personal" && !("personal" in line.dataset);
    });
  }

  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[data-person-show]")) filterPerson();
    if (target.matches("[data-person]")) remember({ employee: target.value });
    if (!form()?.contains(target)) return;
    if (target.matches("[data-right-show], [data-right-module-choice]")) {
      filter();
      return;
    }
    const row = target.closest("[data-right]");
    if (!row) return;
    if (!target.matches(".z-switch")) row.querySelector(".z-switch").checked = true; // choosing whose data gives the right
    typed();
  });
  document.addEventListener("input", (event) => event.target.matches("[data-right-search]") && filter());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-right-search]")) event.preventDefault(); // it saves nothing
  });
  document.addEventListener("click", (event) => {
    const undo = event.target.closest("[data-undo]");
    if (undo) {
      const row = undo.closest("[data-right]");
      setRow(row, row.classList.contains("is-unsaved") ? row.dataset.saved : row.dataset.base);
      typed();
      row.querySelector(".z-switch").focus();
    }
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      const isOpen = fold.getAttribute("aria-expanded") === "true";
      fold.setAttribute("aria-expanded", String(!isOpen));
      document.getElementById(fold.getAttribute("aria-controls")).hidden = isOpen;
    }
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    if (elt.id === "role-save" && xhr.getResponseHeader("HX-Redirect")) isSaved = true;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!form()) return;
    if (form().contains(event.detail.elt) || event.detail.target.id === "rights") {
      typed();
      form().querySelector("[autofocus]")?.focus();
    }
    if (document.querySelector("[data-person-show]")) filterPerson();
    const field = document.querySelector("[data-changes]");
    if (event.detail.target.id === "person-rights" && field) {
      field.value = unsaved()
        .map((row) => `${row.dataset.right}=${keyOf(row)}`)
        .join(",");
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (isSaved || !form() || !unsaved().length) return;
    event.preventDefault();
    event.returnValue = form().dataset.leaveText; // browsers show words of their own, old ones these
  });
  window.addEventListener("pageshow", () => form() && typed()); // Back shows what the browser kept in the controls
  if (form()) draw();
}

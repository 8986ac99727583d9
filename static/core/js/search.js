// Find as you type: a combobox over a list of links that htmx fetches. Any [data-search] block works, the bar's first of all.
"use strict";
{
  const INPUT = "[data-search] [role='combobox']";
  const waiting = new WeakSet(); // Enter was pressed before the answer came

  const partsOf = (input) => {
    const block = input.closest("[data-search]");
    return { list: block.querySelector("[role='listbox']"), status: block.querySelector("[data-search-status]") };
  };
  const optionsOf = (list) => [...list.querySelectorAll("[role='option']")];
  const currentOf = (list) => list.querySelector("[aria-selected='true']");
  const isShort = (input) => input.value.trim().length < Number(input.dataset.minLength || 1);

  function show(input, isShown) {
    const { list } = partsOf(input);
    list.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    if (!isShown) input.removeAttribute("aria-activedescendant");
  }

  function choose(input, option) {
    const { list } = partsOf(input);
    currentOf(list)?.setAttribute("aria-selected", "false");
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function move(input, step) {
    const { list } = partsOf(input);
    const options = optionsOf(list);
    if (!options.length) return;
    if (list.hidden) show(input, true);
    const at = options.indexOf(currentOf(list));
    choose(input, options[(at + step + options.length) % options.length]);
  }

  function open(input, option) {
    if (option.hasAttribute("href")) option.click();
    else window.htmx.trigger(option, "click");
    show(input, false);
  }

  function enter(input) {
    const { list } = partsOf(input);
    const current = list.hidden ? null : currentOf(list);
    if (current && input.dataset.shown === input.value) open(input, current);
    else waiting.add(input);
  }

  function close(input) {
    waiting.delete(input);
    if (!partsOf(input).list.hidden) show(input, false);
    else if (input.value) input.value = "";
    else input.blur();
  }

  const MOVES = { ArrowDown: 1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(INPUT) || event.isComposing) return;
    const input = event.target;
    if (event.key in MOVES) move(input, MOVES[event.key]);
    else if (event.key === "Enter") enter(input);
    else if (event.key === "Escape") close(input);
    else return;
    event.preventDefault();
  });

  document.addEventListener("htmx:confirm", (event) => {
    const input = event.detail.elt;
    if (!input.matches(INPUT) || !isShort(input)) return;
    event.preventDefault(); // one letter finds half the town
    show(input, false);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const input = event.detail.requestConfig?.elt;
    if (!input?.matches(INPUT)) return;
    const { list, status } = partsOf(input);
    const options = optionsOf(list);
    const people = options.filter((option) => !option.classList.contains("z-option-more"));
    input.dataset.shown = event.detail.requestConfig.parameters[input.name] ?? input.value;
    show(input, document.activeElement === input && !isShort(input));
    choose(input, options[0]);
    if (status) status.textContent = people.length ? `${status.dataset.found} ${people.length}` : status.dataset.nothing;
    // Enter pressed ahead of the answer opens the only person found; several are left to the eye.
    if (waiting.delete(input) && people.length === 1) open(input, people[0]);
  });

  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(INPUT)) {
      event.target.select();
      if (!isShort(event.target) && event.target.dataset.shown) show(event.target, true);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    document.querySelectorAll(INPUT).forEach((input) => {
      if (!input.closest("[data-search]").contains(event.target)) show(input, false);
    });
  });
}

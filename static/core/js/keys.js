// The keyboard of the desk: one key, one meaning everywhere. Letters are read by their place on the keyboard,
// so that they work on the Russian layout too. Elements say which key they answer: data-key="F4".
"use strict";
{
  const isTyping = (element) => element.matches?.("input, textarea, select, [contenteditable='true'], [contenteditable='']");
  const isSeen = (element) => !element.disabled && element.getClientRects().length > 0;

  /** Where a key looks first: an open dialog alone; else the drawer, then the page. */
  function scopes() {
    const dialog = [...document.querySelectorAll("dialog[open]")].pop();
    if (dialog) return [dialog];
    return [document.getElementById("drawer"), document].filter(Boolean);
  }

  function findFor(selector) {
    for (const scope of scopes()) {
      const found = [...scope.querySelectorAll(selector)].find(isSeen);
      if (found) return found;
    }
    return null;
  }

  function activate(element) {
    if (isTyping(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
    }
  }

  function nameOf(event) {
    const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
    const withCtrl = ctrlKey || metaKey;
    if (withCtrl && !altKey && !shiftKey && key === "Enter") return "Ctrl+Enter";
    if (withCtrl && !altKey && !shiftKey && code === "KeyK") return "find";
    if (altKey && !withCtrl && /^(Digit|Numpad)[1-9]$/.test(code)) return `Alt+${code.slice(-1)}`;
    if (withCtrl || altKey) return "";
    if (/^F\d+$/.test(key) && !shiftKey) return key;
    if (isTyping(event.target)) return "";
    if (key === "?" || (code === "Slash" && shiftKey)) return "sheet";
    if (key === "/" || code === "Slash") return "find";
    if (code === "KeyN" && !shiftKey) return "N";
    return "";
  }

  function openSheet() {
    const sheet = document.getElementById("keys-sheet");
    const list = sheet.querySelector(".z-keys-list");
    list.querySelectorAll("[data-of-page]").forEach((row) => row.remove());
    document.querySelectorAll("template[data-keys-of-page]").forEach((template) => {
      [...template.content.cloneNode(true).children].forEach((row) => {
        row.setAttribute("data-of-page", "");
        list.append(row);
      });
    });
    sheet.showModal();
  }

  function confirmPage() {
    const form = document.activeElement?.closest?.("form");
    const own = form && [...form.querySelectorAll("[data-key='Ctrl+Enter'], button:not([type='button'])")].find(isSeen);
    const button = own || findFor("[data-key='Ctrl+Enter']");
    if (button) button.click();
    return Boolean(button);
  }

  function chooseNumbered(number) {
    for (const scope of scopes()) {
      const list = [...scope.querySelectorAll("[data-numbered]")].find(isSeen);
      const item = list && [...list.querySelectorAll("[data-choice]")].filter(isSeen)[number - 1];
      if (item) {
        activate(item);
        return true;
      }
    }
    return false;
  }

  function act(name) {
    if (name === "sheet") {
      openSheet();
      return true;
    }
    if (name === "find") {
      const input = document.getElementById("patient-search");
      if (!input || document.querySelector("dialog[open]")) return false;
      input.focus();
      return true;
    }
    if (name === "Ctrl+Enter") return confirmPage();
    if (name.startsWith("Alt+")) return chooseNumbered(Number(name.slice(4)));
    const element = findFor(`[data-key="${name}"]`);
    if (element) activate(element);
    return Boolean(element);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    const name = nameOf(event);
    // A key the page does not use stays the browser's (F5, F11 …).
    if (name && act(name)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-sheet]")) openSheet();
  });

  // Arrows walk through the links and buttons of a [data-arrows] list.
  const STEPS = { ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest?.("[data-arrows]");
    if (!list || !(event.key in STEPS) || isTyping(event.target)) return;
    const items = [...list.querySelectorAll("a[href], button, [tabindex='0']")].filter(isSeen);
    const next = items[items.indexOf(event.target.closest("a[href], button, [tabindex='0']")) + STEPS[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

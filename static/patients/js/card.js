// The card's tabs: the pressed one is marked while its part comes; the address is pushed by htmx.
"use strict";
document.addEventListener("htmx:beforeRequest", (event) => {
  const pressed = event.detail.elt.closest("[data-card-tabs] > a");
  if (!pressed) return;
  pressed.parentElement.querySelector("[aria-current]")?.removeAttribute("aria-current");
  pressed.setAttribute("aria-current", "page");
});
// The newer version of the card is taken instead of what was typed: the draft of that typing goes too.
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-drops-draft]")?.form;
  form?.dispatchEvent(new CustomEvent("zubr:forget", { bubbles: true }));
});

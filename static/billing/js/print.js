// A paper's preview: the button and F8 open the browser's own print window.
"use strict";
{
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", (event) => {
    // A page with the frame has its own keys, and its button answers F8 there.
    if (event.key !== "F8" || document.querySelector("[data-key='F8']")) return;
    event.preventDefault();
    window.print();
  });
}

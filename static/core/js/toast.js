// Toasts: from the HX-Trigger header {"toast": {"text": …, "tone": …}}, from Django messages, from our own scripts.
"use strict";
{
  const STAYS_MS = { success: 5000, info: 6000, warning: 12000 }; // an error stays until it is closed
  const MOST = 4;
  const host = document.getElementById("toasts");

  function arm(toast) {
    const time = STAYS_MS[toast.dataset.tone];
    if (!time) return;
    let timer = setTimeout(() => toast.remove(), time);
    const wait = () => clearTimeout(timer);
    const go = () => {
      wait();
      timer = setTimeout(() => toast.remove(), 2000);
    };
    toast.addEventListener("mouseenter", wait);
    toast.addEventListener("focusin", wait);
    toast.addEventListener("mouseleave", go);
    toast.addEventListener("focusout", go);
  }

  function show({ text, tone = "success" }) {
    const template = document.getElementById(`tpl-toast-${tone}`) || document.getElementById("tpl-toast-info");
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.querySelector(".z-toast-text").textContent = text;
    const same = [...host.children].find((other) => other.textContent.trim() === text.trim());
    same?.remove(); // the same words twice are one message
    host.append(toast);
    while (host.children.length > MOST) host.firstElementChild.remove();
    arm(toast);
  }

  document.body.addEventListener("toast", (event) => {
    const detail = event.detail.value ?? event.detail;
    if (Array.isArray(detail)) detail.forEach(show);
    else if (typeof detail === "string") show({ text: detail });
    else show(detail);
  });
  host.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest(".z-toast").remove();
  });
  [...host.children].forEach(arm);
}

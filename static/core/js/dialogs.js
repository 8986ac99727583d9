// Confirmation before a serious act (data-confirm), the modal host (hx-target="#modal"), other dialogs.
"use strict";
{
  const confirmation = document.getElementById("confirm");
  const modal = document.getElementById("modal-frame");
  const modalHost = document.getElementById("modal");

  /** Ask in a modal window; resolves to true or false. */
  window.zubr.confirm = ({ text, title, yes, danger }) => {
    const heading = confirmation.querySelector("#confirm-title");
    const button = confirmation.querySelector("[data-answer='yes']");
    heading.textContent = title || heading.dataset.default;
    confirmation.querySelector("#confirm-text").textContent = text;
    button.textContent = yes || button.dataset.default;
    button.classList.toggle("btn-danger", Boolean(danger));
    button.classList.toggle("btn-primary", !danger);
    confirmation.returnValue = "no";
    confirmation.showModal();
    (danger ? confirmation.querySelector("[data-answer='no']") : button).focus();
    return new Promise((resolve) => {
      confirmation.addEventListener("close", () => resolve(confirmation.returnValue === "yes"), { once: true });
    });
  };

  function questionOf(element) {
    const { confirm: text, confirmTitle: title, confirmYes: yes } = element.dataset;
    return { text, title, yes, danger: element.hasAttribute("data-confirm-danger") };
  }

  // Forms, sent by htmx or not: asked before anybody else sees the submit.
  const agreed = new WeakSet();
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const asking = event.submitter?.dataset.confirm ? event.submitter : form;
      if (!asking.dataset.confirm || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      window.zubr.confirm(questionOf(asking)).then((isYes) => {
        if (!isYes) return;
        agreed.add(form);
        form.requestSubmit(submitter);
      });
    },
    true,
  );
  // Buttons and links of htmx.
  document.addEventListener("htmx:confirm", (event) => {
    const { elt, question, issueRequest } = event.detail;
    if (elt.tagName === "FORM" || event.defaultPrevented) return;
    const asking = elt.dataset.confirm ? questionOf(elt) : { text: question };
    if (!asking.text) return;
    event.preventDefault();
    window.zubr.confirm(asking).then((isYes) => isYes && issueRequest(true));
  });
  // Plain links.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm][href]:not([hx-get]):not([hx-post])");
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    window.zubr.confirm(questionOf(link)).then((isYes) => isYes && window.location.assign(link.href));
  });

  // Modal host
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== modalHost) return;
    const part = modalHost.firstElementChild;
    if (!part) {
      modal.close();
      return;
    }
    modal.classList.toggle("is-wide", part.hasAttribute("data-wide"));
    if (!modal.open) modal.showModal();
    modalHost.querySelector("[autofocus]")?.focus();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    if (target.id === "lock-body") target.querySelector("[autofocus], input:not([type='hidden'])")?.focus();
  });
  modal.addEventListener("close", () => modalHost.replaceChildren());
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    const isDone = xhr.status === 204 && requestConfig.verb !== "get" && elt.closest("form:not([data-stay])");
    if (isDone && modalHost.contains(elt)) modal.close();
  });
  document.body.addEventListener("closeModal", () => modal.close());

  // The lock covers the page until the password is given; Esc does not open it.
  const lock = document.getElementById("lock");
  let isLocked = false;
  lock?.addEventListener("cancel", (event) => event.preventDefault());
  lock?.addEventListener("close", () => isLocked && lock.showModal()); // browsers let a second Esc through
  document.body.addEventListener("locked", () => {
    if (!lock || isLocked) return;
    isLocked = true;
    lock.showModal();
    window.htmx.trigger("#lock-body", "zubr:locked");
  });
  const unlock = () => {
    if (!isLocked) return;
    isLocked = false;
    lock.close();
    lock.querySelector("#lock-body").replaceChildren();
  };
  document.body.addEventListener("unlocked", unlock);
  document.body.addEventListener("zubr:unlocked", unlock);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-modal-close]")) modal.close();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) document.getElementById(opener.dataset.dialogOpen).showModal();
  });
}

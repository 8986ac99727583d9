// The side drawer: whatever htmx puts into #drawer opens it; Esc closes it, or parks it while something is typed.
"use strict";
{
  const frame = document.getElementById("drawer-frame");
  const host = document.getElementById("drawer");
  const parked = document.getElementById("drawer-parked");
  const app = document.querySelector(".z-app");

  if (frame) {
    let opener = null;
    let isDirty = false;

    const isOpen = () => !frame.hidden;
    const titleOf = () => host.querySelector(".z-drawer-title")?.textContent.trim() || "";

    const show = (isShown) => {
      frame.hidden = !isShown;
      app.classList.toggle("has-drawer", isShown);
    };

    function open() {
      if (!isOpen()) opener = document.activeElement;
      show(true);
      parked.hidden = true;
      frame.setAttribute("aria-label", titleOf() || frame.getAttribute("aria-label"));
      const first = host.querySelector(
        "[autofocus], .z-drawer-scroll input:not([type='hidden']):not([disabled]), .z-drawer-scroll select, .z-drawer-scroll textarea",
      );
      (first || host).focus();
    }

    function drop() {
      host.querySelectorAll("form[data-draft]").forEach((form) => {
        form.dispatchEvent(new CustomEvent("zubr:forget", { bubbles: true }));
      });
      isDirty = false;
      host.replaceChildren();
      show(false);
      parked.hidden = true;
    }

    function park() {
      show(false);
      parked.querySelector("[data-parked-title]").textContent = titleOf();
      parked.hidden = false;
    }

    function close() {
      if (!isOpen()) return;
      if (isDirty) park();
      else drop();
      if (opener?.isConnected) opener.focus();
    }

    // #drawer and #modal keep their own element; what comes is put inside.
    document.addEventListener("htmx:beforeSwap", (event) => {
      const { target, requestConfig } = event.detail;
      if (target.id !== "drawer" && target.id !== "modal") return;
      const own = requestConfig.elt.closest("[hx-swap]")?.getAttribute("hx-swap");
      if (!own || own.startsWith("outerHTML")) event.detail.swapOverride = "innerHTML";
    });
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target !== host) return;
      if (host.firstElementChild) open();
      else drop();
    });

    host.addEventListener("input", (event) => {
      if (event.target.closest("form:not([data-no-draft])")) isDirty = true;
    });
    host.addEventListener("htmx:afterRequest", (event) => {
      const { xhr, requestConfig, successful } = event.detail;
      const { elt } = requestConfig; // a form the answer has replaced is told of through its parent
      if (requestConfig.verb === "get" || !elt.closest("form")) return;
      if (successful && xhr.status !== 422) isDirty = false;
      if (xhr.status === 204 && !elt.closest("[data-stay]")) close();
    });

    // Something typed and not saved is never replaced without a question.
    document.addEventListener("htmx:confirm", (event) => {
      const { target, elt, issueRequest } = event.detail;
      if (target !== host || !isDirty || host.contains(elt) || event.defaultPrevented) return;
      event.preventDefault();
      const { discardTitle: title, discardText: text, discardYes: yes } = document.getElementById("texts").dataset;
      window.zubr.confirm({ title, text, yes, danger: true }).then((isYes) => {
        if (!isYes) {
          open();
          return;
        }
        drop();
        issueRequest(true);
      });
    });

    document.body.addEventListener("closeDrawer", drop);
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-drawer-close]")) close();
      if (event.target.closest("[data-drawer-resume]")) open();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !isOpen()) return;
      if (document.querySelector("dialog[open], .dropdown-menu.show, .ts-wrapper.dropdown-active")) return;
      event.preventDefault();
      close();
    });
    window.addEventListener("beforeunload", (event) => {
      // A form that keeps a draft loses nothing; any other asks before the page is left.
      if (isDirty && !host.querySelector("form[data-draft]")) event.preventDefault();
    });
  }
}

// Every htmx request: security headers, no double submits, errors said in words with the typed text kept.
"use strict";
window.zubr = {};
{
  const SLOW_MS = 300;
  const texts = () => document.getElementById("texts").dataset;
  const isWrite = (verb) => verb !== "get";

  function cookie(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function csrfToken() {
    // The cookie is newer than the page when somebody signed in in another tab.
    return cookie("csrftoken") || document.querySelector('meta[name="csrf-token"]').content;
  }

  /** Remember a choice of the person; the page does not wait for the answer. */
  window.zubr.prefer = (name, value) => {
    const url = document.body.dataset.preferenceUrl;
    if (!url) return;
    const headers = { "X-CSRFToken": csrfToken() };
    const body = new URLSearchParams({ [name]: value });
    fetch(url, { method: "POST", body, headers, redirect: "manual", keepalive: true }).catch(() => {});
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, verb, triggeringEvent } = event.detail;
    const role = document.body.dataset.roleStamp;
    if (role) headers["X-Zubr-Role"] = role;
    if (triggeringEvent?.type === "zubr:changed") headers["X-Zubr-Poll"] = "1"; // nobody touched the screen: it may lock
    if (isWrite(verb)) headers["X-CSRFToken"] = csrfToken();
  });

  // One submit at a time: a second Enter, click or Ctrl+Enter while the first is under way does nothing.
  const held = new Map();

  function hold(element) {
    const form = element.closest("form");
    const scope = form || element;
    const buttons = form ? [...form.querySelectorAll("button:not([type='button']), input[type='submit']")] : [element];
    const stopped = buttons.filter((button) => !button.disabled);
    stopped.forEach((button) => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    });
    scope.dataset.busy = "1";
    held.set(scope, stopped);
  }

  function release(element) {
    const scope = element.closest("form") || element;
    (held.get(scope) || []).forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
    held.delete(scope);
    delete scope.dataset.busy;
  }

  document.addEventListener("htmx:confirm", (event) => {
    const scope = event.detail.elt.closest("form") || event.detail.elt;
    if (isWrite(event.detail.verb) && scope.dataset.busy) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isWrite(event.detail.requestConfig.verb)) hold(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isWrite(event.detail.requestConfig.verb)) release(event.detail.elt);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return; // htmx took it, or a search form
    if (form.dataset.busy) {
      event.preventDefault();
      return;
    }
    addRole(form);
    setTimeout(() => hold(form), 0); // after the browser has read the pressed button's value
  });
  window.addEventListener("pageshow", () => [...held.keys()].forEach(release)); // shown again by Back

  function addRole(form) {
    const role = document.body.dataset.roleStamp;
    if (!role || form.elements.namedItem("_role")) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "_role";
    field.value = role;
    form.append(field);
  }

  // Slow requests show it; quick ones must not flicker.
  const timers = new Map();

  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, target, requestConfig } = event.detail;
    if (!requestConfig.triggeringEvent) return; // polling and first loads are quiet
    timers.set(
      xhr,
      setTimeout(() => {
        document.querySelector(".z-app")?.classList.add("is-busy");
        target.classList.add("is-loading");
      }, SLOW_MS),
    );
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, target } = event.detail;
    clearTimeout(timers.get(xhr));
    timers.delete(xhr);
    target?.classList.remove("is-loading");
    if (!timers.size) document.querySelector(".z-app")?.classList.remove("is-busy");
  });

  // Errors
  function say(text, tone = "danger") {
    document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
  }

  function textOf(status) {
    if (status === 403) return texts().notAllowed;
    if (status === 404 || status === 410) return texts().notFound;
    if (status === 409) return texts().conflict;
    if (status === 429) return texts().tooMany;
    return texts().serverError;
  }

  function offerRetry(lazy) {
    lazy.replaceChildren(document.getElementById("tpl-failed").content.cloneNode(true));
  }

  function failed(event, text) {
    const { target, requestConfig } = event.detail;
    if (target?.hasAttribute("data-lazy")) offerRetry(target);
    else if (requestConfig.triggeringEvent) say(text);
  }

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault(); // not led away to the login page: the typed text would be lost
    document.getElementById("banner-signed-out").hidden = false;
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401 || xhr.status === 423 || (xhr.getResponseHeader("HX-Trigger") || "").includes('"toast"')) return;
    failed(event, textOf(xhr.status));
  });
  document.addEventListener("htmx:sendError", (event) => failed(event, texts().noConnection));
  document.addEventListener("htmx:timeout", (event) => failed(event, texts().timeout));

  document.addEventListener("click", (event) => {
    const retry = event.target.closest("[data-retry]");
    if (!retry) return;
    const lazy = retry.closest("[data-lazy]");
    if (lazy) window.htmx.trigger(lazy, "zubr:retry");
    else window.location.reload(); // the part came with its page and has no address of its own
  });
}

// Small habits of the frame: clock, theme, Back, reload, rows that are links, the scroll a reload returns to.
"use strict";
{
  const body = document.body;

  // The clock shows the branch's time by the server's clock: clocks of old PCs lie.
  const clock = document.getElementById("clock");
  if (clock && body.dataset.now) {
    const lag = new Date(body.dataset.now).getTime() - Date.now();
    const format = new Intl.DateTimeFormat("ru", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: body.dataset.timeZone || undefined,
    });
    const draw = () => {
      const text = format.format(Date.now() + lag);
      if (clock.textContent !== text) clock.textContent = text;
    };
    draw();
    setInterval(draw, 1000);
  }

  function switchTheme() {
    const root = document.documentElement;
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    document.cookie = `zubr_theme=${theme}; path=/; max-age=31536000; samesite=lax`; // for the pages before the sign-in
    window.zubr.prefer("theme", theme);
    document.dispatchEvent(new CustomEvent("zubr:theme", { detail: { theme } })); // charts draw themselves anew
  }

  function openRow(event) {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, select")) return;
    if (window.getSelection().toString()) return; // somebody is copying a number
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else window.location.assign(row.dataset.href);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) switchTheme();
    if (event.target.closest("[data-reload]")) window.location.reload();
    if (event.target.closest("[data-back]")) window.history.back();
    if (event.target.closest("[data-print]")) window.print();
    openRow(event);
  });
  // A select or a tick box with data-autosubmit sends its form at once (filters).
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // Back or Forward pressed while the page was still loading moved the address past the page: show what it says.
  const navigation = performance.getEntriesByType("navigation")[0];
  const withoutHash = (url) => url.split("#")[0];
  if (navigation && withoutHash(navigation.name) !== withoutHash(window.location.href)) window.location.reload();

  // The page scrolls inside <main>, which browsers do not remember.
  const main = document.getElementById("main");
  const key = `zubr:scroll:${window.location.pathname}${window.location.search}`;
  const how = navigation?.type;
  if (main && (how === "reload" || how === "back_forward")) main.scrollTop = Number(sessionStorage.getItem(key) || 0);
  window.addEventListener("pagehide", () => {
    if (main?.scrollTop) sessionStorage.setItem(key, String(main.scrollTop));
    else sessionStorage.removeItem(key);
  });
}

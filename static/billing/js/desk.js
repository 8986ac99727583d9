// Pages that show a shift or an invoice as a whole are drawn again when it changed; what the toast says stays.
"use strict";
{
  const redraw = () => window.htmx.ajax("GET", window.location.href, { target: "#main", select: "#main", swap: "outerHTML" });
  ["shiftChanged", "invoiceChanged"].forEach((name) => document.body.addEventListener(name, redraw));
}

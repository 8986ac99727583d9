// Pages that show a shift or an invoice as a whole are drawn again when it changed.
"use strict";
{
  ["shiftChanged", "invoiceChanged"].forEach((name) => document.body.addEventListener(name, () => window.location.reload()));
}

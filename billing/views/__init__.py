"""Pages of work orders, settlement, invoices and the cash desk."""

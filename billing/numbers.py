"""Series the numbers of the cash desk's documents are drawn from: see ``core.counters``."""

from datetime import date

from organization.models import LegalEntity


def order_series(*, today: date) -> dict[str, str]:
    """Work orders are numbered anew each year in each legal entity."""
    return _of_year("order", today)


def invoice_series(*, today: date) -> dict[str, str]:
    """Invoices are numbered anew each year in each legal entity."""
    return _of_year("invoice", today)


def payment_series(*, today: date) -> dict[str, str]:
    """Payments are numbered anew each year in each legal entity."""
    return _of_year("payment", today)


def _of_year(code: str, today: date) -> dict[str, str]:
    entities = LegalEntity.objects.active().order_by("pk").values_list("pk", "short_name")
    return {f"{code}:{pk}:{today.year}": f"{name}, {today.year}" for pk, name in entities}

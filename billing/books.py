"""The proof of the books: every stored figure of money recomputed from the ledger and, apart from it, from documents.

Each check is one SQL statement that answers only the rows that differ. Adding a stored figure means adding its check.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from core.ports import BookDifference


class Check(NamedTuple):
    """``sql`` answers rows of id, stored, computed; ``what`` names the figure with the id in its place."""

    what: str
    sql: str


_FIGURES = ("debt", "advance", "insurer_due", "not_yet_due")

_LEDGER = [
    Check(
        f"account {{}}, {figure} against the ledger",
        f"""
        SELECT a.id, a.{figure}, coalesce(e.sum, 0) FROM billing_account a
        LEFT JOIN (SELECT account_id, sum(amount) AS sum FROM billing_ledgerentry WHERE figure = '{figure}'
                   GROUP BY account_id) e ON e.account_id = a.id
        WHERE a.{figure} <> coalesce(e.sum, 0) ORDER BY a.id
        """,  # noqa: S608  names of our own columns
    )
    for figure in _FIGURES
]

_DOCUMENTS = [
    Check(
        "account {}, debt against invoices and allocations",
        """
        SELECT a.id, a.debt, coalesce(i.sum, 0) - coalesce(p.sum, 0) FROM billing_account a
        LEFT JOIN (SELECT account_id, sum(total) AS sum FROM billing_invoice WHERE state = 'issued'
                   GROUP BY account_id) i ON i.account_id = a.id
        LEFT JOIN (SELECT i.account_id, sum(al.amount) AS sum FROM billing_allocation al
                   JOIN billing_invoiceline l ON l.id = al.invoice_line_id
                   JOIN billing_invoice i ON i.id = l.invoice_id
                   GROUP BY i.account_id) p ON p.account_id = a.id
        WHERE a.debt <> coalesce(i.sum, 0) - coalesce(p.sum, 0) ORDER BY a.id
        """,
    ),
    Check(
        "account {}, advance against advances, set-offs and refunds",
        """
        SELECT a.id, a.advance, coalesce(t.sum, 0) - coalesce(s.sum, 0) - coalesce(r.sum, 0) FROM billing_account a
        LEFT JOIN (SELECT account_id, sum(to_advance) AS sum FROM billing_payment GROUP BY account_id) t
            ON t.account_id = a.id
        LEFT JOIN (SELECT p.account_id, sum(pp.amount) AS sum FROM billing_paymentpart pp
                   JOIN billing_payment p ON p.id = pp.payment_id WHERE pp.means = 'advance'
                   GROUP BY p.account_id) s ON s.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount) AS sum FROM billing_refund GROUP BY account_id) r
            ON r.account_id = a.id
        WHERE a.advance <> coalesce(t.sum, 0) - coalesce(s.sum, 0) - coalesce(r.sum, 0) ORDER BY a.id
        """,
    ),
    Check(
        "invoice {}, paid against allocations",
        """
        SELECT i.id, i.paid, coalesce(p.sum, 0) FROM billing_invoice i
        LEFT JOIN (SELECT l.invoice_id, sum(al.amount) AS sum FROM billing_allocation al
                   JOIN billing_invoiceline l ON l.id = al.invoice_line_id GROUP BY l.invoice_id) p ON p.invoice_id = i.id
        WHERE i.paid <> coalesce(p.sum, 0) ORDER BY i.id
        """,
    ),
    Check(
        "invoice line {}, paid against allocations",
        """
        SELECT l.id, l.paid, coalesce(p.sum, 0) FROM billing_invoiceline l
        LEFT JOIN (SELECT invoice_line_id, sum(amount) AS sum FROM billing_allocation GROUP BY invoice_line_id) p
            ON p.invoice_line_id = l.id
        WHERE l.paid <> coalesce(p.sum, 0) ORDER BY l.id
        """,
    ),
    Check(
        "invoice {}, total against its lines",
        """
        SELECT i.id, i.total, coalesce(l.sum, 0) FROM billing_invoice i
        LEFT JOIN (SELECT invoice_id, sum(amount) AS sum FROM billing_invoiceline GROUP BY invoice_id) l
            ON l.invoice_id = i.id
        WHERE i.total <> coalesce(l.sum, 0) ORDER BY i.id
        """,
    ),
    Check(
        "work order {}, total against its lines",
        """
        SELECT o.id, o.total, coalesce(l.sum, 0) FROM billing_workorder o
        LEFT JOIN (SELECT order_id, sum(amount) AS sum FROM billing_workorderline GROUP BY order_id) l
            ON l.order_id = o.id
        WHERE o.total <> coalesce(l.sum, 0) ORDER BY o.id
        """,
    ),
    Check(
        "work order {}, marked as invoiced against invoices",
        """
        SELECT o.id, o.is_invoiced::int, (i.order_id IS NOT NULL)::int FROM billing_workorder o
        LEFT JOIN (SELECT DISTINCT wl.order_id FROM billing_invoiceline l
                   JOIN billing_workorderline wl ON wl.id = l.order_line_id WHERE NOT l.is_void) i ON i.order_id = o.id
        WHERE o.is_invoiced <> (i.order_id IS NOT NULL) ORDER BY o.id
        """,
    ),
    Check(
        "payment {}, total against its parts",
        """
        SELECT p.id, p.total, coalesce(pp.sum, 0) FROM billing_payment p
        LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM billing_paymentpart GROUP BY payment_id) pp
            ON pp.payment_id = p.id
        WHERE p.total <> coalesce(pp.sum, 0) ORDER BY p.id
        """,
    ),
    Check(
        "payment {}, money against its parts without the advance",
        """
        SELECT p.id, p.money, coalesce(pp.sum, 0) FROM billing_payment p
        LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM billing_paymentpart WHERE means <> 'advance'
                   GROUP BY payment_id) pp ON pp.payment_id = p.id
        WHERE p.money <> coalesce(pp.sum, 0) ORDER BY p.id
        """,
    ),
    Check(
        "payment {}, total against allocations and advance",
        """
        SELECT p.id, p.total, coalesce(al.sum, 0) + p.to_advance FROM billing_payment p
        LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM billing_allocation GROUP BY payment_id) al
            ON al.payment_id = p.id
        WHERE p.total <> coalesce(al.sum, 0) + p.to_advance ORDER BY p.id
        """,
    ),
]

_SHIFT_SUMS = """
    SELECT p.shift_id, pp.means, sum(pp.amount) AS taken, 0 AS refunded, count(*) AS payments
    FROM billing_paymentpart pp JOIN billing_payment p ON p.id = pp.payment_id GROUP BY p.shift_id, pp.means
    UNION ALL
    SELECT r.shift_id, r.means, 0, sum(r.amount), 0 FROM billing_refund r GROUP BY r.shift_id, r.means
"""

_SHIFTS = [
    Check(
        f"shift {{}}, {figure} by means against payments and refunds",
        f"""
        WITH real AS (SELECT shift_id, means, sum({figure}) AS sum FROM ({_SHIFT_SUMS}) s GROUP BY shift_id, means)
        SELECT s.id || ' ' || coalesce(t.means, r.means), coalesce(t.{figure}, 0), coalesce(r.sum, 0)
        FROM billing_cashshift s
        JOIN (SELECT shift_id, means FROM billing_shifttotal UNION SELECT shift_id, means FROM real) k ON k.shift_id = s.id
        LEFT JOIN billing_shifttotal t ON t.shift_id = s.id AND t.means = k.means
        LEFT JOIN real r ON r.shift_id = s.id AND r.means = k.means
        WHERE s.state = 'closed' AND coalesce(t.{figure}, 0) <> coalesce(r.sum, 0) ORDER BY s.id
        """,  # noqa: S608
    )
    for figure in ("taken", "refunded", "payments")
] + [
    Check(
        "shift {}, expected cash against payments and refunds",
        f"""
        SELECT s.id, s.expected_cash, s.opening_cash + coalesce(c.sum, 0) FROM billing_cashshift s
        LEFT JOIN (SELECT shift_id, sum(taken) - sum(refunded) AS sum FROM ({_SHIFT_SUMS}) m WHERE means = 'cash'
                   GROUP BY shift_id) c ON c.shift_id = s.id
        WHERE s.state = 'closed' AND s.expected_cash <> s.opening_cash + coalesce(c.sum, 0) ORDER BY s.id
        """,  # noqa: S608
    )
]

CHECKS = (*_LEDGER, *_DOCUMENTS, *_SHIFTS)


def differences() -> Sequence[BookDifference]:
    """Answer of the port ``books_difference``: every stored figure that is not what its documents say."""
    found = []
    with connection.cursor() as cursor:
        for check in CHECKS:
            cursor.execute(check.sql)
            found += [
                BookDifference(check.what.format(row_id), _text(stored), _text(computed))
                for row_id, stored, computed in cursor.fetchall()
            ]
    return found


def _text(value: Decimal | int | None) -> str:
    return "" if value is None else str(value)

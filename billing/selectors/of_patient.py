"""The patient's money as the card shows it: sums, and the few documents that wait for somebody to act."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.selectors.accounts import AccountState
from core import names
from core.sql import read

SHOWN_LINES = 4


@dataclass(frozen=True, slots=True)
class DueLine:
    """A closed order that is on no invoice yet, or a line of an invoice that is not paid in full. Roubles."""

    order_number: str  # «year/number»
    served_on: date
    doctor_name: str
    name: str  # of the service; "" for a whole order
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PatientMoney:
    """``debt`` and ``advance`` of the state over all legal entities; what was invoiced ever and paid of it."""

    state: AccountState
    invoices: int
    invoiced: Decimal
    paid: Decimal
    uninvoiced: tuple[DueLine, ...]
    unpaid: tuple[DueLine, ...]
    has_more_unpaid: bool


_SUMS = """
SELECT a.debt, a.advance, a.insurer_due, a.not_yet_due, i.number, i.total, i.paid
FROM
  (SELECT coalesce(sum(debt), 0) AS debt, coalesce(sum(advance), 0) AS advance,
          coalesce(sum(insurer_due), 0) AS insurer_due, coalesce(sum(not_yet_due), 0) AS not_yet_due
   FROM billing_account WHERE patient_id = %(patient)s) a,
  (SELECT count(*) AS number, coalesce(sum(total), 0) AS total, coalesce(sum(paid), 0) AS paid
   FROM billing_invoice WHERE patient_id = %(patient)s AND state = 'issued') i
"""

# Both halves are entered by partial indexes of what is still open (billing_order_waiting, billing_invoice_unpaid: by
# account), so that years of settled documents are not read. Unpaid lines come in paying order, see selectors.accounts.
_OPEN = """
SELECT r.is_line, r.number, r.served_on, r.name, r.amount, d.surname, d.name, d.patronymic
FROM (
  (SELECT false AS is_line, o.year || '/' || o.number AS number, o.served_on, '' AS name, o.total AS amount, o.doctor_id,
          o.id AS document_id, 0 AS position, 0 AS line_id
   FROM billing_workorder o
   WHERE o.patient_id = %(patient)s AND o.state = 'closed' AND NOT o.is_invoiced AND o.total > 0
   ORDER BY o.served_on, o.id LIMIT %(most)s)
  UNION ALL
  (SELECT true, o.year || '/' || o.number, o.served_on, l.name, l.amount - l.paid, o.doctor_id, l.invoice_id, l.position, l.id
   FROM billing_invoice i
   JOIN billing_invoiceline l ON l.invoice_id = i.id AND l.paid < l.amount
   JOIN billing_workorderline w ON w.id = l.order_line_id
   JOIN billing_workorder o ON o.id = w.order_id
   WHERE i.account_id IN (SELECT id FROM billing_account WHERE patient_id = %(patient)s)
     AND i.patient_id = %(patient)s AND i.state = 'issued' AND i.paid < i.total
   ORDER BY o.served_on, l.invoice_id, l.position, l.id LIMIT %(most)s + 1)
) r
JOIN organization_employee d ON d.id = r.doctor_id
ORDER BY r.is_line, r.served_on, r.document_id, r.position, r.line_id
"""


def patient_money(patient_id: int) -> PatientMoney:
    """The card's figures with the first ``SHOWN_LINES`` orders to invoice and lines to pay; two queries."""
    [(*figures, invoices, invoiced, paid)] = read(_SUMS, {"patient": patient_id}, keep_plan=True)
    uninvoiced: list[DueLine] = []
    unpaid: list[DueLine] = []
    rows = read(_OPEN, {"patient": patient_id, "most": SHOWN_LINES}, keep_plan=True)
    for is_line, number, served_on, name, amount, *doctor in rows:
        line = DueLine(number, served_on, names.short_name(*doctor), name, amount)
        (unpaid if is_line else uninvoiced).append(line)
    return PatientMoney(
        state=AccountState(*figures),
        invoices=invoices,
        invoiced=invoiced,
        paid=paid,
        uninvoiced=tuple(uninvoiced),
        unpaid=tuple(unpaid[:SHOWN_LINES]),
        has_more_unpaid=len(unpaid) > SHOWN_LINES,
    )

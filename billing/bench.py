"""Money under load: lines written at the chair, an order invoiced and paid by cash and card, the desk's day."""

import re
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

from core.bench import Answer, Browser, Cursor, Operation, Rows, Sample, World, plain

LINES_OF_AN_ORDER = 4  # written before the next patient's order begins
FIRST_NUMBER = 5_000_000  # of orders made for the run, far from the clinic's own

_DOCTOR = """
SELECT e.id, g.content_object_id, b.legal_entity_id FROM organization_employee e
JOIN organization_user u ON u.id = e.user_id JOIN organization_branchgrant g ON g.user_id = u.id
JOIN organization_branch b ON b.id = g.content_object_id
WHERE u.username = 'doctor' ORDER BY 2 LIMIT 1
"""
_WITHOUT_DEBT = """
SELECT p.id FROM patients_patient p
WHERE p.archived_at IS NULL AND p.id <= 20000
  AND NOT EXISTS (SELECT FROM billing_account a WHERE a.patient_id = p.id AND (a.debt > 0 OR a.advance > 0))
  AND NOT EXISTS (SELECT FROM billing_workorder o WHERE o.patient_id = p.id AND o.state <> 'voided' AND NOT o.is_invoiced)
  AND NOT EXISTS (
    SELECT FROM schedule_appointment t WHERE t.patient_id = p.id AND t.starts_at > now() - interval '1 day')
ORDER BY md5(p.id::text || %(seed)s)
"""
# Over other appointments of the doctor, marked so: hundreds of patients are needed in one chair on one day.
_IN_CHAIR = """
INSERT INTO schedule_appointment (patient_id, doctor_id, branch_id, starts_at, ends_at, first_starts_at, state,
  confirmation, is_overbooked, is_first_visit, purpose, comment, moves, arrived_at, seated_at, finished_at, created_at, version)
VALUES (%(patient)s, %(doctor)s, %(branch)s, %(start)s, %(end)s, %(start)s, %(state)s, 'none', true, false, 'Лечение',
  'нагрузка', 0, now(), now(), %(finished)s, now(), 1)
RETURNING id
"""
_SERVICES = """
SELECT s.id, s.name, s.code, d.name, price.amount FROM pricelist_service s JOIN pricelist_direction d ON d.id = s.direction_id
JOIN LATERAL (
  SELECT p.amount FROM pricelist_price p JOIN pricelist_pricegroup g ON g.id = p.group_id AND g.is_base
  WHERE p.service_id = s.id AND p.during @> now() LIMIT 1
) price ON true
WHERE s.archived_at IS NULL AND s.tooth_area = 'none' AND price.amount > 0 ORDER BY s.id
"""


def _appointment(world: World, patient: int, state: str) -> Sample:
    doctor, branch, entity = world.once("doctor", lambda: world.ask(_DOCTOR)[0])
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    start = datetime.combine(world.today, datetime.min.time().replace(hour=9), world.zone).astimezone(UTC)
    place = {
        "patient": patient,
        "doctor": doctor,
        "branch": branch,
        "entity": entity,
        "start": start.isoformat(),
        "end": start.replace(hour=start.hour + 1).isoformat(),
        "state": state,
        "finished": now.isoformat() if state == "finished" else None,
        "on": world.today.isoformat(),
        "year": world.today.year,
    }
    return {**place, "appointment": world.ask(_IN_CHAIR, **place)[0][0]}


def _patients(world: World, count: int) -> list[int]:
    """Patients nobody else of the run deals with."""
    free = world.once("patients without debt", lambda: world.ask(_WITHOUT_DEBT, seed=str(world.rng.random())))
    return [free.pop()[0] for _ in range(min(count, len(free)))]


def _services(world: World) -> list[tuple[Any, ...]]:
    return world.once("services", lambda: world.ask(_SERVICES))


def _lines(world: World, count: int) -> list[Sample]:
    """Services to be written for patients who sit in the doctor's chair."""
    chairs = [_appointment(world, patient, "in_chair") for patient in _patients(world, -(-count // LINES_OF_AN_ORDER))]
    numbers = world.once("order numbers", lambda: iter(range(FIRST_NUMBER, 2 * FIRST_NUMBER)))
    samples = []
    for chair in chairs:
        number = next(numbers)
        for service, name, code, direction, price in world.rng.sample(_services(world), LINES_OF_AN_ORDER):
            line = {"service": service, "name": name, "code": code, "direction": direction, "price": str(price)}
            samples.append({**chair, **line, "number": number})
    return samples[:count]


def _write_line(browser: Browser, sample: Sample) -> Answer:
    form = {"service": sample["service"], "surfaces": "", "version": ""}
    return browser.post(f"/billing/orders/{sample['appointment']}/add/", form)


def _line_written(answer: Answer, world: World, sample: Sample) -> Rows:
    rows = world.ask(
        "SELECT l.service_id, l.price FROM billing_workorderline l JOIN billing_workorder o ON o.id = l.order_id"
        " WHERE o.appointment_id = %(appointment)s AND l.service_id = %(service)s",
        appointment=sample["appointment"],
        service=sample["service"],
    )
    return plain(rows) if sample["name"] in unescape(answer.text) else []


_ORDER = """
INSERT INTO billing_workorder (number, year, appointment_id, patient_id, doctor_id, branch_id, legal_entity_id, state,
  served_on, total, is_invoiced, comment, no_services_reason, created_at, created_by_id, version)
VALUES (%(number)s, %(year)s, %(appointment)s, %(patient)s, %(doctor)s, %(branch)s, %(entity)s, 'draft', %(on)s, 0, false,
  '', '', now(), %(doctor)s, 1)
ON CONFLICT (appointment_id) DO UPDATE SET version = billing_workorder.version + 1 RETURNING id
"""
_LINE = """
INSERT INTO billing_workorderline (order_id, position, service_id, code, name, nomenclature, direction, teeth, surfaces,
  quantity, price, discount_percent, discount_reason, amount, performer_id)
SELECT %(order)s, coalesce(max(position), 0) + 1, %(service)s, %(code)s, %(name)s, '', %(direction)s, '{}', '', 1,
  %(price)s::numeric, 0, '', %(price)s::numeric, %(doctor)s
FROM billing_workorderline WHERE order_id = %(order)s
RETURNING service_id, price
"""
_TOTAL = """
UPDATE billing_workorder SET total = (SELECT sum(amount) FROM billing_workorderline WHERE order_id = %(order)s),
  version = version + 1 WHERE id = %(order)s
"""


def _insert_line(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_ORDER, sample)
    order = {**sample, "order": cursor.fetchall()[0][0]}
    cursor.execute(_LINE, order)
    written = cursor.fetchall()
    cursor.execute(_TOTAL, order)
    return plain(written)


def _closed_orders(world: World, count: int) -> list[Sample]:
    """Closed orders of two lines, each of a patient with nothing else to pay; to be paid half in cash, half by card."""
    desk, shift = world.once(
        "desk",
        lambda: world.ask("SELECT desk_id, id FROM billing_cashshift WHERE state = 'open' ORDER BY id LIMIT 1")[0],
    )
    numbers = world.once("order numbers", lambda: iter(range(FIRST_NUMBER, 2 * FIRST_NUMBER)))
    samples = []
    for patient in _patients(world, count):
        sample = {**_appointment(world, patient, "finished"), "number": next(numbers), "desk": desk, "shift": shift}
        sample["order"] = order = world.ask(_ORDER, **sample)[0][0]
        total = Decimal(0)
        for service, name, code, direction, price in world.rng.sample(_services(world), 2):
            line = {"service": service, "name": name, "code": code, "direction": direction, "price": price}
            world.ask(_LINE, **{**sample, **line})
            total += price
        world.ask(
            "UPDATE billing_workorder SET state = 'closed', closed_at = now(), total = %(total)s WHERE id = %(order)s"
            " RETURNING id",
            order=order,
            total=total,
        )
        cash = (total / 2).quantize(Decimal("0.01"))
        keys = {"key": str(uuid.UUID(int=world.rng.getrandbits(128), version=4))}
        samples.append({**sample, **keys, "total": str(total), "cash": str(cash), "card": str(total - cash)})
    return samples


def _settle(browser: Browser, sample: Sample) -> Answer:
    """Open the settlement, type the sums (the draft comes back), take the money, see the result."""
    page = f"/billing/settle/{sample['patient']}/"
    form = {name: sample[name] for name in ("desk", "order", "cash", "card", "key")}
    form["cash_received"] = sample["cash"]
    browser.get(page, desk=sample["desk"])
    browser.get(f"{page}draft/", part=True, **form)
    answer = browser.post(f"{page}pay/", form, status=204)
    path, _, query = answer.headers["HX-Redirect"].partition("?")
    return browser.get(path, **dict(pair.split("=") for pair in query.split("&")))


def _settled(answer: Answer, world: World, sample: Sample) -> Rows:
    rows = world.ask(
        "SELECT p.total, i.paid, i.total, o.is_invoiced, t.state, (SELECT count(*) FROM billing_paymentpart WHERE payment_id = p.id)"
        " FROM billing_payment p JOIN billing_allocation a ON a.payment_id = p.id"
        " JOIN billing_invoiceline il ON il.id = a.invoice_line_id JOIN billing_invoice i ON i.id = il.invoice_id"
        " JOIN billing_workorderline l ON l.id = il.order_line_id JOIN billing_workorder o ON o.id = l.order_id"
        " JOIN schedule_appointment t ON t.id = o.appointment_id WHERE p.key = %(key)s",
        key=sample["key"],
    )
    return plain(rows[:1]) if _digits(sample["total"]) in _digits(answer.text) else []


def _digits(text: str) -> str:
    """«12 500,00» and «12500.00» alike, whatever stands between the thousands."""
    return re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d)", "", unescape(text)).replace(",", ".")


_PAY = (
    "SELECT id FROM billing_account WHERE id = %(account)s FOR UPDATE",
    "INSERT INTO billing_invoiceline (invoice_id, order_line_id, position, name, code, nomenclature, teeth, quantity, price,"
    " discount, amount, paid, is_void) SELECT %(invoice)s, id, position, name, code, nomenclature, '', quantity, price, 0,"
    " amount, amount, false FROM billing_workorderline WHERE order_id = %(order)s",
    "INSERT INTO billing_paymentpart (payment_id, means, amount) VALUES (%(payment)s, 'cash', %(cash)s),"
    " (%(payment)s, 'card', %(card)s)",
    "INSERT INTO billing_allocation (payment_id, invoice_line_id, amount) SELECT %(payment)s, id, amount"
    " FROM billing_invoiceline WHERE invoice_id = %(invoice)s",
    "INSERT INTO billing_fiscalreceipt (payment_id, state, created_at) VALUES (%(payment)s, 'no_register', now())",
    'INSERT INTO billing_ledgerentry (account_id, figure, amount, kind, at, "on", invoice_id, payment_id, role_name, note)'
    " VALUES (%(account)s, 'debt', %(total)s, 'charge', now(), %(on)s, %(invoice)s, NULL, '', ''),"
    " (%(account)s, 'debt', -(%(total)s)::numeric, 'payment', now(), %(on)s, NULL, %(payment)s, '', '')",
    "UPDATE billing_workorder SET is_invoiced = true, version = version + 1 WHERE id = %(order)s",
    "UPDATE schedule_appointment SET state = 'settled', settled_at = now(), version = version + 1 WHERE id = %(appointment)s",
)
_ACCOUNT = """
INSERT INTO billing_account (patient_id, legal_entity_id, debt, advance, insurer_due, not_yet_due)
VALUES (%(patient)s, %(entity)s, 0, 0, 0, 0)
ON CONFLICT (patient_id, legal_entity_id) DO UPDATE SET debt = billing_account.debt RETURNING id
"""
_INVOICE = """
INSERT INTO billing_invoice (number, year, legal_entity_id, branch_id, patient_id, account_id, state, issued_at, issued_on,
  total, paid, payer_name, void_reason, version)
VALUES (%(number)s, %(year)s, %(entity)s, %(branch)s, %(patient)s, %(account)s, 'issued', now(), %(on)s, %(total)s, %(total)s,
  '', '', 2)
RETURNING id
"""
_PAYMENT = """
INSERT INTO billing_payment (key, number, year, account_id, patient_id, legal_entity_id, branch_id, shift_id, taken_at,
  taken_on, total, money, to_advance, cash_received, change_given)
VALUES (%(key)s, %(number)s, %(year)s, %(account)s, %(patient)s, %(entity)s, %(branch)s, %(shift)s, now(), %(on)s, %(total)s,
  %(total)s, 0, %(cash)s, 0)
RETURNING id
"""


def _insert_payment(cursor: Cursor, sample: Sample) -> Rows:
    made = dict(sample)
    for name, statement in (("account", _ACCOUNT), ("invoice", _INVOICE), ("payment", _PAYMENT)):
        cursor.execute(statement, made)
        made[name] = cursor.fetchall()[0][0]
    for statement in _PAY:
        cursor.execute(statement, made)
    return _paid(sample)


def _paid(sample: Sample) -> Rows:
    return [[sample["total"], sample["total"], sample["total"], True, "settled", 2]]


_TOTALS = """
SELECT r.means, r.amount FROM (
  SELECT p.means, sum(p.amount) AS amount FROM billing_paymentpart p JOIN billing_payment t ON t.id = p.payment_id
  WHERE t.shift_id = %(shift)s GROUP BY p.means) r ORDER BY r.means
"""
_PAYMENTS = """
SELECT t.number, t.taken_at, p.surname, p.name, t.total FROM billing_payment t JOIN patients_patient p ON p.id = t.patient_id
WHERE t.shift_id = %(shift)s ORDER BY t.id DESC
"""


def _shifts(world: World, count: int) -> list[Sample]:
    rows = world.ask("SELECT id FROM billing_cashshift WHERE state = 'closed' ORDER BY id DESC LIMIT 60")
    return [{"shift": world.rng.choice(rows)[0]} for _ in range(count)]


def _open_shift(browser: Browser, sample: Sample) -> Answer:
    return browser.get(f"/billing/shifts/{sample['shift']}/")


def _totals_shown(answer: Answer, world: World, sample: Sample) -> Rows:
    """The totals of the shift that can be read on the page."""
    text = _digits(answer.text)
    rows = world.ask(_TOTALS, shift=sample["shift"])
    return plain([row for row in rows if str(row[1]) in text])


def _totals(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_PAYMENTS, sample)
    cursor.fetchall()
    cursor.execute(_TOTALS, sample)
    return plain(cursor.fetchall())


OPERATIONS = [
    Operation(
        "order_line", "Add a line to an order", "doctor", _lines, _write_line, _line_written, _insert_line,
        wanted=lambda sample: [[sample["service"], sample["price"]]], weight=4,
    ),
    Operation(
        "order_to_payment", "Order → invoice → split payment, 4 requests", "administrator",
        _closed_orders, _settle, _settled, _insert_payment, wanted=_paid, weight=3,
    ),
    Operation(
        "cash_report", "Cash report of a day", "administrator", _shifts, _open_shift, _totals_shown, _totals, weight=0.5
    ),
]  # fmt: skip

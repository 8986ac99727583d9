"""The overview's figures as one record, for other programs."""

from typing import Any

from core.money import ZERO
from reports import selectors
from reports.periods import Period
from reports.selectors.load import Load


def figures(period: Period) -> dict[str, Any]:
    """Every figure of the period's tiles, from the same selectors the page is drawn by."""
    money = selectors.money_by_day(branch_ids=period.branch_ids, spans=[period.past]).values()
    doctors = selectors.doctor_results(branches=period.branches, span=period.past)
    entities = {branch.legal_entity_id for branch in period.branches}
    owed = selectors.money_owed(
        branch_ids=period.branch_ids, legal_entity_ids=entities, today=period.today, span=period.past
    )
    (new,) = selectors.new_patients(branch_ids=period.branch_ids, spans=[period.past], now=period.now)
    received = sum((day.received for day in money), ZERO)
    refunded = sum((day.refunded for day in money), ZERO)
    return {
        "since": period.past.since,
        "until": period.past.last,
        "branches": period.branch_ids,
        "revenue": sum((day.revenue for day in money), ZERO),
        "received": received,
        "refunded": refunded,
        "receipts": received - refunded,
        "finished": sum(doctor.finished for doctor in doctors),
        "load_percent": sum((doctor.load for doctor in doctors), Load()).percent,
        "debt": owed.debt,
        "debt_by_age": owed.ages,
        "advance": owed.advance,
        "means": selectors.receipts_by_means(branch_ids=period.branch_ids, span=period.past),
        "doctors": [
            {
                "doctor_id": doctor.doctor_id,
                "name": doctor.name,
                "revenue": doctor.revenue,
                "finished": doctor.finished,
                "load_percent": doctor.load.percent,
            }
            for doctor in doctors
        ],
        "new_patients": new,
    }

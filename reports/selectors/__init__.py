"""Figures of the overview, each added up by the database and equal to what the documents say.

Revenue (выручка, оказано): closed work orders after discounts, by date of service. Receipts (поступления): payments less
refunds, by date of payment, advances included, advances set off not. The two are never one figure.
"""

from reports.selectors.attention import Findings, findings
from reports.selectors.closing import DayEnd, OpenShift, day_end
from reports.selectors.day import DayFigures, day_figures
from reports.selectors.debts import MoneyOwed, SetOff, money_owed, people_to_set_off
from reports.selectors.doctors import DoctorResult, doctor_results
from reports.selectors.load import Bucket, Load, booked_load
from reports.selectors.money import DayMoney, MeansSum, books_were_kept, money_by_day, receipts_by_means
from reports.selectors.patients import NewPatients, new_patients
from reports.selectors.stamps import dashboard_stamp
from reports.selectors.visits import finished_counts

__all__ = [
    "Bucket",
    "DayEnd",
    "DayFigures",
    "DayMoney",
    "DoctorResult",
    "Findings",
    "Load",
    "MeansSum",
    "MoneyOwed",
    "NewPatients",
    "OpenShift",
    "SetOff",
    "booked_load",
    "books_were_kept",
    "dashboard_stamp",
    "day_end",
    "day_figures",
    "doctor_results",
    "findings",
    "finished_counts",
    "money_by_day",
    "money_owed",
    "new_patients",
    "people_to_set_off",
    "receipts_by_means",
]

"""Reads of work orders and money."""

from billing.selectors.accounts import AccountState, account_state, account_states, debtors, unpaid_lines
from billing.selectors.desk import DeskState, MeansTotal, cash_in_drawer, desk_state, means_totals

__all__ = [
    "AccountState",
    "DeskState",
    "MeansTotal",
    "account_state",
    "account_states",
    "cash_in_drawer",
    "debtors",
    "desk_state",
    "means_totals",
    "unpaid_lines",
]

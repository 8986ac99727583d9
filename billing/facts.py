"""What billing publishes. Amounts are decimal strings."""

from dataclasses import dataclass

from core.joints import Fact


@dataclass(frozen=True)
class WorkOrderClosed(Fact):
    work_order_id: int
    appointment_id: int
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class InvoiceIssued(Fact):
    invoice_id: int
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class PaymentTaken(Fact):
    payment_id: int
    patient_id: int
    amount: str
    actor_id: int | None


@dataclass(frozen=True)
class CashShiftClosed(Fact):
    shift_id: int
    actor_id: int | None


@dataclass(frozen=True)
class WorkOrderReopened(Fact):
    work_order_id: int
    appointment_id: int
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class InvoiceVoided(Fact):
    invoice_id: int
    patient_id: int
    actor_id: int | None


@dataclass(frozen=True)
class AdvanceRefunded(Fact):
    refund_id: int
    patient_id: int
    amount: str
    actor_id: int | None


@dataclass(frozen=True)
class CashShiftOpened(Fact):
    shift_id: int
    actor_id: int | None

"""Choices of work orders, invoices and money."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(models.TextChoices):
    DRAFT = "draft", _("draft")
    CLOSED = "closed", _("closed")
    VOIDED = "voided", _("voided")


class InvoiceState(models.TextChoices):
    ISSUED = "issued", _("issued")
    VOIDED = "voided", _("voided")


class Means(models.TextChoices):
    """How money came. An advance is the patient's own money taken before; it brings nothing into the desk."""

    CASH = "cash", _("cash")
    CARD = "card", _("card")
    QR = "qr", _("QR code")
    TRANSFER = "transfer", _("bank transfer")
    ADVANCE = "advance", _("from the advance")


MONEY_MEANS = (Means.CASH, Means.CARD, Means.QR, Means.TRANSFER)


class Figure(models.TextChoices):
    """The four figures of an account; they are never netted."""

    DEBT = "debt", _("debt")
    ADVANCE = "advance", _("advance")
    INSURER_DUE = "insurer_due", _("due from the insurer")
    NOT_YET_DUE = "not_yet_due", _("not yet due")


class EntryKind(models.TextChoices):
    CHARGE = "charge", _("invoice")
    PAYMENT = "payment", _("payment")
    ADVANCE = "advance", _("advance taken")
    SET_OFF = "set_off", _("set off from the advance")
    REFUND = "refund", _("refund")
    REVERSAL = "reversal", _("reversal")


class ShiftState(models.TextChoices):
    OPEN = "open", pgettext_lazy("cash shift", "open")
    CLOSED = "closed", pgettext_lazy("cash shift", "closed")


class ReceiptState(models.TextChoices):
    """Without a register a payment is taken all the same, and the receipt says that it is not fiscal."""

    NO_REGISTER = "no_register", _("not fiscal: no register")
    QUEUED = "queued", _("waiting for the register")
    PRINTED = "printed", _("printed")
    FAILED = "failed", pgettext_lazy("fiscal receipt", "failed")

"""Settlement: what a patient owes, how it is paid, one button that says the sum. All arithmetic is the server's."""

import uuid
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import services, two_people
from billing.display import MEANS_ICONS
from billing.enums import Means
from billing.errors import ShiftNotOpen
from billing.forms import RefundForm, SettleForm
from billing.models import CashDesk, CashShift, Invoice, Payment, WorkOrder
from billing.selectors.accounts import AccountState
from billing.selectors.desk import Desk, DeskState, chosen_desk, desk_state, desks_here, desks_of
from billing.selectors.settlement import Draft, DueGroup, PatientAccount, draft, due_groups, patient_accounts
from billing.settlement import filled
from billing.two_people import is_always_asked
from core.access import requires
from core.addresses import address
from core.clock import localdate
from core.errors import DomainError
from core.htmx import changed, redirect
from core.money import ZERO, format_money
from organization.confirming import second_person_of
from patients.display import age_text
from patients.models import Patient

TAKE, ISSUE, REFUND = "billing.take_payment", "billing.issue_invoice", "billing.refund_payment"


@dataclass(frozen=True)
class Till:
    """Where the settlement happens: the patient and the desk; what is due there is read when it is shown."""

    patient: Patient
    desks: list[Desk]
    desk: Desk | None
    today: date

    @property
    def shift(self) -> CashShift | None:
        return self.desk.shift if self.desk else None

    def open_shift(self, desk_id: int) -> CashShift:
        """The open shift of one of the desks. Raises: ShiftNotOpen."""
        shift = next((desk.shift for desk in self.desks if desk.pk == desk_id), None)
        if shift is None:
            raise ShiftNotOpen
        return shift

    @cached_property
    def state(self) -> DeskState:
        return desk_state(self.shift)

    @cached_property
    def groups(self) -> list[DueGroup]:
        return due_groups(self.patient.pk, self.desk.legal_entity_id, today=self.today) if self.desk else []

    @cached_property
    def accounts(self) -> list[PatientAccount]:
        return patient_accounts(self.patient.pk)

    @property
    def account(self) -> AccountState:
        """The patient's figures with the desk's legal entity."""
        return next((known.state for known in self.accounts if self._is_here(known)), AccountState())

    @property
    def elsewhere(self) -> list[PatientAccount]:
        """What the patient owes to other legal entities: it is paid at their desks."""
        return [known for known in self.accounts if known.state.debt and not self._is_here(known)]

    def _is_here(self, known: PatientAccount) -> bool:
        return self.desk is not None and known.legal_entity_id == self.desk.legal_entity_id


@require_GET
@requires(TAKE)
def settle(request: HttpRequest, patient_id: int) -> HttpResponse:
    """The settlement page; after a payment it says what was taken and what is left."""
    till = _till(request, patient_id)
    form = SettleForm(desks=till.desks, initial={"key": uuid.uuid4(), "rest_to_advance": not till.groups})
    shown = draft(till.groups, till.account, rest_to_advance=not till.groups)
    context = _context(request, till, form, shown)
    paid = request.GET.get("paid", "")
    if paid.isdecimal():
        payments = Payment.objects.visible_to(request.actor).filter(patient=till.patient)
        context["paid"] = payments.select_related("receipt").filter(pk=paid).first()
        if context["paid"]:
            context["paid_invoices"] = Invoice.objects.filter(lines__allocations__payment_id=paid).distinct()
    return render(request, "billing/settle.html", context)


@require_GET
@requires(TAKE)
def settle_draft(request: HttpRequest, patient_id: int) -> HttpResponse:
    """What the sums typed so far would do; ``fill`` names a means to put the rest into."""
    till = _till(request, patient_id)
    form = SettleForm(request.GET, desks=till.desks)
    form.is_valid()
    shown, refill = _draft_of(form, till, request.GET.get("fill", ""))
    context = _context(request, till, form, shown)
    if refill is not None:
        means, amount = refill
        context["refilled"] = {"row": means, "value": SettleForm.base_fields["cash_received"].prepare_value(amount)}
    return render(request, "billing/_settle_draft.html", context)


@require_POST
@requires(TAKE)
def settle_pay(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Invoice the chosen orders and take the money, once for each form."""
    till = _till(request, patient_id, wanted_desk=request.POST.get("desk", ""))
    form = SettleForm(request.POST, desks=till.desks)
    payment = None
    if form.is_valid():
        try:
            payment = _pay(request, till, form)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    # A form that came twice finds its orders invoiced already: it gets the answer of the first time.
    payment = payment or _taken_by(form, till)
    if payment is not None:
        page = address("billing:settle", till.patient.pk)
        return redirect(f"{page}?desk={payment.shift.desk_id}&paid={payment.pk}")
    shown, _refill = _draft_of(form, till, "")
    return render(request, "billing/_settle.html", _context(request, till, form, shown), status=422)


@require_POST
@requires(ISSUE)
def settle_issue(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Issue the invoice of the chosen orders without taking money: the patient pays later."""
    till = _till(request, patient_id, wanted_desk=request.POST.get("desk", ""))
    form = SettleForm(request.POST, desks=till.desks)
    form.is_valid()
    try:
        invoice = services.issue_invoice(actor=request.actor, orders=_orders(till, form))
        return redirect(address("billing:invoice", invoice.pk))
    except DomainError as error:
        form.add_error(None, error)
    shown, _refill = _draft_of(form, till, "")
    return render(request, "billing/_settle.html", _context(request, till, form, shown), status=422)


@require_http_methods(["GET", "POST"])
@requires(REFUND, TAKE)
def advance_refund(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Give money back from the advance, in the drawer of the settlement; whose right it is not has it confirmed."""
    desk_id = request.POST.get("desk") or request.GET.get("desk", "")
    till = _till(request, patient_id, wanted_desk=desk_id)
    initial = {
        "key": uuid.uuid4(),
        "desk": till.desk and till.desk.pk,
        "means": Means.CASH,
        "amount": till.account.advance,
    }
    is_asked = is_always_asked(two_people.REFUND) or not request.actor.can(REFUND)
    form = RefundForm(request.POST or None, initial=initial, desks=desks_of(request.actor), is_asked=is_asked)
    if request.method == "POST" and form.is_valid():
        try:
            second = second_person_of(request, form.cleaned_data)
            refund = services.refund_advance(
                actor=request.actor,
                second=second,
                shift=_shift_of(form.cleaned_data["desk"]),
                patient=till.patient,
                means=Means(form.cleaned_data["means"]),
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                key=form.cleaned_data["key"],
            )
            text = _("Given back: %(sum)s. No fiscal receipt.") % {"sum": format_money(refund.amount)}
            return changed("paymentChanged", toast=text)
        except DomainError as error:
            form.refuse(error)
    context = {"form": form, "till": till}
    return render(request, "billing/_refund.html", context, status=422 if request.method == "POST" else 200)


def _till(request: HttpRequest, patient_id: int, *, wanted_desk: str = "") -> Till:
    shown = Patient.objects.visible_to(request.actor).only("surname", "name", "patronymic", "born_on", "card_number")
    patient = get_object_or_404(shown, pk=patient_id)
    desks = desks_here(request.actor)
    desk = chosen_desk(desks, wanted_desk or request.GET.get("desk", ""))
    branch = request.signed_in.branch
    return Till(patient, desks, desk, localdate(branch.zone if branch else None))


def _draft_of(form: SettleForm, till: Till, fill: str) -> tuple[Draft, tuple[Means, Any] | None]:
    """The draft of a bound form, with one means filled up to what is due when that was asked for."""
    data = form.cleaned_data
    chosen = {("order", pk) for pk in data.get("order", [])} | {("invoice", pk) for pk in data.get("invoice", [])}
    parts, refill = form.parts(), None
    if fill in Means.values:
        due = sum((group.due for group in till.groups if (group.kind, group.pk) in chosen), ZERO)
        means = Means(fill)
        refill = means, filled(parts, means, due=due, free_advance=till.account.advance)
        parts[means] = refill[1]
    shown = draft(
        till.groups,
        till.account,
        chosen=chosen,
        parts={means: amount for means, amount in parts.items() if amount},
        cash_received=data.get("cash_received"),
        rest_to_advance=bool(data.get("rest_to_advance")),
    )
    return shown, refill


def _pay(request: HttpRequest, till: Till, form: SettleForm) -> Payment:
    order_ids = form.cleaned_data["order"]
    if order_ids and not request.actor.can(ISSUE):
        raise DomainError(_("Your role may not issue invoices: take only what is invoiced already."))
    return services.settle(
        actor=request.actor,
        shift=till.open_shift(form.cleaned_data["desk"]),
        patient=till.patient,
        order_ids=order_ids,
        invoice_ids=form.cleaned_data["invoice"],
        parts=form.parts(),
        key=form.cleaned_data["key"],
        cash_received=form.cleaned_data["cash_received"],
        rest_to_advance=form.cleaned_data["rest_to_advance"],
    )


def _taken_by(form: SettleForm, till: Till) -> Payment | None:
    key = form.cleaned_data.get("key")
    payments = Payment.objects.select_related("shift").filter(patient=till.patient)
    return payments.filter(key=key).first() if key else None


def _orders(till: Till, form: SettleForm) -> list[WorkOrder]:
    return list(WorkOrder.objects.filter(pk__in=form.cleaned_data.get("order", []), patient=till.patient))


def _shift_of(desk: CashDesk) -> CashShift:
    """The desk's open shift, or its last one, for the service to refuse in words. Raises: ShiftNotOpen."""
    shift = CashShift.objects.filter(desk=desk).select_related("desk").order_by("-pk").first()
    if shift is None:
        raise ShiftNotOpen
    return shift


def _context(request: HttpRequest, till: Till, form: SettleForm, shown: Draft) -> dict[str, Any]:
    actor = request.actor
    means = [
        {"means": m, "icon": MEANS_ICONS[m], "field": form[m.value], "is_advance": m == Means.ADVANCE} for m in Means
    ]
    return {
        "patient": till.patient,
        "age": age_text(till.patient.born_on, till.today),
        "desk": till.desk,
        "desks": till.desks,
        "desk_state": till.state,
        "shift": till.shift,
        "account": till.account,
        "form": form,
        "draft": shown,
        "means_rows": means,
        "elsewhere": till.elsewhere,
        "can_open_shift": actor.can("billing.run_shift"),
        "can_refund": till.account.advance > 0,
        "can_issue": actor.can(ISSUE),
        "can_discount": actor.can("billing.give_discount"),
        "can_change_desk": actor.can("billing.change_desk"),
    }

"""Forms of work orders and money. They read what was typed; the rules are the services'."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.enums import MONEY_MEANS, Means
from billing.models import CashDesk
from billing.selectors.desk import Desk
from core.dentition.forms import ToothSelectionField
from core.forms import MoneyField
from organization.forms.second_person import ConfirmedForm
from organization.forms.substitutions import GrantForm
from organization.models import Branch, Employee, LegalEntity
from pricelist.models import Service

LONGEST_ID = 19  # digits a bigint certainly has room for, and one more


class VersionedForm(forms.Form):
    """Carries the version the page was opened under; a new order has none yet."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class LineForm(VersionedForm):
    """A service for what is chosen on the tooth chart."""

    service = forms.ModelChoiceField(
        Service.objects.select_related("direction").only("code", "name", "tooth_area", "archived_at", "direction__name")
    )
    surfaces = ToothSelectionField(required=False)


class QuantityForm(VersionedForm):
    quantity = forms.IntegerField(
        label=_("quantity"), error_messages={"invalid": _("The quantity is a whole number from 1 to 99.")}
    )

    def __init__(self, *args: Any, with_quantity: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not with_quantity:
            del self.fields["quantity"]


class DiscountForm(ConfirmedForm, VersionedForm):
    """A discount of one line. Zero percent takes it back."""

    percent = forms.DecimalField(
        label=_("Discount, %"), min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2
    )
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False)


class ShiftOpenForm(forms.Form):
    opening_cash = MoneyField(label=_("Cash in the drawer, ₽"))


class ShiftCloseForm(ConfirmedForm, VersionedForm):
    counted_cash = MoneyField(label=_("Cash counted, ₽"))
    reason = forms.CharField(label=_("Where the difference is from"), max_length=200, required=False)


class RefundForm(ConfirmedForm):
    """Money back from the advance; the key makes a double click one refund."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    desk = forms.ModelChoiceField(CashDesk.objects.none(), widget=forms.HiddenInput)
    amount = MoneyField(label=_("Sum, ₽"))
    means = forms.ChoiceField(
        label=_("By"), choices=[(means.value, means.label) for means in MONEY_MEANS], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, desks: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]


class VoidForm(ConfirmedForm, VersionedForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class IdsField(forms.TypedMultipleChoiceField):
    """Ids of what was ticked. Whose they are is the service's to check, under its locks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, **options)

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) < LONGEST_ID


class SettleForm(forms.Form):
    """What the settlement posts, both as a draft and for good. A sum typed wrong stays as typed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    desk = forms.TypedChoiceField(coerce=int)
    order = IdsField(required=False)
    invoice = IdsField(required=False)
    cash_received = MoneyField(label=_("Received"), required=False)
    rest_to_advance = forms.BooleanField(label=_("Leave the rest on the advance"), required=False)

    def __init__(self, *args: Any, desks: Sequence[Desk], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["desk"].choices = [(desk.pk, desk.name) for desk in desks]  # type: ignore[attr-defined]
        for means in Means:
            self.fields[means.value] = MoneyField(label=means.label, required=False)

    def parts(self) -> dict[Means, Decimal]:
        """Sums by means that could be read; the others count as nothing and carry their error."""
        typed = {means: self.cleaned_data.get(means.value) for means in Means}
        return {means: amount for means, amount in typed.items() if amount}


class DeskForm(forms.ModelForm):
    class Meta:
        model = CashDesk
        fields = ("name", "branch", "legal_entity")
        labels = {"branch": _("Branch"), "legal_entity": _("Legal entity")}

    def __init__(self, *args: Any, branches: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]
        self.fields["legal_entity"].queryset = LegalEntity.objects.active()  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """The service says it, by the database's own constraint."""

    def validate_constraints(self) -> None:
        """The same."""


class DeskGrantForm(GrantForm):
    """Which desk is given to a person, until when and why."""

    desk = forms.ModelChoiceField(label=_("Cash desk"), queryset=CashDesk.objects.none(), empty_label=_("Choose"))
    field_order = ("desk", "until", "reason")

    def __init__(self, *args: Any, employee: Employee, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["desk"]
        branches = Branch.objects.filter(grants__user_id=employee.user_id)
        field.queryset = CashDesk.objects.active().filter(branch__in=branches).select_related("branch")
        field.label_from_instance = lambda desk: f"{desk.name}, {desk.branch.name}"


class DeskNameForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=80)

from decimal import Decimal

import pytest
from django import forms

from core.forms import MoneyField, PhoneField


class PaymentForm(forms.Form):
    amount = MoneyField()


class ContactForm(forms.Form):
    phone = PhoneField(required=False)


@pytest.mark.parametrize(("typed", "amount"), [("1 234,50", "1234.50"), ("12\u202f500,00\u00a0₽", "12500.00")])
def test_money_field_cleans_what_people_type(typed, amount):
    form = PaymentForm({"amount": typed})

    assert form.is_valid()
    assert form.cleaned_data == {"amount": Decimal(amount)}


@pytest.mark.parametrize("typed", ["12,345", "много", "-5", "NaN", "10000000000", ""])
def test_money_field_keeps_the_typed_text_beside_its_error(typed):
    form = PaymentForm({"amount": typed})

    assert not form.is_valid()
    assert len(form.errors["amount"]) == 1
    assert form["amount"].value() == typed


def test_money_field_shows_a_stored_sum_ready_for_editing():
    form = PaymentForm(initial={"amount": Decimal("12500.5")})

    assert form["amount"].value() == "12500,50"
    assert 'inputmode="decimal"' in str(form["amount"])
    assert 'type="text"' in str(form["amount"])


def test_money_field_respects_its_bounds():
    field = MoneyField(min_value=Decimal("0.01"), max_value=Decimal(100))

    for typed in ("0", "100,01"):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    assert field.clean("0,01") == Decimal("0.01")


def test_money_field_takes_a_number_from_the_api_and_an_empty_optional_one():
    assert MoneyField().clean(Decimal("10.50")) == Decimal("10.50")
    assert MoneyField(required=False).clean("") is None


@pytest.mark.parametrize(("typed", "changed"), [("10,5", False), ("10.50", False), ("10,51", True), ("ten", True)])
def test_money_field_compares_sums_and_not_their_spelling(typed, changed):
    assert MoneyField().has_changed(Decimal("10.50"), typed) is changed


def test_phone_field_cleans_to_e164_and_shows_the_russian_way():
    form = ContactForm({"phone": "8 916 123-45-67"}, initial={"phone": "+79161234567"})

    assert form.is_valid()
    assert form.cleaned_data == {"phone": "+79161234567"}
    assert form.changed_data == []
    assert ContactForm(initial={"phone": "+79161234567"})["phone"].value() == "+7 (916) 123-45-67"


def test_phone_field_keeps_the_typed_text_beside_its_error():
    form = ContactForm({"phone": "12-34"})

    assert list(form.errors) == ["phone"]
    assert form["phone"].value() == "12-34"


def test_phone_field_may_be_left_empty():
    form = ContactForm({"phone": "  "})

    assert form.is_valid()
    assert form.cleaned_data == {"phone": ""}

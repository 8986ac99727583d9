"""What people type, and what becomes of it."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError

from core.conflicts import differences
from organization.forms.places import BranchForm, HoursForm, LegalEntityForm, WallTimeField, zone_choices
from organization.models import Branch
from tests.factories.organization import BranchFactory, LegalEntityFactory


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("09:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("930", time(9, 30)),
        (" 21-45 ", time(21, 45)),
        ("24:00", time(0)),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, meant):
    assert WallTimeField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["25", "9:60", "девять", "9:3", "24:30", "12345"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValidationError):
        WallTimeField().clean(typed)


def test_an_open_day_needs_both_times_and_a_closed_one_needs_none():
    form = HoursForm({"hours-open_0": "on", "hours-from_0": "9"}, hours={})

    assert not form.is_valid()
    assert set(form.errors) == {"to_0"}


def test_a_refused_time_comes_back_as_it_was_typed():
    form = HoursForm({"hours-open_0": "on", "hours-from_0": "девять", "hours-to_0": "20"}, hours={})

    assert not form.is_valid()
    assert 'value="девять"' in str(form["from_0"])


@pytest.mark.django_db
def test_requisites_are_tidied_and_their_check_digits_checked_beside_the_field():
    good = {"short_name": "Дент", "name": "ООО «Дент»", "tax_system": "simplified", "inn": "7707 083 893"}
    bank = {"bik": "044525225", "account": "40702 810 9 00000000000", "correspondent_account": "30101810400000000225"}

    tidy = LegalEntityForm({**good})
    wrong = LegalEntityForm({**good, "inn": "7707083894", "kpp": "12", **bank})
    without_bank = LegalEntityForm({**good, "account": "40702810900000000000"})

    assert tidy.is_valid() and tidy.cleaned_data["inn"] == "7707083893"
    assert {"inn", "kpp"} <= set(wrong.errors)
    assert "account" not in tidy.errors
    assert set(without_bank.errors) == {"bik"}


@pytest.mark.django_db
def test_a_zone_set_by_other_means_stays_in_the_list():
    branch = BranchFactory(time_zone="Asia/Tomsk")

    assert BranchForm(instance=branch).fields["time_zone"].choices[-1][0] == "Asia/Tomsk"
    assert ("Europe/Moscow", "Москва, Санкт-Петербург · UTC+3") in zone_choices()


@pytest.mark.django_db
def test_a_form_leaves_the_record_it_was_opened_for_alone():
    branch = BranchFactory(name="Старое")

    BranchForm({"name": "Новое"}, instance=branch).is_valid()

    assert branch.name == "Старое"


@pytest.mark.django_db
def test_both_versions_are_compared_as_people_read_them():
    entity, other = LegalEntityFactory(), LegalEntityFactory(inn="7736050003", short_name="Другое")
    saved = Branch(
        name="Их название", legal_entity=entity, time_zone="Europe/Moscow", slot_minutes=15, phone="+79161234567"
    )
    typed = BranchForm(
        {
            "name": "Наше",
            "legal_entity": other.pk,
            "time_zone": "Asia/Omsk",
            "slot_minutes": 15,
            "phone": "+79161234567",
        }
    )

    found = {row.label: (row.theirs, row.yours) for row in differences(typed=typed, saved=BranchForm(instance=saved))}

    assert found == {
        "Название": ("Их название", "Наше"),
        "Юрлицо": (entity.short_name, "Другое"),
        "Часовой пояс": ("Москва, Санкт-Петербург · UTC+3", "Омск · UTC+6"),
    }

"""Fields nobody asked for: whatever is sent along with a form or to the API changes nothing it should not."""

import json

import pytest
from django import forms
from django.urls import reverse
from rest_framework import serializers

from organization.models import Employee, User
from patients.models import Patient
from tests.factories.organization import BranchFactory, EmployeeFactory
from tests.factories.patients import PatientFactory
from tests.structure.test_access import routes

pytestmark = pytest.mark.django_db

# No form and no serializer may write these: they are decided by the program or by acts of their own.
NEVER_TYPED = {
    "id", "pk", "is_superuser", "is_staff", "is_active", "groups", "user_permissions", "user", "password", "digest",
    "created_by", "created_at", "updated_at", "archived_at", "last_login", "last_role", "sort_key", "must_change_password",
    "pin_set_at", "second_factor_at", "password_set_at", "employee_id", "actor", "lexemes",
}  # fmt: skip
EXTRA = {
    "is_superuser": True, "is_staff": True, "is_active": False, "user": 1, "employee": 1, "role": 1, "roles": [1],
    "scope": "all", "version": 999, "created_by": 1, "created_at": "2000-01-01T00:00", "archived_at": "2000-01-01T00:00",
    "password": "taken-over-1", "username": "taken", "card_number": 1, "id": 1, "pk": 1, "branch_ids": [1, 2, 3],
    "rights": {"organization.change_rights": "all"}, "must_change_password": False, "second_factor_at": None,
}  # fmt: skip


def model_forms() -> list[type[forms.ModelForm]]:
    def below(cls):
        for child in cls.__subclasses__():
            yield child
            yield from below(child)

    list(routes())  # every form is loaded with its page
    found = {cls for cls in below(forms.ModelForm) if not cls.__module__.startswith(("django", "guardian", "axes"))}
    return sorted(found, key=lambda cls: f"{cls.__module__}.{cls.__name__}")


def serializers_of_routes() -> set[type[serializers.BaseSerializer]]:
    found = set()
    for _route, pattern in routes():
        cls = getattr(pattern.callback, "cls", None)
        chosen = getattr(cls, "serializer_class", None)
        if chosen is not None:
            found.add(chosen)
    return found


def test_no_form_writes_what_the_program_decides():
    wrong = {
        f"{form.__module__}.{form.__name__}": sorted(set(form.base_fields) & NEVER_TYPED)
        for form in model_forms()
        if set(form.base_fields) & NEVER_TYPED
    }
    assert len(model_forms()) > 5
    assert wrong == {}


def test_no_serializer_writes_what_the_program_decides():
    wrong = {}
    for cls in serializers_of_routes():
        fields = getattr(cls(), "fields", {})
        typed = {name for name, field in fields.items() if not field.read_only}
        if typed & NEVER_TYPED:
            wrong[cls.__name__] = sorted(typed & NEVER_TYPED)
    assert len(serializers_of_routes()) > 5
    assert wrong == {}


def rows_of_people() -> list[dict]:
    return [*User.objects.order_by("pk").values(), *Employee.objects.order_by("pk").values()]


def test_extra_fields_beside_ones_preferences_change_nothing(client_of, registrar, director):
    client = client_of(registrar)
    client.get("/profile/")
    before = rows_of_people()

    client.post(reverse("organization:preference_change"), {**flat(EXTRA), "theme": registrar.user.theme})

    assert rows_of_people() == before
    assert not client.get("/profile/").context["actor"].can("organization.change_rights")


def flat(extra: dict) -> dict:
    return {name: json.dumps(value) if isinstance(value, (dict, list)) else str(value) for name, value in extra.items()}


def test_extra_fields_beside_an_employee_give_neither_login_nor_role(client_of, director, registrar, branch):
    """The director may change people; even so the login and the roles have pages of their own rules."""
    person = EmployeeFactory(branch=branch)
    before = User.objects.filter(pk=person.user_id).values().get()
    client = client_of(director)
    sent = {**flat(EXTRA), "surname": "Новая", "name": "Анна", "version": person.version, "roles": []}

    client.post(reverse("organization:employee_change", args=[person.pk]), sent)

    assert User.objects.filter(pk=person.user_id).values().get() == before
    person.refresh_from_db()
    assert person.archived_at is None


@pytest.mark.parametrize("name", ["employees", "branches", "chairs", "patients"])
def test_the_api_gives_a_registrar_no_more_than_the_pages_do(client_of, registrar, director, name):
    client = client_of(registrar)
    patient = PatientFactory()
    target = {"employees": registrar.pk, "branches": BranchFactory().pk, "chairs": 1, "patients": patient.pk}[name]
    people = rows_of_people()
    card = Patient.objects.filter(pk=patient.pk).values("pk", "card_number", "archived_at", "surname").get()

    for method in ("post", "patch", "put", "delete"):
        for address in (f"/api/v1/{name}/", f"/api/v1/{name}/{target}/"):
            getattr(client, method)(address, json.dumps(EXTRA), content_type="application/json")

    assert rows_of_people() == people
    assert Patient.objects.filter(pk=patient.pk).values("pk", "card_number", "archived_at", "surname").get() == card
    assert Patient.objects.count() == 1


def test_fields_of_a_card_the_program_decides_are_not_taken_from_the_api(client_of, registrar):
    client = client_of(registrar)
    sent = {**EXTRA, "surname": "Иванова", "name": "Анна"}

    response = client.post("/api/v1/patients/", json.dumps(sent), content_type="application/json")

    assert response.status_code == 201, response.content
    card = Patient.objects.get()
    assert (card.archived_at, card.version) == (None, 1)
    assert card.card_number != EXTRA["card_number"] or card.pk != EXTRA["pk"]


def test_a_role_sent_along_with_the_sign_in_gives_no_other_rights(client, registrar, director):
    from tests.factories.organization import PASSWORD

    directors = director.roles.get().pk
    sent = {"username": "registrar", "password": PASSWORD, "role": directors, "role_id": directors, "is_superuser": "1"}

    client.post(reverse("organization:login"), sent)

    assert client.session["role_id"] == registrar.roles.get().pk
    assert client.get(reverse("organization:role_list")).status_code == 403


def test_the_stamp_of_another_role_in_a_header_opens_nothing(client_of, registrar, director):
    stamp = f"{director.user_id}.{director.roles.get().pk}"

    response = client_of(registrar).get(reverse("organization:role_list"), headers={"X-Zubr-Role": stamp})

    assert response.status_code == 403

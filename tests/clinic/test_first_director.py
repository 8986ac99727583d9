"""A clinic of one's own begins with one command, once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from organization.models import Branch, Employee, LegalEntity, User

OWN_CLINIC = {
    "login": "maria",
    "surname": "Орлова",
    "name": "Мария",
    "company": "ООО «Зубр-Дент»",
    "inn": "7707083893",
    "branch": "Ленинский, 42",
    "time_zone": "Asia/Yekaterinburg",
}


def open_clinic(**other: str) -> str:
    output = io.StringIO()
    call_command("first_director", **(OWN_CLINIC | other), stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_the_first_director_can_sign_in_and_must_choose_a_password():
    said = open_clinic()

    password = said.partition("Password: ")[2].split()[0]
    user = User.objects.get(username="maria")
    assert user.must_change_password is True
    assert [role.code for role in user.employee.roles.all()] == ["director"]
    assert str(Branch.objects.get().zone) == "Asia/Yekaterinburg"
    signed_in = Client().post("/login/", {"username": "maria", "password": password})
    assert signed_in.status_code == 302


@pytest.mark.django_db
def test_there_is_only_one_first_director():
    open_clinic()

    with pytest.raises(CommandError, match="There is a director already"):
        open_clinic(login="other", branch="Другой", inn="7736050003")

    assert Employee.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_number_is_told_and_nothing_is_half_made():
    with pytest.raises(CommandError):
        open_clinic(inn="7707083890")

    assert (Employee.objects.count(), Branch.objects.count(), LegalEntity.objects.count()) == (0, 0, 0)

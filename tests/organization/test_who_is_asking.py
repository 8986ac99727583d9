"""What every request pays to know who is asking, and what ends a session all the same."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import modules
from core.models import ModuleState
from organization import selectors
from organization.models import Employee, Role, User

pytestmark = pytest.mark.django_db

LIVE = "/live/"


def test_a_signed_in_request_asks_twice_the_session_and_who_it_belongs_to(client_of, registrar):
    client = client_of(registrar)
    client.get(LIVE)

    with CaptureQueriesContext(connection) as queries:
        client.get(LIVE)

    assert len(queries) == 2


def test_the_login_that_comes_along_is_a_whole_one(registrar):
    role = registrar.roles.get()
    known = selectors.signed_in(user_id=registrar.user_id, role_id=role.pk, branch_id=None)

    assert known.user == registrar.user
    assert known.user.get_deferred_fields() == set()
    assert [getattr(known.user, f.attname) for f in User._meta.concrete_fields] == [
        getattr(User.objects.get(pk=registrar.user_id), f.attname) for f in User._meta.concrete_fields
    ]
    assert known.actor.user_id == registrar.user_id


def test_a_new_password_ends_the_sessions_elsewhere(client_of, registrar):
    client = client_of(registrar)
    key = client.session.session_key
    registrar.user.set_password("another-long-password")
    registrar.user.save()

    response = client.get("/profile/")

    assert response.status_code == 302
    assert response.url.startswith(reverse("organization:login"))
    assert not client.session.exists(key)


@pytest.mark.parametrize(
    "end",
    [
        lambda employee: User.objects.filter(pk=employee.user_id).update(is_active=False),
        lambda employee: Employee.objects.filter(pk=employee.pk).update(archived_at=timezone.now()),
        lambda employee: Role.objects.filter(employees=employee).update(archived_at=timezone.now()),
        lambda employee: employee.roles.clear(),
    ],
    ids=["login closed", "employee archived", "role archived", "role taken away"],
)
def test_who_may_no_longer_work_is_out_at_the_next_click(client_of, registrar, end):
    client = client_of(registrar)
    assert client.get("/profile/").status_code == 200

    end(registrar)

    assert client.get("/profile/").status_code == 302


def test_a_session_signed_with_the_former_secret_key_is_renewed(client_of, registrar, settings):
    client = client_of(registrar)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 60

    assert client.get("/profile/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_with_the_database_away_a_readable_page_says_so(client, client_of, registrar, is_signed_in):
    if is_signed_in:
        client = client_of(registrar)

    def gone(*_):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        response = client.get("/profile/")

    assert response.status_code == 503
    assert "база данных" in response.content.decode().lower()


def test_the_switches_come_along_and_hold_for_the_request(registrar):
    ModuleState.objects.create(code="reports", is_on=False)

    with modules.remembered_state(when_asked=True):
        selectors.signed_in(user_id=registrar.user_id, role_id=registrar.roles.get().pk, branch_id=None)
        with CaptureQueriesContext(connection) as queries:
            assert not modules.is_on("reports")

    assert len(queries) == 0

"""The cast every test may call on: a branch, its director, registrar and doctor, and clients signed in as them."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from core.actor import Actor
from organization.models import Branch, Employee
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory, actor_of
from tests.plugins.database import use_migrated_template


class Rethrow(logging.Handler):
    """What the running program writes to the log and survives, a test must see."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            raise record.exc_info[1]


@pytest.fixture(autouse=True)
def parts_fail_loudly(request: pytest.FixtureRequest) -> Iterator[None]:
    """A panel or a tile that raises costs its card, not the page; a test of it fails, unless it asks for `failing_parts`."""
    if "failing_parts" in request.fixturenames:
        yield
        return
    handler, logger = Rethrow(), logging.getLogger("core.parts")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


@pytest.fixture
def failing_parts() -> None:
    """This test breaks a part and looks at the page around it."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    use_migrated_template()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Every employee made has a password; hashing it the slow way would be most of the run."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A thread of a served page may still hold a connection at the end; the database is dropped all the same."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def branch(db: None) -> Branch:
    return BranchFactory(name="Ленинский, 42")


@pytest.fixture
def chair(branch: Branch):
    return ChairFactory(room=RoomFactory(branch=branch))


@pytest.fixture
def director(branch: Branch) -> Employee:
    return EmployeeFactory(user__username="director", surname="Орлова", name="Мария", role="director", branch=branch)


@pytest.fixture
def registrar(branch: Branch) -> Employee:
    return EmployeeFactory(
        user__username="registrar", surname="Петрова", name="Анна", role="administrator", branch=branch
    )


@pytest.fixture
def doctor(branch: Branch) -> Employee:
    return EmployeeFactory(
        user__username="doctor", surname="Аксёнов", name="Дмитрий", role="doctor", branch=branch, specialty=True
    )


@pytest.fixture
def other_doctor(branch: Branch) -> Employee:
    return EmployeeFactory(
        user__username="other", surname="Кузнецова", name="Марина", role="doctor", branch=branch, specialty=True
    )


@pytest.fixture
def as_actor() -> Callable[..., Actor]:
    return actor_of


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """A browser signed in as an employee, under their (first or named) role."""

    def sign_in(employee: Employee, *, role: str | None = None, branch: Branch | None = None) -> Client:
        client = Client()
        client.force_login(employee.user, backend="organization.backends.RoleBackend")
        session = client.session
        roles = employee.roles.filter(code=role) if role else employee.roles.all()
        session["role_id"] = roles.first().pk
        if branch is not None:
            session["branch_id"] = branch.pk
        session.save()
        return client

    return sign_in

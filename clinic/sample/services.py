"""Removing the sample clinic: every table but directories and settings is emptied at once, who did it stays as director."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError, connection, models, transaction

from clinic.embedded.instance import DEMO_FILE, Demo, Instance
from clinic.models import SampleClinic, SystemAct
from clinic.sample.errors import NoSampleClinic, NotConfirmed, StillInUse
from clinic.sample.selectors import emptied_tables, is_sample_clinic
from clinic.setup import state
from core.actor import Actor
from organization.enums import BuiltInRole
from organization.models import Employee, EmployeeRole, Role

RIGHT = "clinic.remove_sample_data"
WORDS = ("УДАЛИТЬ", "DELETE")
ATTEMPTS = 5
LOCK_TIMEOUT = "5s"  # a page that reads is done long before
NOT_A_SAMPLE = "ZB001"  # what the database function says of a clinic of one's own


def mark_as_sample() -> None:
    """Say that the clinic in this database is the sample one; only the tables' owner can."""
    SampleClinic.objects.get_or_create(pk=1)


def remove_sample_clinic(*, actor: Actor, word: str, session_key: str | None) -> None:
    """Empty the sample clinic and leave an empty database with its one director: the account that does it.

    The login keeps its name; the password has to be changed by the next request. Everybody else is signed out, for their
    logins are gone. The logs go with what they told about, so their chain begins anew. Setting up is open afterwards.

    Raises: NotConfirmed, NoSampleClinic, StillInUse when the tables could not be taken.
    """
    actor.require(RIGHT)
    if word.strip().upper() not in WORDS:
        raise NotConfirmed
    if not is_sample_clinic():
        raise NoSampleClinic
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _remove(actor, session_key)
            break
        except OperationalError as error:  # a reader in the way, or one that waited for us while we waited for it
            if attempt == ATTEMPTS:
                raise StillInUse from error
            time.sleep(attempt / 5)
    _forget_demo_of_embedded()


@transaction.atomic
def _remove(actor: Actor, session_key: str | None) -> None:
    kept = _own_rows(actor, session_key)
    _empty(emptied_tables())
    for row in kept:
        row.save(force_insert=True)
    state.open_setup()
    SystemAct.objects.create(
        kind=SystemAct.Kind.SAMPLE, employee_id=actor.employee_id, person=actor.name, role_name=actor.role_name
    )


def _own_rows(actor: Actor, session_key: str | None) -> list[models.Model]:
    """The rows that survive: the login, the person, their role of director and this session, to be written again."""
    employee = Employee.objects.select_related("user").get(pk=actor.employee_id or 0)
    user = employee.user
    user.must_change_password = True
    role = Role.objects.get(code=BuiltInRole.DIRECTOR)
    roles = EmployeeRole.objects.filter(employee=employee, role=role)
    return [user, employee, *roles, *Session.objects.filter(pk=session_key)]


def _empty(tables: list[str]) -> None:
    """By a function of the tables' owner, who alone may; it looks at the mark itself, and takes it away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            cursor.execute("SELECT clinic_empty_sample(%s::text[])", [tables])
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == NOT_A_SAMPLE:
            raise NoSampleClinic from error
        raise


def _forget_demo_of_embedded() -> None:
    """The next start of `make run` neither loads a demo clinic nor offers demo logins."""
    if (settings.VAR_DIR / DEMO_FILE).exists():
        Instance(settings.VAR_DIR).remember_demo(Demo.DECLINED)

"""Two at once, over real connections: the database decides, not luck."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from core.actor import Scope
from core.errors import ChangedByOther, DomainError
from organization import services
from organization.effective import Held
from organization.errors import LastDirector, NameTaken
from organization.models import Branch, Employee, Role
from tests.factories.organization import BranchFactory, EmployeeFactory, LegalEntityFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run every act in a thread with a connection of its own; answers results or refusals in order."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            results[number] = act()
        except DomainError as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture
def two_directors(branch):
    return [EmployeeFactory(role="director", branch=branch) for _number in range(2)]


@pytest.mark.parametrize("how", ["revoke", "archive", "close_login", "each_in_its_way"])
def test_two_directors_who_remove_each_other_leave_one(two_directors, as_actor, how):
    first, second = two_directors
    role = Role.objects.get(code="director")
    acts = {
        "revoke": lambda actor, whom: services.revoke_role(actor=actor, employee=whom, role=role),
        "archive": lambda actor, whom: services.archive_employee(actor=actor, employee=whom),
        "close_login": lambda actor, whom: services.remove_login(actor=actor, employee=whom),
    }
    one, other = (acts["revoke"], acts["archive"]) if how == "each_in_its_way" else (acts[how], acts[how])
    actors = as_actor(first), as_actor(second)

    results = at_once(lambda: one(actors[0], second), lambda: other(actors[1], first))

    assert [isinstance(result, LastDirector) for result in results].count(True) == 1
    from organization import selectors

    assert selectors.able_directors().count() == 1


def test_of_two_people_saving_one_record_the_second_is_told(director, as_actor, branch):
    actor = as_actor(director)

    results = at_once(
        *(
            lambda name=name: services.change_branch(actor=actor, branch=branch, version=1, name=name)
            for name in ("Северный", "Южный")
        )
    )

    refused = [result for result in results if isinstance(result, DomainError)]
    saved = [result for result in results if isinstance(result, Branch)]
    assert [error.code for error in refused] == ["changed_by_other"]
    assert Branch.objects.get(pk=branch.pk).name == saved[0].name == refused[0].theirs.name


def test_one_name_goes_to_one_branch(director, as_actor):
    actor, entity = as_actor(director), LegalEntityFactory()

    results = at_once(
        *(lambda: services.add_branch(actor=actor, name="Один", legal_entity=entity) for _number in range(4))
    )

    assert sum(isinstance(result, NameTaken) for result in results) == 3
    assert Branch.objects.filter(name="Один").count() == 1


def test_the_same_right_changed_at_once_keeps_one_row(director, as_actor):
    actor, role = as_actor(director), Role.objects.get(code="doctor")
    results = at_once(
        *(
            lambda scope=scope: services.set_role_permission(
                actor=actor, role=role, code="organization.view_clinic", scope=scope
            )
            for scope in (Scope.ALL, None, Scope.ALL, None)
        )
    )

    assert not [result for result in results if isinstance(result, DomainError)]
    assert role.permissions.filter(code="organization.view_clinic").count() == 1
    assert Employee.objects.filter(roles=role).count() == 0
    assert BranchFactory().pk


def test_of_two_directors_who_save_the_same_version_of_a_role_one_is_refused(director, as_actor):
    actor, role = as_actor(director), Role.objects.get(code="doctor")
    changes = ({"organization.view_clinic": Held(Scope.ALL)}, {"organization.view_employee": Held(Scope.ALL)})

    results = at_once(
        *(
            lambda wanted=wanted: services.set_role_permissions(
                actor=actor, role=role, version=role.version, changes=wanted
            )
            for wanted in changes
        )
    )

    assert sum(isinstance(result, ChangedByOther) for result in results) == 1
    assert role.permissions.filter(code__in=[*changes[0], *changes[1]]).count() == 1


def test_a_role_is_never_both_put_away_and_given(director, as_actor):
    actor, person = as_actor(director), EmployeeFactory()
    for number in range(5):
        role = services.add_role(actor=actor, name=f"Роль {number}")

        at_once(
            lambda role=role: services.archive_role(actor=actor, role=role),
            lambda role=role: services.grant_role(actor=actor, employee=person, role=role),
        )

        role.refresh_from_db()
        assert role.is_archived != person.roles.filter(pk=role.pk).exists()

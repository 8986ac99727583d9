"""The page of a role's rights: collected, asked about, saved together; and what one person may do in the end."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actor import Scope
from core.errors import ChangedByOther
from core.models import ModuleState
from organization import rights_page, selectors, services
from organization.effective import NOT_HELD, Held
from organization.enums import Effect
from organization.errors import DirectorKeepsRights, RoleArchived, RoleBuiltIn, RoleHeld, UnknownRight
from organization.models import Employee, EmployeeRole, Role, RolePermission, Substitution
from organization.person_rights import person_rights, role_looked_at
from tests.factories.organization import EmployeeFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
CARDS, ADD, DISCOUNT = "patients.view_patient", "patients.add_patient", "billing.give_discount"
CLINIC, RIGHTS, EMPLOYEES = "organization.view_clinic", "organization.change_rights", "organization.view_employee"


@pytest.fixture
def client(client_of, director):
    return client_of(director)


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


@pytest.fixture
def administrator(director) -> Role:
    return Role.objects.get(code="administrator")


@pytest.fixture
def nurses(actor, administrator) -> Role:
    return services.add_role(actor=actor, name="Старшая медсестра", like=administrator)


def url(name: str, *ids: object) -> str:
    return reverse(f"organization:{name}", args=ids)


def form_of(page) -> dict[str, str]:
    """What a browser would post from the page as it is: checked and chosen controls that are not disabled."""
    html = page.content.decode()
    html = html[html.index('id="rights"') : html.index('id="person-rights"')] if 'id="person-rights"' in html else html
    form = {}
    for tag in re.findall(r"<input[^>]*>", html):
        value = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_sent = value.get("type") == "hidden" or " checked" in tag
        if "name" in value and is_sent and " disabled" not in tag:
            form[value["name"]] = value["value"]
    for name, options in re.findall(r'<select class="form-select" name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = chosen.group(1) if chosen else re.search(r'value="([^"]*)"', options).group(1)
    return form


def saved(role: Role, code: str) -> Held:
    return rights_page.saved_of(role).get(code, NOT_HELD)


def toggled(form: dict[str, str], code: str) -> dict[str, str]:
    changed = dict(form)
    if changed.pop(f"on-{code}", None) is None:
        changed[f"on-{code}"] = "1"
    return changed


# Saving together


def test_all_changed_rights_are_saved_together_and_count_one_version(actor, administrator):
    role = services.set_role_permissions(
        actor=actor, role=administrator, version=administrator.version, changes={CLINIC: Held(Scope.ALL), ADD: NOT_HELD}
    )

    assert saved(role, CLINIC) == Held(Scope.ALL) and saved(role, ADD) == NOT_HELD
    assert role.version == administrator.version + 1
    assert RolePermission.objects.get(role=role, code=ADD).effect == Effect.DENY


def test_one_refused_right_saves_none(actor, administrator):
    with pytest.raises(UnknownRight):
        services.set_role_permissions(
            actor=actor, role=administrator, version=None, changes={CLINIC: Held(Scope.ALL), "patients.fly": NOT_HELD}
        )

    assert saved(administrator, CLINIC) == NOT_HELD


def test_saving_what_is_so_already_changes_no_version(actor, administrator):
    now = saved(administrator, CARDS)

    role = services.set_role_permissions(actor=actor, role=administrator, version=None, changes={CARDS: now})

    assert role.version == administrator.version


def test_saving_over_a_newer_version_is_refused(actor, administrator):
    services.set_role_permission(actor=actor, role=administrator, code=CLINIC, scope=Scope.ALL)

    with pytest.raises(ChangedByOther):
        services.set_role_permissions(
            actor=actor, role=administrator, version=administrator.version, changes={ADD: NOT_HELD}
        )
    assert saved(administrator, ADD).scope is not None


def test_the_directors_role_keeps_the_right_to_rights_among_other_changes(actor):
    role = Role.objects.get(code="director")

    with pytest.raises(DirectorKeepsRights):
        services.set_role_permissions(
            actor=actor, role=role, version=role.version, changes={EMPLOYEES: NOT_HELD, RIGHTS: NOT_HELD}
        )
    assert saved(role, EMPLOYEES) == Held(Scope.ALL)


def test_a_limit_is_saved_and_read_back(actor, administrator):
    for limit in (10, 0, None):
        services.set_role_permissions(
            actor=actor, role=administrator, version=None, changes={DISCOUNT: Held(Scope.ALL, limit)}
        )
        assert saved(administrator, DISCOUNT) == Held(Scope.ALL, limit)


# Through the page


def test_the_untouched_page_has_nothing_to_save(client, administrator):
    page = client.get(url("role_detail", administrator.pk))

    answer = client.post(url("role_rights", administrator.pk), form_of(page), headers=HTMX)

    assert answer.status_code == 204
    assert "HX-Redirect" not in answer


@pytest.mark.parametrize("code", ["director", "administrator", "doctor"])
def test_what_the_page_posts_is_what_is_held(client, code):
    role = Role.objects.get(code=code)

    typed = rights_page.typed_of(form_of(client.get(url("role_detail", role.pk))))

    held = rights_page.saved_of(role)
    assert typed.changes == {}
    assert {right: one for right, one in typed.was.items() if one.scope} == {
        right: one for right, one in held.items() if right in typed.was
    }


def test_saving_asks_first_and_says_for_how_many_people(client, administrator, registrar):
    form = toggled(form_of(client.get(url("role_detail", administrator.pk))), "organization.issue_token")

    asked = client.post(url("role_rights", administrator.pk), form, headers=HTMX)

    assert asked.status_code == 200
    assert asked.context["people"] == 1 and asked.context["dangerous"] == 1
    assert [row.code for row in asked.context["rows"]] == ["organization.issue_token"]
    assert saved(administrator, "organization.issue_token") == NOT_HELD

    fields = dict(asked.context["fields"])
    answer = client.post(
        url("role_rights", administrator.pk),
        {**fields, "version": administrator.version, "confirmed": "1"},
        headers={**HTMX, "HX-Current-URL": f"http://testserver{url('role_detail', administrator.pk)}?q=ключ&evil=1"},
    )
    assert answer["HX-Redirect"].startswith(url("role_detail", administrator.pk) + "?q=")
    assert "evil" not in answer["HX-Redirect"]
    assert saved(administrator, "organization.issue_token") == Held(Scope.ALL)


def test_the_page_saves_without_scripts_too(client, administrator):
    form = toggled(form_of(client.get(url("role_detail", administrator.pk))), CLINIC)

    asked = client.post(url("role_rights", administrator.pk), form)
    page = asked.content.decode()
    inside = page[page.index('id="role-save"') :]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside[: inside.index("</form>")]))
    answer = client.post(url("role_rights", administrator.pk), fields)

    assert answer.status_code == 302
    assert saved(administrator, CLINIC) == Held(Scope.ALL)


def test_two_directors_at_once_the_second_sees_both_versions_and_keeps_what_was_typed(client, actor, administrator):
    opened = form_of(client.get(url("role_detail", administrator.pk)))
    services.set_role_permission(actor=actor, role=administrator, code=CLINIC, scope=Scope.ALL)

    refused = client.post(url("role_rights", administrator.pk), toggled(opened, ADD), headers=HTMX)

    page = refused.content.decode()
    assert refused.status_code == 422 and refused["HX-Retarget"] == "#rights"
    assert [(one.theirs, one.yours) for one in refused.context["differences"]] == [
        (rights_page.in_words(_permission(CLINIC), Held(Scope.ALL)), "осталось как было")
    ]
    rows = {row.code: row for group in refused.context["groups"] for row in group.rows}
    assert rows[ADD].is_unsaved and rows[ADD].now == NOT_HELD
    assert rows[CLINIC].now == Held(Scope.ALL) and not rows[CLINIC].is_unsaved
    assert f'name="version" value="{administrator.version + 1}"' in page
    assert saved(administrator, ADD).scope is not None

    asked = client.post(url("role_rights", administrator.pk), form_of(refused), headers=HTMX)
    assert [row.code for row in asked.context["rows"]] == [ADD]


def _permission(code: str):
    from core import modules

    return modules.registry.permissions()[code]


@pytest.mark.parametrize("value", ["own:x", "everything:", "all:-1:2"])
def test_what_no_control_sends_is_refused(client, administrator, value):
    form = {"version": administrator.version, f"was-{CARDS}": value}

    assert client.post(url("role_rights", administrator.pk), form, headers=HTMX).status_code == 400


def test_rights_of_a_module_that_is_off_are_kept_whatever_is_posted(client, administrator, dummy):
    ModuleState.objects.update_or_create(code="dummy", defaults={"is_on": False})
    page = client.get(url("role_detail", administrator.pk))
    codes = [row.code for group in page.context["groups"] if group.module.code == "dummy" for row in group.rows]
    assert codes and not any(f"was-{code}" in form_of(page) for code in codes)
    before = {code: saved(administrator, code) for code in codes}

    form = {**toggled(form_of(page), CLINIC), "confirmed": "1"}
    client.post(url("role_rights", administrator.pk), form, headers=HTMX)

    assert {code: saved(administrator, code) for code in codes} == before


def test_who_may_not_change_rights_can_neither_look_nor_save(client_of, registrar, administrator):
    desk = client_of(registrar)
    form = {"version": administrator.version, f"was-{RIGHTS}": "off", f"on-{RIGHTS}": "1", "confirmed": "1"}

    assert desk.get(url("role_detail", administrator.pk)).status_code == 403
    assert desk.get(url("role_person", administrator.pk)).status_code == 403
    assert desk.post(url("role_rights", administrator.pk), form, headers=HTMX).status_code == 403
    assert saved(administrator, RIGHTS) == NOT_HELD


def test_the_filter_hides_rows_and_keeps_them_in_the_form(client, actor, administrator):
    services.set_role_permission(actor=actor, role=administrator, code=EMPLOYEES, scope=Scope.ALL)

    def shown(**query: str) -> set[str]:
        page = client.get(url("role_detail", administrator.pk), query)
        assert f"was-{CARDS}" in form_of(page)
        return {row.code for group in page.context["groups"] for row, is_hidden in group.lines if not is_hidden}

    assert shown(show="changed") == {EMPLOYEES}
    assert RIGHTS in shown(show="dangerous") and EMPLOYEES not in shown(show="dangerous")
    assert shown(q="ключи") == {"organization.issue_token"}
    assert all(code.startswith("patients.") for code in shown(module="patients"))


def test_the_page_costs_the_same_however_many_people_and_roles(client, actor, administrator, nurses, branch):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("role_detail", administrator.pk)).status_code == 200
        return len(captured)

    EmployeeFactory(role="administrator", branch=branch)
    cost()
    one = cost()
    for number in range(3):
        EmployeeFactory(role="administrator", branch=branch)
        services.add_role(actor=actor, name=f"Роль {number}")

    assert cost() == one


# Copies


def test_a_copy_remembers_what_it_was_copied_from_and_what_has_changed_since(client, actor, administrator, nurses):
    assert (nurses.copied_from, nurses.copied_at is not None) == (administrator, True)
    assert rights_page.base_of(nurses) == rights_page.saved_of(administrator)

    services.set_role_permission(actor=actor, role=administrator, code=CLINIC, scope=Scope.ALL)
    services.set_role_permission(actor=actor, role=nurses, code=ADD, scope=None)

    page = client.get(url("role_detail", nurses.pk))
    changed = [row for group in page.context["groups"] for row in group.rows if row.is_changed]
    assert [row.code for row in changed] == [ADD]
    assert page.context["counts"]["changed"] == 1


def test_a_role_made_from_nothing_is_not_called_changed(client, actor):
    role = services.add_role(actor=actor, name="Пустая")
    services.set_role_permission(actor=actor, role=role, code=ADD, scope=Scope.ALL)

    page = client.get(url("role_detail", role.pk))

    assert not page.context["has_base"]
    assert page.context["counts"]["changed"] == 0


def test_a_role_somebody_holds_is_not_put_away_nor_one_of_the_program(actor, administrator, nurses, registrar):
    EmployeeRole.objects.create(employee=registrar, role=nurses)
    with pytest.raises(RoleHeld):
        services.archive_role(actor=actor, role=nurses)
    with pytest.raises(RoleBuiltIn):
        services.archive_role(actor=actor, role=administrator)

    services.revoke_role(actor=actor, employee=registrar, role=nurses)
    assert services.archive_role(actor=actor, role=nurses).is_archived
    with pytest.raises(RoleArchived):
        services.grant_role(actor=actor, employee=registrar, role=nurses)
    services.restore_role(actor=actor, role=nurses)
    assert services.grant_role(actor=actor, employee=registrar, role=nurses)


def test_a_role_is_renamed_and_put_away_on_its_page(client, nurses):
    taken = client.post(url("role_change", nurses.pk), {"name": "Врач", "version": nurses.version}, headers=HTMX)
    done = client.post(url("role_change", nurses.pk), {"name": "Сестра", "version": nurses.version}, headers=HTMX)
    away = client.post(url("role_archive", nurses.pk), headers=HTMX)

    assert taken.status_code == 422 and 'id="id_name_error"' in taken.content.decode()
    assert "HX-Redirect" in done and "HX-Redirect" in away
    nurses.refresh_from_db()
    assert (nurses.name, nurses.is_archived) == ("Сестра", True)
    assert nurses in client.get(url("role_detail", nurses.pk)).context["archived"]


# What one person may do


def line(rights, code: str):
    return next(one for one in rights.lines if one.title == str(_permission(code).title))


def test_each_right_says_what_holds_and_where_it_comes_from(actor, registrar, administrator):
    day = timezone.now() + timedelta(days=3)
    services.set_personal_permission(
        actor=actor, employee=registrar, code=EMPLOYEES, effect=Effect.ALLOW, reason="кадры", valid_until=day
    )
    services.set_personal_permission(actor=actor, employee=registrar, code=ADD, effect=Effect.DENY, reason="проверка")

    rights = person_rights(registrar, administrator)

    assert (line(rights, ADD).state, line(rights, ADD).tone) == ("запрещено", "danger")
    assert "лично" in line(rights, EMPLOYEES).source and "до" in line(rights, EMPLOYEES).source
    assert line(rights, CARDS).source == "роль «Администратор»"
    assert rights.personal == 2


def test_the_column_names_who_wrote_a_personal_right(client, registrar, administrator):
    form = {"code": EMPLOYEES, "effect": "allow", "scope": "all", "reason": "кадры"}
    client.post(url("personal_right_add", registrar.pk), form, headers=HTMX)

    assert "Орлова" in line(person_rights(registrar, administrator), EMPLOYEES).source


def test_the_column_counts_changes_of_the_page_that_are_not_saved(client, registrar, administrator):
    answer = client.get(
        url("role_person", administrator.pk), {"employee": registrar.pk, "changes": f"{EMPLOYEES}=all:,{ADD}=off"}
    )

    rights = answer.context["person_rights"]
    assert line(rights, EMPLOYEES).is_unsaved and "не сохранено" in line(rights, EMPLOYEES).source
    assert line(rights, ADD).is_unsaved and line(rights, ADD).tone == "muted"
    assert saved(administrator, EMPLOYEES) == NOT_HELD
    bad = client.get(url("role_person", administrator.pk), {"changes": f"{ADD}=evil:1"})
    assert bad.status_code == 400


def test_roles_that_are_not_in_force_are_named_and_their_rights_not_added(actor, registrar, administrator):
    EmployeeRole.objects.create(employee=registrar, role=Role.objects.get(code="director"))

    rights = person_rights(registrar, administrator)

    assert [role.code for role in rights.others] == ["director"]
    assert line(rights, RIGHTS).state == "нет"
    assert role_looked_at(registrar, administrator) == administrator


def test_a_substitution_in_force_stands_in_the_column(registrar, doctor, other_doctor):
    now = timezone.now()
    Substitution.objects.create(
        absent=other_doctor, substitute=doctor, first_on=now.date(), last_on=now.date(), reason="отпуск",
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1),
    )  # fmt: skip

    rights = person_rights(doctor, doctor.roles.get())

    assert any(other_doctor.short_name in one.title for one in rights.lines)


def test_a_module_that_is_off_is_the_reason_told(client, registrar, administrator, dummy):
    codes = [code for code in _registry() if code.startswith("dummy.")]
    RolePermission.objects.update_or_create(
        role=administrator, code=codes[0], defaults={"effect": "allow", "scope": "all"}
    )
    ModuleState.objects.update_or_create(code="dummy", defaults={"is_on": False})

    rights = client.get(url("role_person", administrator.pk), {"employee": registrar.pk}).context["person_rights"]

    assert line(rights, codes[0]).state == "не действует"


def test_the_column_agrees_with_what_the_person_may_do(client_of, actor, registrar, administrator):
    services.set_personal_permission(actor=actor, employee=registrar, code=ADD, effect=Effect.DENY, reason="x")
    services.set_personal_permission(
        actor=actor, employee=registrar, code=CARDS, effect=Effect.CAP, scope=Scope.OWN, reason="x"
    )
    real = selectors.signed_in(user_id=registrar.user_id, role_id=administrator.pk, branch_id=None).actor

    told = {one.title: one.state for one in person_rights(registrar, administrator).lines}

    for code, permission in _registry().items():
        if real.can(code):
            held = Held(real.scope(code), real.limit(code))
            assert told[str(permission.title)] == rights_page.in_words(permission, held)
        else:
            assert told[str(permission.title)] in {"нет", "запрещено", "не действует"}


def _registry():
    from core import modules

    return modules.registry.permissions()


# Personal rights on the employee's page


def test_a_personal_cap_with_a_limit_is_written_told_and_counted(client, registrar, administrator, actor):
    services.set_role_permission(actor=actor, role=administrator, code=DISCOUNT, scope=Scope.ALL, limit=30)
    form = {"code": DISCOUNT, "effect": "cap", "scope": "all", "limit": "5", "reason": "испытательный срок"}

    client.post(url("personal_right_add", registrar.pk), form, headers=HTMX)

    real = selectors.signed_in(user_id=registrar.user_id, role_id=administrator.pk, branch_id=None).actor
    page = client.get(url("personal_rights", registrar.pk)).content.decode()
    assert real.limit(DISCOUNT) == 5
    assert "не шире" in page and "испытательный срок" in page
    drawer = client.get(url("effective_rights", registrar.pk)).content.decode()
    assert "не шире" in drawer


def test_the_last_director_cannot_be_denied_the_right_to_rights(client, director):
    form = {"code": RIGHTS, "effect": "deny", "scope": "all", "reason": "x"}

    refused = client.post(url("personal_right_add", director.pk), form, headers=HTMX)

    assert refused.status_code == 422
    assert client.get(url("role_list")).status_code == 200


def test_a_person_without_any_role_has_a_page_and_no_rights(client):
    nobody = EmployeeFactory(surname="Безролев")
    assert Employee.objects.filter(pk=nobody.pk, roles=None).exists()

    assert client.get(url("effective_rights", nobody.pk)).status_code == 200

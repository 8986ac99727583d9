"""The settings pages: what each role sees, saves and is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import Scope
from core.models import ModuleState
from organization import selectors, services
from organization.models import (
    ApiToken,
    Branch,
    Chair,
    Employee,
    EmployeeRole,
    LegalEntity,
    Position,
    Role,
    Room,
    Specialty,
)
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client_of, director):
    return client_of(director)


def url(name: str, *ids: object) -> str:
    return reverse(f"organization:{name}", args=ids)


def role_named(code: str) -> Role:
    return Role.objects.get(code=code)


# Where one starts


def test_home_is_the_first_item_of_the_roles_own_navigation(client_of, director, doctor):
    for employee in (director, doctor):
        page = client_of(employee)
        first = page.get(url("profile")).context["nav_items"][0]

        assert page.get("/").url == first.url


def test_settings_open_with_every_pane_the_role_may_see(client_of, client, registrar):
    first_page = client.get(url("settings")).content.decode()
    assert url("entity_list") in first_page
    assert client_of(registrar).get(url("settings")).status_code == 403


def test_settings_stand_at_the_bottom_of_the_rail_only_for_who_may_see_them(client, client_of, registrar):
    foot = [item.url for item in client.get(url("profile")).context["nav_footer_items"]]

    assert url("settings") in foot
    assert list(client_of(registrar).get(url("profile")).context["nav_footer_items"]) == []


# Legal entities


ENTITY = {"short_name": "Дент", "name": "ООО «Дент»", "inn": "7736050003", "tax_system": "simplified"}


def test_a_legal_entity_is_added_and_opened(client):
    response = client.post(url("entity_add"), ENTITY, headers=HTMX)

    entity = LegalEntity.objects.get(inn="7736050003")
    assert (response.status_code, response["HX-Redirect"]) == (204, url("entity_detail", entity.pk))


def test_a_refused_requisite_keeps_what_was_typed_and_saves_nothing(client):
    response = client.post(url("entity_add"), {**ENTITY, "inn": "7736050004", "address": "Москва"}, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_inn_error"' in page
    assert 'value="7736050004"' in page and 'value="Москва"' in page
    assert not LegalEntity.objects.filter(name="ООО «Дент»").exists()


def test_a_conflict_shows_both_versions_and_the_second_save_writes_over_knowingly(client, branch):
    entity = branch.legal_entity
    LegalEntity.objects.filter(pk=entity.pk).update(short_name="Их название", version=2)
    form = {**ENTITY, "inn": entity.inn, "short_name": "Наше название", "version": "1"}

    refused = client.post(url("entity_change", entity.pk), form, headers=HTMX)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert "Их название" in page and "Наше название" in page
    assert 'name="version" value="2"' in page
    client.post(url("entity_change", entity.pk), {**form, "version": "2"}, headers=HTMX)
    assert LegalEntity.objects.get(pk=entity.pk).short_name == "Наше название"


# Branches


def week(branch: Branch, **more: str) -> dict[str, str]:
    form = {
        "name": branch.name,
        "legal_entity": str(branch.legal_entity_id),
        "time_zone": branch.time_zone,
        "slot_minutes": str(branch.slot_minutes),
        "version": str(branch.version),
    }
    for day in range(7):
        form |= {f"hours-open_{day}": "on", f"hours-from_{day}": "9:00", f"hours-to_{day}": "21:00"}
    form |= more
    return {name: value for name, value in form.items() if value}


def test_the_week_is_saved_with_closed_days(client, branch):
    form = week(branch, **{"hours-open_6": "", "hours-from_0": "8", "hours-to_0": "1930"})

    response = client.post(url("branch_change", branch.pk), form, headers=HTMX)

    assert response.status_code == 200
    assert 'id="branch-form"' in response.content.decode()
    hours = selectors.week_of(Branch.objects.get(pk=branch.pk))
    assert [f"{hours[0][0]:%H:%M}", f"{hours[0][1]:%H:%M}"] == ["08:00", "19:30"]
    assert 6 not in hours


def test_the_part_that_comes_back_equals_a_reload(client, branch):
    response = client.post(url("branch_change", branch.pk), week(branch, name="Новое имя"), headers=HTMX)

    part = response.content.decode()
    page = client.get(url("branch_detail", branch.pk)).content.decode()

    def fields(html: str) -> str:
        start = html.index('<form class="z-form" id="branch-form"')
        inner = html[start : html.index("</form>", start)]
        return "\n".join(line.strip() for line in inner.splitlines() if "csrf" not in line and line.strip())

    assert fields(part) == fields(page)


def test_a_wrong_time_is_said_beside_its_day(client, branch):
    response = client.post(url("branch_change", branch.pk), week(branch, **{"hours-from_2": "вечер"}), headers=HTMX)

    assert response.status_code == 422
    assert "вечер" in response.content.decode()
    assert Branch.objects.get(pk=branch.pk).version == 1


def test_two_weeks_saved_from_one_version_conflict_with_both_shown(client, branch):
    first = week(branch, **{"hours-from_0": "8:00"})
    client.post(url("branch_change", branch.pk), first, headers=HTMX)

    response = client.post(url("branch_change", branch.pk), week(branch, **{"hours-from_0": "10:00"}), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Понедельник: открытие</th><td>08:00</td><td>10:00</td>" in page


def test_a_branch_is_closed_and_opened_again(client, branch):
    client.post(url("branch_archive", branch.pk), headers=HTMX)
    assert Branch.objects.get(pk=branch.pk).is_archived
    assert branch.name in client.get(url("branch_list"), {"archived": "1"}).content.decode()

    client.post(url("branch_archive", branch.pk), {"restore": "1"}, headers=HTMX)
    assert not Branch.objects.get(pk=branch.pk).is_archived


def test_rooms_and_chairs_are_added_renamed_and_put_away_in_place(client, branch):
    client.post(url("room_add", branch.pk), {"name": "1"}, headers=HTMX)
    room = Room.objects.get(branch=branch)
    client.post(url("chair_add", room.pk), {"name": "Левое"}, headers=HTMX)
    chair = Chair.objects.get(room=room)
    client.post(url("room_rename", room.pk), {"name": "Хирургия"}, headers=HTMX)
    page = client.post(url("chair_rename", chair.pk), {"name": "Правое"}, headers=HTMX).content.decode()

    assert 'id="branch-rooms"' in page
    assert "Хирургия" in page and "Правое" in page and "Левое" not in page
    page = client.post(url("room_archive", room.pk), headers=HTMX).content.decode()
    assert "Хирургия" not in page
    assert Chair.objects.get(pk=chair.pk).is_archived


def test_a_taken_name_keeps_the_line_open_with_what_was_typed(client, chair):
    room, branch = chair.room, chair.room.branch
    RoomFactory(branch=branch, name="Занято")

    response = client.post(url("room_rename", room.pk), {"name": "Занято"}, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Занято"' in page
    assert f'hx-post="{url("room_rename", room.pk)}"' in page


def test_who_may_only_look_sees_no_buttons_and_cannot_save(client_of, director, as_actor, registrar, branch):
    services.set_role_permission(
        actor=as_actor(director), role=role_named("administrator"), code="organization.view_clinic", scope=Scope.ALL
    )
    client = client_of(registrar)

    page = client.get(url("branch_detail", branch.pk)).content.decode()

    assert "<fieldset" in page and "disabled" in page
    assert 'data-key="Ctrl+Enter"' not in page
    assert client.post(url("branch_change", branch.pk), week(branch), headers=HTMX).status_code == 403


# Employees


def names(response) -> list[str]:
    return [row.record.surname for row in response.context["table"].rows]


def test_an_employee_is_found_by_the_beginning_of_any_word_of_the_name(client, director, doctor, other_doctor):
    assert names(client.get(url("employee_list"), {"q": "акс"})) == ["Аксёнов"]
    assert names(client.get(url("employee_list"), {"q": "дмит акс"})) == ["Аксёнов"]
    assert names(client.get(url("employee_list"), {"q": "АКСЕНОВ"})) == ["Аксёнов"]
    assert names(client.get(url("employee_list"), {"q": "енов"})) == []


def test_employees_are_filtered_by_role_speciality_branch_and_archive(client, director, registrar, doctor, as_actor):
    elsewhere = EmployeeFactory(surname="Дальний", role="doctor", branch=BranchFactory())
    left = EmployeeFactory(surname="Ушедший", role="doctor")
    services.archive_employee(actor=as_actor(director), employee=left)
    therapist = Specialty.objects.get(name="Терапевт")

    def found(**query: object) -> list[str]:
        return names(client.get(url("employee_list"), query))

    assert found(role=role_named("administrator").pk) == ["Петрова"]
    assert found(specialty=therapist.pk) == ["Аксёнов"]
    assert found(branch=elsewhere.user.branchgrant_set.get().content_object_id) == ["Дальний"]
    assert found(archived="true") == ["Ушедший"]
    assert "Ушедший" not in found()


def test_the_list_of_employees_costs_the_same_for_one_and_for_three(client, branch):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url("employee_list"))
        return len(captured)

    EmployeeFactory(role="doctor", branch=branch, specialty=True)
    cost()  # the first request of a session also writes when it was seen
    one = cost()
    for _number in range(2):
        EmployeeFactory(role="doctor", branch=branch, specialty=True)

    assert cost() == one


def employee_form(**more: object) -> dict[str, object]:
    return {"surname": "белова", "name": "ирина", "patronymic": "", "phone": "8 916 123-45-67", **more}


def test_an_employee_is_added_with_a_tidy_name_and_phone(client, branch):
    form = employee_form(branches=[branch.pk], roles=[role_named("doctor").pk])

    response = client.post(url("employee_add"), form, headers=HTMX)

    employee = Employee.objects.get(surname="Белова")
    assert response["HX-Redirect"] == url("employee_detail", employee.pk)
    assert (employee.name, employee.phone) == ("Ирина", "+79161234567")
    assert [branch.name for branch in selectors.employees_shown().get(pk=employee.pk).granted_branches] == [branch.name]


def test_the_form_offers_no_roles_to_who_may_not_change_rights(client_of, director, as_actor, registrar, doctor):
    for code in ("organization.view_employee", "organization.change_employee"):
        services.set_role_permission(
            actor=as_actor(director), role=role_named("administrator"), code=code, scope=Scope.ALL
        )
    client = client_of(registrar)
    page = client.get(url("employee_detail", doctor.pk)).content.decode()

    client.post(
        url("employee_change", doctor.pk),
        employee_form(version="1", roles=[role_named("director").pk]),
        headers=HTMX,
    )

    assert 'name="roles"' not in page
    doctor.refresh_from_db()
    assert doctor.surname == "Белова"
    assert list(doctor.roles.values_list("code", flat=True)) == ["doctor"]


def test_an_archived_directory_entry_is_offered_only_to_who_has_it(client, director, as_actor, doctor, registrar):
    specialty = doctor.specialties.get()
    services.set_directory_entry_archived(actor=as_actor(director), entry=specialty, is_archived=True)

    assert specialty.name in client.get(url("employee_detail", doctor.pk)).content.decode()
    assert specialty.name not in client.get(url("employee_detail", registrar.pk)).content.decode()


def test_the_last_director_is_told_why(client, director):
    form = employee_form(version="1", roles=[role_named("doctor").pk])

    refused = client.post(url("employee_change", director.pk), form, headers=HTMX)
    archived = client.post(url("employee_archive", director.pk), headers=HTMX)

    assert refused.status_code == 422
    assert "z-alert-danger" in refused.content.decode()
    assert (archived.status_code, '"toast"' in archived["HX-Trigger"]) == (409, True)
    assert list(director.roles.values_list("code", flat=True)) == ["director"]


def test_a_login_is_set_in_the_drawer_and_a_weak_password_refused_there(client, director, as_actor):
    employee = services.add_employee(actor=as_actor(director), surname="Белова", name="Ирина")
    address = url("employee_login", employee.pk)

    weak = client.post(address, {"username": "belova", "password": "123"}, headers=HTMX)
    good = client.post(address, {"username": "belova", "password": "сиреневый-трамвай"}, headers=HTMX)

    assert weak.status_code == 422
    assert 'id="id_password_error"' in weak.content.decode()
    assert (good.status_code, "loginChanged" in good["HX-Trigger"]) == (204, True)
    assert "belova" in client.get(url("employee_login_state", employee.pk)).content.decode()


def test_positions_and_specialities_are_kept_in_the_drawer(client):
    client.post(url("specialty_add"), {"name": "Имплантолог", "order": "5"}, headers=HTMX)
    client.post(url("position_add"), {"name": "Хирург", "role": role_named("doctor").pk}, headers=HTMX)
    position = Position.objects.get()
    taken = client.post(url("specialty_add"), {"name": "Имплантолог", "order": "5"}, headers=HTMX)
    client.post(url("position_archive", position.pk), headers=HTMX)

    page = client.get(url("directory_list")).content.decode()
    assert taken.status_code == 422
    assert "Имплантолог" in page and "Хирург" not in page
    assert "Хирург" in client.get(url("directory_list"), {"archived": "1"}).content.decode()


# Rights


def test_a_right_taken_from_a_role_takes_the_button_and_the_url_at_once(
    client, client_of, director, as_actor, registrar
):
    role = role_named("administrator")
    code = "organization.view_clinic"
    services.set_role_permission(actor=as_actor(director), role=role, code=code, scope=Scope.ALL)
    desk = client_of(registrar)
    assert url("settings") in desk.get(url("profile")).content.decode()
    assert desk.get(url("branch_list")).status_code == 200

    form = {"version": Role.objects.get(pk=role.pk).version, f"was-{code}": "all:", "confirmed": "1"}
    response = client.post(url("role_rights", role.pk), form, headers=HTMX)

    assert response["HX-Redirect"] == url("role_detail", role.pk)
    assert url("settings") not in desk.get(url("profile")).content.decode()
    assert desk.get(url("branch_list")).status_code == 403


def test_a_right_taken_from_the_open_role_does_not_touch_the_other_one(as_actor, director, registrar, client_of):
    EmployeeRole.objects.create(employee=registrar, role=role_named("director"))
    services.set_role_permission(
        actor=as_actor(director), role=role_named("administrator"), code="patients.add_patient", scope=None
    )

    assert client_of(registrar, role="director").get(url("role_list")).status_code == 200


def test_a_personal_right_is_added_listed_and_ended(client, registrar, client_of):
    form = {"code": "organization.view_employee", "effect": "allow", "scope": "all", "reason": "замена"}
    desk = client_of(registrar)
    assert desk.get(url("employee_list")).status_code == 403

    client.post(url("personal_right_add", registrar.pk), form, headers=HTMX)
    assert desk.get(url("employee_list")).status_code == 200
    permission = selectors.personal_permissions(registrar)[0]
    client.post(url("personal_right_end", permission.pk), headers=HTMX)

    assert desk.get(url("employee_list")).status_code == 403


def test_a_new_role_is_made_like_another(client):
    response = client.post(
        url("role_add"), {"name": "Старшая смены", "like": role_named("administrator").pk}, headers=HTMX
    )

    role = Role.objects.get(name="Старшая смены")
    assert response["HX-Redirect"] == url("role_detail", role.pk)
    assert selectors.rights_of_role(role) == selectors.rights_of_role(role_named("administrator"))


# Modules


def test_a_module_switched_off_is_gone_everywhere_at_once(client, client_of, registrar, dummy):
    desk = client_of(registrar)
    assert "/dummy/" in desk.get(url("profile")).content.decode()
    assert desk.get("/dummy/").status_code == 200

    client.post(url("module_switch", "dummy"), {"is_on": "0"}, headers=HTMX)

    assert "/dummy/" not in desk.get(url("profile")).content.decode()
    assert desk.get("/dummy/").status_code == 404
    settings_page = client.get(url("module_list")).content.decode()
    assert 'href="/dummy/"' not in settings_page
    assert not ModuleState.objects.get(code="dummy").is_on
    rights = client.get(url("role_detail", role_named("administrator").pk)).context["groups"]
    assert [group.is_on for group in rights if group.module.code == "dummy"] == [False]

    client.post(url("module_switch", "dummy"), {"is_on": "1"}, headers=HTMX)
    assert desk.get("/dummy/").status_code == 200


def test_the_base_has_no_switch(client, dummy):
    page = client.get(url("module_list"))

    assert [row.module.code for row in page.context["add_ons"]] == ["dummy"]
    assert client.post(url("module_switch", "patients"), {"is_on": "0"}, headers=HTMX).status_code == 409
    assert client.post(url("module_switch", "nothing"), {"is_on": "0"}, headers=HTMX).status_code == 404


# Keys


def test_a_key_is_shown_once_works_at_once_and_ends_when_revoked(client, director, branch):
    form = {"employee": director.pk, "role": role_named("director").pk, "label": "сайт"}

    shown = client.post(url("token_issue"), form, headers=HTMX).content.decode()
    key = shown.split("readonly autofocus>")[1].split("<")[0]
    header = {"Authorization": f"Token {key}"}

    from django.test import Client

    assert Client().get("/api/v1/branches/", headers=header).status_code == 200
    assert key not in client.get(url("token_list")).content.decode()
    client.post(url("token_revoke", ApiToken.objects.get().pk), headers=HTMX)
    assert Client().get("/api/v1/branches/", headers=header).status_code == 401


def test_a_key_under_a_role_its_owner_has_not_is_refused_beside_the_role(client, registrar):
    form = {"employee": registrar.pk, "role": role_named("director").pk, "label": "сайт"}

    response = client.post(url("token_issue"), form, headers=HTMX)

    assert response.status_code == 422
    assert 'id="id_role_error"' in response.content.decode()


# The person's own


def test_theme_language_and_sound_follow_the_person(client, director):
    client.post(url("preference_change"), {"theme": "dark"}, headers=HTMX)
    client.post(url("preference_change"), {"is_sound_on": "0"}, headers=HTMX)
    client.post(url("preference_change"), {"language": "en", "next": "/profile/"})

    director.user.refresh_from_db()
    assert (director.user.theme, director.user.is_sound_on, director.user.language) == ("dark", False, "en")
    page = client.get(url("profile")).content.decode()
    assert 'lang="en"' in page and 'data-bs-theme="dark"' in page


def test_the_browser_remembers_language_and_theme_before_the_sign_in(db):
    from django.test import Client

    client = Client()
    client.post(url("preference_change"), {"language": "en", "theme": "dark", "next": "/login/"})

    page = client.get(url("login")).content.decode()
    assert 'lang="en"' in page and 'data-bs-theme="dark"' in page


def test_a_page_about_a_branch_leaves_the_header_alone(client_of, director, branch):
    client = client_of(director, branch=branch)
    other = BranchFactory(name="Другой филиал")
    ChairFactory(room=RoomFactory(branch=other))

    response = client.get(url("branch_detail", other.pk))

    assert response.context["current_branch"].pk == branch.pk


@pytest.mark.parametrize(
    ("route", "item"),
    [
        ("organization:employee_list", "organization:settings"),
        ("logs:opening_log", "organization:settings"),  # panes of other apps are settings, too
        ("billing:desk_list", "organization:settings"),
        ("billing:invoice_list", "billing:desk"),
        ("patients:patient_list", "patients:patient_list"),
    ],
)
def test_the_rail_marks_where_a_page_belongs(client, route, item):
    page = client.get(reverse(route))

    active = [entry.url for entry in (*page.context["nav_items"], *page.context["nav_footer_items"]) if entry.is_active]
    assert active == [reverse(item)]

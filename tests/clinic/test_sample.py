"""The sample clinic makes room for a clinic of one's own, at once and wholly; a clinic of one's own cannot be emptied."""

import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Event

from clinic import demo
from clinic.models import SampleClinic, SystemAct
from clinic.sample import services
from clinic.sample.errors import NoSampleClinic, NotConfirmed
from clinic.sample.selectors import emptied_tables, is_sample_clinic, sample_state
from clinic.setup import state
from core import chain
from core.ports import books_difference
from organization.models import Employee, Role, User
from patients.models import Patient
from schedule.models import CancelReason
from tests.factories.organization import actor_of

# What is in the database of a new installation, and what the removal writes itself.
STAYS = {
    "organization.Role", "organization.RolePermission", "organization.DeclaredReport", "organization.Specialty",
    "organization.Position",
    "schedule.CancelReason", "patients.AcquisitionChannel", "pricelist.NomenclatureItem",
    "core.ModuleState", "core.OptionValue", "core.NumberStart",
    "organization.User", "organization.Employee", "organization.EmployeeRole", "sessions.Session", "clinic.SystemAct",
    "contenttypes.ContentType", "auth.Permission", "django_celery_beat.IntervalSchedule",
    "django_celery_beat.CrontabSchedule", "django_celery_beat.PeriodicTask", "django_celery_beat.PeriodicTasks",
}  # fmt: skip


@pytest.fixture
def sample(db):
    demo.load("XS", 1)


@pytest.fixture
def chief(sample):
    return Employee.objects.get(user__username="director")


@pytest.fixture
def actor(chief):
    return actor_of(chief, role="director")


@pytest.fixture(autouse=True)
def own_var(tmp_path):
    with override_settings(VAR_DIR=tmp_path):
        yield tmp_path


def filled() -> set[str]:
    """Models with rows, but for histories of what stays."""
    kept_history = {model._meta.label for label in STAYS if label.count(".") == 1 for model in histories_of(label)}
    labels = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model._default_manager.exists():
            labels.add(model._meta.label)
    return labels - kept_history


def histories_of(label):
    from core import bulk

    try:
        events = bulk.events_of(apps.get_model(label))
    except LookupError:
        return []
    return [events] if events else []


def test_every_table_is_empty_but_those_that_stay(actor):
    services.remove_sample_clinic(actor=actor, word="удалить", session_key=None)

    assert filled() - STAYS == set()
    assert [user.username for user in User.objects.all()] == ["director"]
    assert CancelReason.objects.exists()


def test_who_removes_it_stays_as_the_director_with_a_new_password_to_choose(actor, chief):
    services.remove_sample_clinic(actor=actor, word="УДАЛИТЬ", session_key=None)

    user = User.objects.get()
    assert (user.employee, user.must_change_password) == (chief, True)
    assert [role.code for role in chief.roles.all()] == ["director"]
    assert SystemAct.objects.get().kind == "sample"
    assert state.is_wanted(actor_of(chief))


def test_books_and_logs_are_sound_afterwards(actor):
    chain.seal()
    services.remove_sample_clinic(actor=actor, word="DELETE", session_key=None)
    chain.seal()

    assert chain.check().findings == []
    assert [difference for answer in books_difference.answers() for difference in answer] == []
    call_command("check_log", stdout=io.StringIO())


def test_triggers_and_constraints_hold_afterwards(actor):
    services.remove_sample_clinic(actor=actor, word="DELETE", session_key=None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone()[0] == 0
    act = SystemAct.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        SystemAct.objects.filter(pk=act.pk).update(person="другой")


def test_the_word_has_to_be_typed(actor):
    with pytest.raises(NotConfirmed):
        services.remove_sample_clinic(actor=actor, word="да", session_key=None)

    assert Patient.objects.exists()


def test_a_clinic_of_ones_own_is_not_emptied(director):
    with pytest.raises(NoSampleClinic):
        services.remove_sample_clinic(actor=actor_of(director), word="DELETE", session_key=None)
    with pytest.raises(DatabaseError, match="no sample clinic"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT clinic_empty_sample(ARRAY['organization_employee'])")

    assert Employee.objects.filter(pk=director.pk).exists()


def test_the_application_cannot_call_a_clinic_a_sample(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'zubr_app'")
        if cursor.fetchone() is None:
            pytest.skip("an outside server without the application role")
        cursor.execute(
            "SELECT verb FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) verb"
            " WHERE has_table_privilege('zubr_app', 'clinic_sampleclinic', verb)"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT has_function_privilege('zubr_app', 'clinic_empty_sample(text[])', 'EXECUTE')")
        assert cursor.fetchone()[0]


def test_the_application_removes_it_under_its_own_role(actor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(rolname, 'MEMBER') FROM pg_roles WHERE rolname = 'zubr_app'")
        row = cursor.fetchone()
        if row is None or not row[0]:
            pytest.skip("a server where this role cannot be taken on")
        cursor.execute("SET LOCAL ROLE zubr_app")

    services.remove_sample_clinic(actor=actor, word="DELETE", session_key=None)

    assert (Patient.objects.count(), User.objects.count()) == (0, 1)


def test_every_app_with_tables_says_what_becomes_of_its_rows():
    answered = {table.split("_")[0] for table in emptied_tables()}
    own = {config.label for config in apps.get_app_configs() if any(issubclass(m, Event) for m in config.get_models())}

    assert own - answered == set()


def test_what_people_entered_into_the_sample_is_counted(client_of, chief):
    SampleClinic.objects.update(
        loaded_at=timezone.now() - timedelta(hours=1)
    )  # history tells a transaction's beginning
    before = sample_state().by_people
    client_of(chief, role="director").post(
        reverse("patients:patient_add"), {"surname": "Настоящий", "name": "Пётр", "phone": "89161234567"}
    )

    assert Patient.objects.filter(surname="Настоящий").exists()
    assert (before, sample_state().by_people) == (0, 1)


def test_the_page_removes_it_and_leads_to_the_steps(client_of, chief, own_var):
    (own_var / "demo").write_text("loaded\n")
    client = client_of(chief, role="director")
    page = client.get(reverse("setup:sample_clinic"))
    refused = client.post(reverse("setup:sample_clinic_remove"), {"word": "нет"})
    done = [client.post(reverse("setup:sample_clinic_remove"), {"word": "УДАЛИТЬ"}) for _click in range(2)]

    assert page.context["sample"].rows
    assert refused.status_code == 422
    assert done[0].headers["HX-Redirect"] == reverse("setup:start")
    assert not is_sample_clinic()
    assert (own_var / "demo").read_text() == "declined\n"
    after = client.get(reverse("setup:start"))
    assert after.headers["Location"] == reverse("organization:password_change")  # still signed in


def test_demo_logins_are_no_longer_offered(actor):
    with override_settings(DEMO=True):
        offered = b"data-demo-login" in Client().get("/login/").content
        services.remove_sample_clinic(actor=actor, word="DELETE", session_key=None)

        assert (offered, b"data-demo-login" in Client().get("/login/").content) == (True, False)


def test_only_the_director_removes_it(sample, client_of):
    desk = Employee.objects.get(user__username="administrator")

    assert client_of(desk).post(reverse("setup:sample_clinic_remove"), {"word": "DELETE"}).status_code == 403
    assert SampleClinic.objects.exists()


def test_the_steps_bring_what_is_left_to_a_working_clinic(client_of, chief):
    from tests.clinic.test_setup import place, post, staff

    client = client_of(chief, role="director")
    client.post(reverse("setup:sample_clinic_remove"), {"word": "DELETE"})
    User.objects.update(must_change_password=False)

    branch = place(client)
    post(client, "rooms", {"rooms": 2, "chairs": 1, "had": 0})
    post(client, "staff", staff())
    post(client, "sample_list_take", {})

    done = client.get(reverse("setup:done")).context["setup"].is_done
    assert done == {
        "entity": True, "branch": True, "rooms": True, "staff": True, "hours": False, "prices": True, "done": False,
    }  # fmt: skip
    assert branch.pk and Role.objects.filter(code="director").exists()

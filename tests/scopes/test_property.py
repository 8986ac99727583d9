"""Random rights, scopes, substitutions and grants against a model of the rules written in plain Python: no leak, no loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Invoice, Payment, WorkOrder
from organization.enums import Effect
from organization.models import EmployeePermission, Role, RolePermission, Substitution
from patients.models import AttendingDoctor, CardGrant
from schedule.models import Appointment
from tests.scopes.world import MONDAY, SHARED, World, appoint, open_card, stand_in

WIDTH = {None: 0, "own": 1, "branch": 2, "all": 3}
LISTED = {
    "patients.view_patient": "/api/v1/patients/?state=all&page_size=500",
    "schedule.view_appointment": "/api/v1/appointments/?page_size=500",
    "billing.view_order": "/api/v1/orders/?page_size=500",
    "billing.view_invoice": "/api/v1/invoices/?page_size=500",
}
CODES = list(LISTED)
SCOPES = st.sampled_from([None, "own", "branch", "all"])
DOCTOR, PATIENT = st.integers(0, 2), st.integers(0, 11)
HOURS = st.integers(-48, 48)


@dataclass
class Plan:
    """What is changed before looking; people and patients by their place in the clinic."""

    viewer: int
    role: dict[str, str | None]
    personal: list[tuple[str, str, str]]  # code, effect, scope
    substitutions: list[tuple[int, int, int, int]]  # absent, substitute, begins in hours, lasts hours
    grants: list[tuple[int, int, int, bool]]  # doctor, patient, ends in hours, taken back
    attending: list[tuple[int, int]]  # patient, doctor
    moved: list[tuple[int, int, str]]  # appointment, doctor, state


PLANS = st.builds(
    Plan,
    viewer=DOCTOR,
    role=st.fixed_dictionaries(dict.fromkeys(CODES, SCOPES)),
    personal=st.lists(
        st.tuples(
            st.sampled_from(CODES), st.sampled_from(["allow", "cap", "deny"]), st.sampled_from(["own", "branch", "all"])
        ),
        max_size=2,
    ),
    substitutions=st.lists(
        st.tuples(DOCTOR, DOCTOR, HOURS, st.integers(1, 72)).filter(lambda row: row[0] != row[1]),
        max_size=3,
        unique_by=lambda row: row[:2],
    ),
    grants=st.lists(st.tuples(DOCTOR, PATIENT, HOURS, st.booleans()), max_size=3, unique_by=lambda row: row[:2]),
    attending=st.lists(st.tuples(PATIENT, DOCTOR), max_size=2, unique_by=lambda row: row[0]),
    moved=st.lists(
        st.tuples(st.integers(0, 6), DOCTOR, st.sampled_from(["planned", "cancelled", "no_show"])),
        max_size=3,
        unique_by=lambda row: row[0],
    ),
)


@dataclass
class Facts:
    """The clinic as plain rows, read once after the changes; nothing of the program's rules is asked."""

    now: datetime
    branches: dict[int, set[int]]  # employee: branches
    patients: list[tuple[int, int | None]]  # id, home branch
    attending: set[tuple[int, int]]  # patient, doctor
    visits: list[tuple[int, int, int, int, datetime, str]]  # id, patient, doctor, branch, begins, state
    substitutions: list[tuple[int, int, datetime, datetime]]
    grants: list[tuple[int, int, datetime, bool]]  # employee, patient, until, taken back
    documents: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)  # id, patient, branch

    def stands_in_for(self, me: int) -> list[tuple[int, datetime, datetime]]:
        return [(a, since, until) for a, s, since, until in self.substitutions if s == me and since <= self.now < until]

    def own_patients(self, me: int) -> set[int]:
        doctors = {me} | {absent for absent, _since, _until in self.stands_in_for(me)}
        own = {patient for patient, doctor in self.attending if doctor in doctors}
        own |= {v[1] for v in self.visits if v[2] in doctors and v[5] not in ("cancelled", "voided")}
        return own | {p for e, p, until, is_back in self.grants if e == me and until > self.now and not is_back}

    def cards(self, me: int, scope: str | None) -> set[int]:
        if scope is None:
            return set()
        if scope == "all":
            return {pk for pk, _home in self.patients}
        branches = self.branches[me] if scope == "branch" else set()
        return self.own_patients(me) | {pk for pk, home in self.patients if home in branches}

    def appointments(self, me: int, scope: str | None) -> set[int]:
        def is_own(doctor: int, begins: datetime) -> bool:
            return doctor == me or any(
                doctor == absent and since <= begins < until for absent, since, until in self.stands_in_for(me)
            )

        return {
            pk
            for pk, _patient, doctor, branch, begins, _state in self.visits
            if scope == "all"
            or (scope == "branch" and branch in self.branches[me])
            or (scope == "own" and is_own(doctor, begins))
        }

    def papers(self, kind: str, me: int, scope: str | None) -> set[int]:
        return {
            pk
            for pk, patient, branch in self.documents[kind]
            if scope == "all"
            or (scope == "branch" and branch in self.branches[me])
            or (scope == "own" and patient in self.own_patients(me))
        }


def scope_of(plan: Plan, code: str) -> str | None:
    """The widest of what is allowed, no wider than any cap; a denial wins."""
    given = [plan.role[code], *(scope for c, effect, scope in plan.personal if (c, effect) == (code, "allow"))]
    if any((c, effect) == (code, "deny") for c, effect, _scope in plan.personal):
        return None
    widest = max(given, key=lambda scope: WIDTH[scope])
    caps = [scope for c, effect, scope in plan.personal if (c, effect) == (code, "cap")]
    return min([widest, *caps], key=lambda scope: WIDTH[scope])


def carry_out(world: World, plan: Plan) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    role = Role.objects.create(name="случайная")
    for code, scope in plan.role.items():
        if scope:
            RolePermission.objects.create(role=role, code=code, effect=Effect.ALLOW, scope=scope)
    viewer = world.doctors[plan.viewer]
    appoint(viewer, role)
    for code, effect, scope in plan.personal:
        EmployeePermission.objects.create(
            employee=viewer, code=code, effect=Effect(effect), scope=scope, valid_from=now - hour
        )
    Substitution.objects.all().delete()
    CardGrant.objects.all().delete()
    for absent, substitute, begins, lasts in plan.substitutions:
        since = now + begins * hour
        stand_in(world.doctors[absent], world.doctors[substitute], since, since + lasts * hour)
    for doctor, patient, ends, is_back in plan.grants:
        back = {"ended_at": now} if is_back else {}
        open_card(world.doctors[doctor], world.patients[patient], now + ends * hour, **back)
    for patient, doctor in plan.attending:
        AttendingDoctor.objects.filter(patient=world.patients[patient]).delete()
        AttendingDoctor.objects.create(
            patient=world.patients[patient],
            doctor=world.doctors[doctor],
            specialty=world.doctors[doctor].specialties.first(),
            since_on=MONDAY,
        )
    for place, doctor, state in plan.moved:
        Appointment.objects.filter(pk=world.appointments[place].pk).update(
            doctor=world.doctors[doctor], state=state, is_overbooked=True
        )


def facts_of(world: World) -> Facts:
    people = {employee.user_id: employee.pk for employee in world.doctors}
    branch_of = {world.anna: world.north, world.boris: world.north, world.vera: world.south}
    papers: dict[str, Any] = {"order": WorkOrder, "invoice": Invoice, "payment": Payment}
    return Facts(
        now=timezone.now(),
        branches={employee.pk: {branch.pk} for employee, branch in branch_of.items()},
        patients=[(patient.pk, patient.home_branch_id) for patient in world.patients],
        attending=set(AttendingDoctor.objects.values_list("patient_id", "doctor_id")),
        visits=list(
            Appointment.objects.values_list("pk", "patient_id", "doctor_id", "branch_id", "starts_at", "state")
        ),
        substitutions=list(Substitution.objects.values_list("absent_id", "substitute_id", "starts_at", "ends_at")),
        grants=[
            (people[user], patient, until, ended is not None)
            for user, patient, until, ended in CardGrant.objects.values_list(
                "user_id", "content_object_id", "valid_until", "ended_at"
            )
        ],
        documents={
            kind: list(model.objects.values_list("pk", "patient_id", "branch_id")) for kind, model in papers.items()
        },
    )


def ids(client: Client, url: str) -> set[int]:
    """What the list answers; nothing when the role has no right to it at all."""
    response = client.get(url)
    if response.status_code == 403:
        return set()
    assert response.status_code == 200, url
    return {row["id"] for row in response.json()["results"]}


@pytest.mark.slow
def test_no_plan_of_rights_and_grants_opens_more_or_less_than_the_rules_say(world: World, client_of):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PLANS)
    def holds(plan: Plan) -> None:
        with transaction.atomic():
            carry_out(world, plan)
            look(world, plan, client_of)
            transaction.set_rollback(True)

    holds()


def look(world: World, plan: Plan, client_of: Any) -> None:
    facts, viewer = facts_of(world), world.doctors[plan.viewer]
    client, me = client_of(viewer), viewer.pk
    scopes = {code: scope_of(plan, code) for code in CODES}
    cards = facts.cards(me, scopes["patients.view_patient"])
    visits = facts.appointments(me, scopes["schedule.view_appointment"])

    assert ids(client, LISTED["patients.view_patient"]) == cards
    assert ids(client, LISTED["schedule.view_appointment"]) == visits
    assert ids(client, LISTED["billing.view_order"]) == facts.papers("order", me, scopes["billing.view_order"])
    money = scopes["billing.view_invoice"]
    assert ids(client, LISTED["billing.view_invoice"]) == facts.papers("invoice", me, money)
    assert ids(client, "/api/v1/payments/?page_size=500") == facts.papers("payment", me, money)

    if scopes["schedule.view_appointment"]:
        sheet = client.get("/schedule/day.json", {"date": MONDAY.isoformat()}).json()
        assert {box["id"] for box in sheet["appointments"]} <= visits
    if scopes["patients.view_patient"]:
        text = client.get("/patients/suggest/", {"q": SHARED}).content.decode()
        found = {patient.pk for patient in world.patients if patient.surname in text}
        assert found <= cards and len(found) == min(len(cards), 8)
    for patient in world.patients[::4]:
        assert (client.get(f"/patients/{patient.pk}/").status_code == 200) == (patient.pk in cards)

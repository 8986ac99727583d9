"""Two branches, three doctors, and patients of whom each doctor may know only some. Every record has a word of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.auth.models import Permission
from django.utils import timezone

from billing.models import CashDesk, CashDeskGrant, CashShift, Invoice, Payment, WorkOrder
from core import modules
from core.actor import Scope
from organization.enums import Effect
from organization.models import (
    Branch,
    DeclaredReport,
    Employee,
    EmployeeRole,
    ReportGrant,
    Role,
    RolePermission,
    Substitution,
)
from patients.models import CardGrant, Patient
from schedule.models import Appointment
from tests.factories.billing import CashDeskFactory, a_shift, an_invoice, an_order, paid
from tests.factories.organization import BranchFactory, ChairFactory, EmployeeFactory, RoomFactory
from tests.factories.patients import PatientFactory, PatientNoteFactory, family_of
from tests.factories.schedule import AppointmentFactory, WorkShiftFactory

MONDAY = date(2026, 11, 23)
SHARED = "Общинович"  # everybody's patronymic: what a search finds all by
LETTERS = "абвгдежзиклмнопр"


def word(kind: str, number: int) -> str:
    """A word that stands in no other text: «Рыбаав», of one length, so that none is a part of another."""
    return f"{kind}{LETTERS[number // 16]}{LETTERS[number % 16]}"


@dataclass
class World:
    """The clinic. ``patients`` are in the order in which their stories are told in ``build``."""

    north: Branch
    south: Branch
    anna: Employee
    boris: Employee
    vera: Employee
    director: Employee
    patients: list[Patient] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    desks: list[CashDesk] = field(default_factory=list)
    shifts: list[CashShift] = field(default_factory=list)

    @property
    def doctors(self) -> list[Employee]:
        return [self.anna, self.boris, self.vera]

    def add_patient(self, **fields: object) -> Patient:
        number = len(self.patients)
        patient = PatientFactory(
            surname=word("Рыб", number),
            patronymic=SHARED,
            phone=f"+7 916 555-{number:02d}-{number + 10:02d}",
            born_on=date(1980, 1, 1) + timedelta(days=number),
            **fields,
        )
        self.patients.append(patient)
        return patient

    def book(
        self, patient: Patient, doctor: Employee, branch: Branch, *, days: int, at: str, **more: object
    ) -> Appointment:
        appointment = AppointmentFactory(
            patient=patient,
            doctor=doctor,
            branch=branch,
            on=MONDAY + timedelta(days=days),
            at=at,
            purpose=word("цел", len(self.appointments)),
            **more,
        )
        self.appointments.append(appointment)
        return appointment

    def treat(self, patient: Patient, doctor: Employee, branch: Branch, *, desk: int | None, price: str) -> WorkOrder:
        """A visit with its order; with a desk, its invoice, of which a part is paid there."""
        held = datetime.combine(
            MONDAY - timedelta(days=60 + len(self.orders)), time(9), tzinfo=UTC
        )  # apart from all booked
        where = {"patient": patient, "doctor": doctor, "branch": branch, "starts_at": held}
        if desk is None:
            order = an_order(price, **where)
            self.appointments.append(order.appointment)
            self.orders.append(order)
            return order
        invoice = an_invoice(price, **where)
        order = WorkOrder.objects.get(lines__invoice_lines__invoice=invoice)
        self.appointments.append(order.appointment)
        self.orders.append(order)
        self.invoices.append(invoice)
        self.payments.append(paid(self.shifts[desk], invoice, cash="100"))
        return order


def role_of_everything(scope: Scope) -> Role:
    """A role with every right there is, each as far as the scope reaches where it has one."""
    role = Role.objects.create(name=f"всё, {scope}")
    for permission in modules.registry.permissions().values():
        reach = scope if permission.is_scoped else Scope.ALL
        RolePermission.objects.create(role=role, code=permission.code, effect=Effect.ALLOW, scope=reach)
    return role


def appoint(employee: Employee, role: Role) -> None:
    EmployeeRole.objects.filter(employee=employee).delete()
    EmployeeRole.objects.create(employee=employee, role=role)


def stand_in(
    absent: Employee, substitute: Employee, starts_at: datetime, ends_at: datetime, **more: object
) -> Substitution:
    return Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        first_on=starts_at.date(),
        last_on=ends_at.date(),
        starts_at=starts_at,
        ends_at=ends_at,
        reason="отпуск",
        **more,
    )


def open_card(employee: Employee, patient: Patient, until: datetime, **more: object) -> CardGrant:
    return CardGrant.objects.create(
        user=employee.user,
        content_object=patient,
        permission=Permission.objects.get(codename="open_card"),
        reason="консультация",
        granted_at=min(timezone.now(), until - timedelta(days=1)),
        valid_until=until,
        **more,
    )


def give_desk(employee: Employee, desk: CashDesk, until: datetime | None = None) -> CashDeskGrant:
    return CashDeskGrant.objects.create(
        user=employee.user,
        content_object=desk,
        permission=Permission.objects.get(codename="use_cash_desk"),
        reason="своя касса",
        granted_at=min(timezone.now(), until - timedelta(days=1)) if until else timezone.now(),
        valid_until=until,
    )


def open_report(employee: Employee, code: str = "overview") -> ReportGrant:
    return ReportGrant.objects.create(
        user=employee.user,
        content_object=DeclaredReport.objects.get(code=code),
        permission=Permission.objects.get(codename="open_report"),
        reason="квартал",
    )


def build() -> World:
    north, south = BranchFactory(name="Северный"), BranchFactory(name="Южный", time_zone="Asia/Yekaterinburg")
    anna, boris, vera = (
        EmployeeFactory(surname=surname, role="doctor", branch=branch, specialty=True)
        for surname, branch in (("Аннина", north), ("Борисов", north), ("Верина", south))
    )
    director = EmployeeFactory(surname="Орлова", role="director", branch=north)
    clinic = World(north, south, anna, boris, vera, director)
    clinic.desks = [CashDeskFactory(branch=branch) for branch in (north, north, south)]
    clinic.shifts = [a_shift(desk) for desk in clinic.desks]
    _patients(clinic)
    _work(clinic)
    now = timezone.now()
    day = timedelta(days=1)
    stand_in(boris, anna, now - day, now + day)  # in force
    stand_in(vera, boris, now - 9 * day, now - 2 * day)  # over
    stand_in(anna, vera, now + 7 * day, now + 9 * day)  # ahead
    stand_in(vera, anna, now - 2 * day, now - day, ended_at=now - day)  # ended early
    open_card(boris, clinic.patients[9], now + 5 * day)  # in force
    open_card(boris, clinic.patients[10], now - day)  # expired
    open_card(anna, clinic.patients[8], now + 5 * day, ended_at=now - timedelta(hours=1))  # ended
    return clinic


def _patients(clinic: World) -> None:
    anna, boris, vera, north, south = clinic.anna, clinic.boris, clinic.vera, clinic.north, clinic.south
    clinic.add_patient(attending=anna, home_branch=north)  # 0
    clinic.add_patient(home_branch=north)  # 1: was at Anna's
    clinic.add_patient(home_branch=south)  # 2: comes to Anna today
    clinic.add_patient(home_branch=south)  # 3: only cancelled at Anna's
    clinic.add_patient(attending=boris, home_branch=south)  # 4
    clinic.add_patient(home_branch=north)  # 5: comes to Boris today
    clinic.add_patient(home_branch=south)  # 6: comes to Boris next week
    clinic.add_patient(home_branch=south)  # 7: comes to Vera today
    clinic.add_patient(attending=vera, home_branch=north)  # 8
    clinic.add_patient(home_branch=north)  # 9: nobody's
    clinic.add_patient(home_branch=south)  # 10: nobody's
    clinic.add_patient(attending=anna, home_branch=south, archived=True)  # 11
    for patient in clinic.patients:
        PatientNoteFactory(patient=patient, text=f"{patient.surname} заметка")
    family_of(clinic.patients[0], clinic.patients[7], clinic.patients[9])
    chair = ChairFactory(room=RoomFactory(branch=north))
    WorkShiftFactory(branch=north, doctor=anna, chair=chair)
    WorkShiftFactory(branch=north, doctor=boris, chair=ChairFactory(room=chair.room))
    WorkShiftFactory(branch=south, doctor=vera, chair=ChairFactory(room=RoomFactory(branch=south)))


def _work(clinic: World) -> None:
    p, north, south = clinic.patients, clinic.north, clinic.south
    clinic.book(p[1], clinic.anna, north, days=-30, at="10:00", state="settled")
    clinic.book(p[2], clinic.anna, north, days=0, at="12:00", state="arrived", arrived_at=timezone.now())
    clinic.book(p[3], clinic.anna, north, days=1, at="12:00", state="cancelled", cancelled_at=timezone.now())
    clinic.book(p[5], clinic.boris, north, days=0, at="13:00", state="arrived", arrived_at=timezone.now())
    clinic.book(p[6], clinic.boris, north, days=7, at="13:00")
    clinic.book(p[7], clinic.vera, south, days=0, at="14:00", state="arrived", arrived_at=timezone.now())
    clinic.book(p[4], clinic.boris, north, days=1, at="14:00")
    clinic.treat(p[1], clinic.anna, north, desk=0, price="1101")
    clinic.treat(p[5], clinic.boris, north, desk=1, price="1205")
    clinic.treat(p[7], clinic.vera, south, desk=2, price="1307")
    clinic.treat(p[1], clinic.vera, south, desk=2, price="1401")
    clinic.treat(p[2], clinic.anna, north, desk=None, price="1502")
    clinic.treat(p[8], clinic.vera, south, desk=None, price="1608")

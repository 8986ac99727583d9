"""The demo clinic's company, branch, chairs and people."""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from core import bulk
from core.demo import Run
from organization.enums import BuiltInRole, TaxSystem
from organization.models import (
    Branch,
    BranchGrant,
    BranchHours,
    Chair,
    Employee,
    EmployeePosition,
    EmployeeRole,
    EmployeeSpecialty,
    LegalEntity,
    Position,
    Role,
    RolePermission,
    Room,
    Specialty,
    User,
)

PASSWORD = "demo"  # shown on the login page of a demo clinic  # noqa: S105
BRANCH_NAME = "Ленинский, 42"
TIME_ZONE = "Europe/Moscow"
SALT_LETTERS = 22  # of 62: as much as Django's own salts have, so that nobody's first login rehashes
TABLES = (
    LegalEntity, Branch, BranchHours, Room, Chair, Role, RolePermission, Specialty, Position, User, Employee,
    EmployeeRole, EmployeeSpecialty, EmployeePosition, BranchGrant,
)  # fmt: skip

THERAPIST, SURGEON, ORTHOPAEDIST = "Терапевт", "Хирург", "Ортопед"
CHILDREN, ORTHODONTIST, HYGIENIST = "Детский стоматолог", "Ортодонт", "Гигиенист"
SPECIALTIES = (THERAPIST, SURGEON, ORTHOPAEDIST, CHILDREN, ORTHODONTIST, HYGIENIST)

WEEKDAY_HOURS = (time(9), time(21))
SUNDAY_HOURS = (time(10), time(18))


@dataclass(frozen=True)
class Hired:
    """Whom the demo clinic employs. ``specialty`` makes a doctor."""

    login: str
    surname: str
    name: str
    patronymic: str
    position: str
    roles: tuple[str, ...]
    specialty: str = ""


DIRECTOR = Hired("director", "Орлова", "Мария", "Викторовна", "Директор", ("director",))
DOCTORS = [
    Hired("doctor", "Аксёнов", "Дмитрий", "Павлович", "Врач-стоматолог", ("doctor",), THERAPIST),
    Hired("chief", "Сидоров", "Евгений", "Жанович", "Главный врач", ("director", "doctor"), SURGEON),
    Hired("kuznetsova", "Кузнецова", "Марина", "Игоревна", "Врач-стоматолог", ("doctor",), THERAPIST),
    Hired("belova", "Белова", "Инна", "Сергеевна", "Врач-стоматолог", ("doctor",), CHILDREN),
    Hired("kim", "Ким", "Виктор", "Радионович", "Врач-стоматолог", ("doctor",), ORTHOPAEDIST),
    Hired("zimina", "Зимина", "Рената", "Олеговна", "Гигиенист стоматологический", ("doctor",), HYGIENIST),
    Hired("golovanov", "Голованов", "Пётр", "Ильич", "Врач-стоматолог", ("doctor",), ORTHODONTIST),
    Hired("petrov", "Петров", "Алексей", "Андреевич", "Врач-стоматолог", ("doctor",), THERAPIST),
    Hired("fomina", "Фомина", "Ольга", "Львовна", "Врач-стоматолог", ("doctor",), THERAPIST),
    Hired("gusev", "Гусев", "Артём", "Денисович", "Врач-стоматолог", ("doctor",), SURGEON),
    Hired("abramyan", "Абрамян", "Тигран", "Суренович", "Врач-стоматолог", ("doctor",), ORTHOPAEDIST),
    Hired("lvova", "Львова", "Юлия", "Максимовна", "Врач-стоматолог", ("doctor",), CHILDREN),
    Hired("sorokina", "Сорокина", "Алина", "Тимуровна", "Гигиенист стоматологический", ("doctor",), HYGIENIST),
    Hired("shevchenko", "Шевченко", "Роман", "Юрьевич", "Врач-стоматолог", ("doctor",), THERAPIST),
    Hired("yudina", "Юдина", "Вера", "Фёдоровна", "Врач-стоматолог", ("doctor",), ORTHOPAEDIST),
]
ADMINISTRATORS = [
    Hired("administrator", "Петрова", "Анна", "Сергеевна", "Администратор", ("administrator",)),
    Hired("volkova", "Волкова", "Дарья", "Алексеевна", "Администратор", ("administrator",)),
    Hired("egorova", "Егорова", "Ксения", "Павловна", "Администратор", ("administrator",)),
    Hired("tikhonov", "Тихонов", "Никита", "Олегович", "Администратор", ("administrator",)),
    Hired("safina", "Сафина", "Лилия", "Рамилевна", "Администратор", ("administrator",)),
]
OTHERS = [
    Hired("accountant", "Мельникова", "Галина", "Ивановна", "Бухгалтер", ("Бухгалтер",)),
    Hired("nurse", "Ершова", "Светлана", "Борисовна", "Старшая медсестра", ("administrator",)),
    Hired("assistant1", "Дроздова", "Полина", "Артёмовна", "Ассистент стоматолога", ("Ассистент",)),
    Hired("assistant2", "Калинин", "Егор", "Валерьевич", "Ассистент стоматолога", ("Ассистент",)),
]
OWN_ROLES = ("Бухгалтер", "Ассистент")  # of the clinic: they may look at what administrators may look at


@dataclass(frozen=True)
class Person:
    """Somebody who acts in the demo, as history remembers them."""

    pk: int
    user_id: int
    short_name: str
    role: str

    def context(self) -> dict[str, Any]:
        return {"employee": self.pk, "person": self.short_name, "role": self.role}


@dataclass(frozen=True)
class Doctor(Person):
    specialty: str = ""
    specialty_id: int = 0
    login: str = ""


@dataclass(frozen=True)
class Clinic:
    """What the generators of the upper apps need to know."""

    branch_id: int
    legal_entity_id: int
    chairs: tuple[int, ...]
    doctors: tuple[Doctor, ...]
    desk: tuple[Person, ...]
    director: Person
    people: Mapping[int, Person] = field(default_factory=dict)


def hours_of(day: date) -> tuple[time, time]:
    """When the branch is open; it has no days off."""
    return SUNDAY_HOURS if day.weekday() == 6 else WEEKDAY_HOURS


def is_set_up() -> bool:
    """Whether somebody already keeps a clinic in this database."""
    return Employee.objects.exists() or Branch.objects.exists()


def is_demo() -> bool:
    """Whether the clinic in this database is the demo one."""
    wanted = {DIRECTOR.login, DOCTORS[0].login, ADMINISTRATORS[0].login}
    return Branch.objects.filter(name=BRANCH_NAME).exists() and Employee.objects.filter(
        user__username__in=wanted
    ).count() == len(wanted)


def build(run: Run) -> Clinic:
    """Write the clinic and its people as of the day it was set up."""
    run.report("Clinic and people", 0)
    branch = _places(run)
    _directories(run)
    staff = [DIRECTOR, *DOCTORS[: run.scale.doctors], *ADMINISTRATORS[: run.scale.administrators]]
    _people(run, [*staff, *OTHERS[: run.scale.others]], branch)
    return find(branch)


def find(branch: Branch | None = None) -> Clinic:
    """The demo clinic as it stands in the database; people are told apart by their demo logins."""
    branch = branch or Branch.objects.get(name=BRANCH_NAME)
    employees = {employee.user.username: employee for employee in Employee.objects.select_related("user")}
    specialties = dict(Specialty.objects.values_list("name", "pk"))
    roles = dict(Role.objects.exclude(code="").values_list("code", "name"))

    def person(hired: Hired) -> dict[str, Any]:
        employee = employees[hired.login]
        role = roles.get(hired.roles[-1], hired.roles[-1])
        return {"pk": employee.pk, "user_id": employee.user_id, "short_name": employee.short_name, "role": role}

    doctors = tuple(
        Doctor(**person(hired), specialty=hired.specialty, specialty_id=specialties[hired.specialty], login=hired.login)
        for hired in DOCTORS
        if hired.login in employees
    )
    desk = tuple(Person(**person(hired)) for hired in ADMINISTRATORS if hired.login in employees)
    director = Person(**person(DIRECTOR))
    return Clinic(
        branch_id=branch.pk,
        legal_entity_id=branch.legal_entity_id,
        chairs=tuple(Chair.objects.filter(room__branch=branch).order_by("pk").values_list("pk", flat=True)),
        doctors=doctors,
        desk=desk,
        director=director,
        people={one.pk: one for one in (*doctors, *desk, director)},
    )


def write_history(run: Run, history: bulk.History, clinic: Clinic) -> None:
    """Everything was entered by the director on the day the clinic was set up; built-in roles are older than that."""
    own_only = {
        Role: {"where": "t.code = ''"},
        RolePermission: {"joins": "JOIN organization_role r ON r.id = t.role_id", "where": "r.code = ''"},
    }
    for model in TABLES:
        history.write(
            model,
            at="%(at)s::timestamptz",
            by="%(by)s::bigint",
            parameters={"at": run.opened_at(), "by": clinic.director.pk},
            **own_only.get(model, {}),
        )


def _places(run: Run) -> Branch:
    entity = LegalEntity.objects.create(
        name="Общество с ограниченной ответственностью «Зубр-Дент»",
        short_name="ООО «Зубр-Дент»",
        inn="3600001731",
        kpp="360001001",
        ogrn="1123600000171",
        tax_system=TaxSystem.SIMPLIFIED,
        address="394033, г. Воронеж, Ленинский проспект, д. 42, помещ. 1",
        phone="+74730000042",
        head_name="Орлова Мария Викторовна",
        licence_number="Л041-00000-36/00000042",
        licence_on=run.first_day - timedelta(days=200),
        licence_authority="Министерство здравоохранения Воронежской области",
        bank_name="АО «Банк для примера»",
        bik="042000741",
        account="40702810000000001742",
        correspondent_account="30101810800000000741",
    )
    branch = Branch.objects.create(
        legal_entity=entity,
        name=BRANCH_NAME,
        address="394033, г. Воронеж, Ленинский проспект, д. 42",
        phone="+74730000042",
        time_zone=TIME_ZONE,
    )
    for weekday in range(7):
        opens_at, closes_at = SUNDAY_HOURS if weekday == 6 else WEEKDAY_HOURS
        BranchHours.objects.create(branch=branch, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
    for number in range(1, run.scale.chairs + 1):
        room = Room.objects.create(branch=branch, name=f"Кабинет {number}")
        Chair.objects.create(room=room, name=f"Кресло {number}")
    return branch


def _directories(run: Run) -> None:
    for order, name in enumerate(SPECIALTIES, start=1):
        Specialty.objects.create(name=name, order=order * 10)
    if run.scale.others:
        for name in OWN_ROLES:
            role = Role.objects.create(name=name)
            lookable = RolePermission.objects.filter(role__code=BuiltInRole.ADMINISTRATOR, code__contains=".view_")
            RolePermission.objects.bulk_create(
                RolePermission(role=role, code=right.code, effect=right.effect, scope=right.scope)
                for right in lookable.order_by("code")
            )


def _people(run: Run, staff: list[Hired], branch: Branch) -> None:
    rng = run.rng("people who work here")
    salt = "".join(rng.choices(string.ascii_letters + string.digits, k=SALT_LETTERS))
    password = make_password(PASSWORD, salt=salt)  # one for all: hashing is slow on purpose
    roles = {key: role for role in Role.objects.all() for key in (role.code, role.name) if key}
    specialties = {specialty.name: specialty for specialty in Specialty.objects.all()}
    positions: dict[str, Position] = {}
    for number, hired in enumerate(staff, start=1):
        user = User.objects.create(
            username=hired.login, password=password, created_at=run.opened_at(), password_set_at=run.now
        )
        employee = Employee.objects.create(
            user=user,
            surname=hired.surname,
            name=hired.name,
            patronymic=hired.patronymic,
            phone=f"+7944000{number:04d}",
        )
        for code in hired.roles:
            EmployeeRole.objects.create(employee=employee, role=roles[code])
        if hired.position not in positions:
            positions[hired.position] = Position.objects.create(name=hired.position, role=roles[hired.roles[-1]])
        EmployeePosition.objects.create(employee=employee, position=positions[hired.position])
        if hired.specialty:
            EmployeeSpecialty.objects.create(employee=employee, specialty=specialties[hired.specialty])
        BranchGrant.objects.create(user=user, permission=_work_permission(), content_object=branch)


def _work_permission() -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.get(content_type__app_label="organization", codename="work_in_branch")

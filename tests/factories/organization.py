"""People and places of a small clinic. Minimal, valid, situations as traits."""

from datetime import time

import factory
from factory.django import DjangoModelFactory
from guardian.shortcuts import assign_perm

from core.actor import Actor
from organization import selectors
from organization.models import (
    Branch,
    BranchHours,
    Chair,
    Employee,
    EmployeeRole,
    EmployeeSpecialty,
    LegalEntity,
    Role,
    Room,
    Specialty,
    User,
)

PASSWORD = "a-long-password"


class LegalEntityFactory(DjangoModelFactory):
    class Meta:
        model = LegalEntity
        django_get_or_create = ("inn",)

    name = "Общество с ограниченной ответственностью «Зубр-Дент»"
    short_name = "ООО «Зубр-Дент»"
    inn = "7707083893"


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch
        skip_postgeneration_save = True

    legal_entity = factory.SubFactory(LegalEntityFactory)
    name = factory.Sequence(lambda n: f"Филиал {n}")
    time_zone = "Europe/Moscow"

    @factory.post_generation
    def hours(self, create, extracted, **kwargs):
        for weekday in range(7):
            BranchHours.objects.create(branch=self, weekday=weekday, opens_at=time(9), closes_at=time(21))


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    branch = factory.SubFactory(BranchFactory)
    name = factory.Sequence(lambda n: f"Кабинет {n}")


class ChairFactory(DjangoModelFactory):
    class Meta:
        model = Chair

    room = factory.SubFactory(RoomFactory)
    name = factory.Sequence(lambda n: f"Кресло {n}")


class SpecialtyFactory(DjangoModelFactory):
    class Meta:
        model = Specialty
        django_get_or_create = ("name",)

    name = "Терапевт"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password(PASSWORD)


class EmployeeFactory(DjangoModelFactory):
    """An employee; ``role="doctor"`` gives a built-in role, ``branch=…`` a grant, ``specialty=True`` makes a doctor."""

    class Meta:
        model = Employee
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    surname = factory.Sequence(lambda n: f"Петров{'абвгдежзиклмнопрст'[n % 18]}")
    name = "Алексей"
    patronymic = "Андреевич"

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if extracted:
            EmployeeRole.objects.create(employee=self, role=Role.objects.get(code=extracted))

    @factory.post_generation
    def branch(self, create, extracted, **kwargs):
        if extracted:
            assign_perm("organization.work_in_branch", self.user, extracted)

    @factory.post_generation
    def specialty(self, create, extracted, **kwargs):
        if extracted:
            chosen = SpecialtyFactory() if extracted is True else extracted
            EmployeeSpecialty.objects.create(employee=self, specialty=chosen)


def actor_of(employee: Employee, *, role: str | None = None, branch: Branch | None = None) -> Actor:
    """The actor a request of this employee would carry."""
    roles = employee.roles.filter(code=role) if role else employee.roles.all()
    known = selectors.signed_in(user_id=employee.user_id, role_id=roles.first().pk, branch_id=branch and branch.pk)
    assert known is not None
    return known.actor

"""The desk's cast: a branch with a cash desk and browsers of the people who work there."""

import pytest

from tests.factories.billing import CashDeskFactory, PayerFactory, VisitFactory, a_shift


@pytest.fixture
def desk(branch):
    return CashDeskFactory(branch=branch, name="Касса 1")


@pytest.fixture
def shift(desk):
    return a_shift(desk, cash="1000")


@pytest.fixture
def patient(db):
    return PayerFactory(surname="Воробьёва", name="Анна")


@pytest.fixture
def visit(branch, doctor, patient):
    return VisitFactory(branch=branch, doctor=doctor, patient=patient)


@pytest.fixture
def at_desk(registrar, client_of):
    return client_of(registrar)


@pytest.fixture
def at_chair(doctor, client_of):
    return client_of(doctor)


@pytest.fixture
def at_office(director, client_of):
    return client_of(director)

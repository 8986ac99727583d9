"""Cards, desks and reports given by name; a foreign card opened in an emergency."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import CashDesk, CashDeskGrant, CashShift, Payment
from billing.selectors.desk import desks_here
from core.models import Notice
from core.modules import registry
from organization import services
from organization.enums import Effect
from organization.errors import GrantedAlready, GrantOver, GrantTermPast
from organization.models import DeclaredReport, EmployeePermission, ReportGrant
from patients import services as patients
from patients.errors import IdentityIncomplete, NobodyFits, ReasonTooShort
from patients.models import CardGrant, CardOpening, Patient
from patients.services import Identity
from tests.factories.organization import EmployeeFactory, actor_of
from tests.scopes.world import give_desk, open_card, open_report

SOON = timedelta(days=3)
WHY = "острая боль, врач уехал"
FOREIGN = "patients:foreign_card"
ALWAYS_OTHER = re.compile(r"[A-Za-z0-9]{64}|T\d\d:\d\d:\d\d\.\d+")  # CSRF tokens, the server's clock


def seen_by(employee) -> set[int]:
    return set(Patient.objects.visible_to(actor_of(employee)).values_list("pk", flat=True))


# One card until a moment


def test_a_card_is_open_until_its_moment_and_not_after(world, set_clock):
    until = timezone.now() + SOON
    open_card(world.vera, world.patients[9], until)

    set_clock(until - timedelta(seconds=1))
    assert world.patients[9].pk in seen_by(world.vera)
    set_clock(until)
    assert world.patients[9].pk not in seen_by(world.vera)


def test_opening_a_card_tells_the_person_and_a_second_time_is_refused(world):
    by = {"actor": actor_of(world.director), "patient": world.patients[9], "employee": world.vera, "reason": WHY}
    grant = patients.open_card(**by, valid_until=timezone.now() + SOON)

    assert Notice.objects.get(user=world.vera.user).body == WHY
    with pytest.raises(GrantedAlready):
        patients.open_card(**by, valid_until=timezone.now() + SOON)

    patients.end_card_grant(actor=actor_of(world.director), grant=grant)
    assert world.patients[9].pk not in seen_by(world.vera)
    with pytest.raises(GrantOver):
        patients.end_card_grant(actor=actor_of(world.director), grant=grant)
    patients.open_card(**by, valid_until=timezone.now() + SOON)


def test_a_term_that_ran_out_does_not_keep_the_card_from_being_opened_again(world):
    patients.open_card(
        actor=actor_of(world.director),
        patient=world.patients[10],
        employee=world.boris,
        valid_until=timezone.now() + SOON,
        reason=WHY,
    )

    assert world.patients[10].pk in seen_by(world.boris)
    assert CardGrant.objects.filter(content_object=world.patients[10]).count() == 2


def test_a_card_is_opened_for_a_time_that_is_not_over_and_by_who_may(world):
    by = {"patient": world.patients[9], "employee": world.vera, "reason": WHY}
    with pytest.raises(GrantTermPast):
        patients.open_card(actor=actor_of(world.director), valid_until=timezone.now(), **by)
    with pytest.raises(PermissionDenied):
        patients.open_card(actor=actor_of(world.anna), valid_until=timezone.now() + SOON, **by)
    with pytest.raises(IntegrityError), transaction.atomic():
        open_card(world.vera, world.patients[9], timezone.now() + SOON)
        open_card(world.vera, world.patients[9], timezone.now() + SOON)


def test_the_card_opens_itself_to_an_employee_from_its_own_page_and_from_theirs(world, client_of):
    client = client_of(world.director)
    typed = {"until": "2026-11-25", "reason": WHY}
    card = reverse("patients:card_open", args=[world.patients[9].pk])

    refused = client.post(card, {"employee": world.vera.pk, "reason": WHY})
    assert (refused.status_code, WHY in refused.content.decode()) == (422, True)
    assert client.post(card, {"employee": world.vera.pk, **typed}).status_code == 204
    grant = CardGrant.objects.get(user=world.vera.user)
    assert grant.valid_until.astimezone(world.north.zone).isoformat() == "2026-11-26T00:00:00+03:00"

    page = reverse("patients:employee_card_open", args=[world.vera.pk])
    assert client.post(page, typed).status_code == 422
    assert client.post(page, {"patient": world.patients[10].pk, **typed}).status_code == 204
    shown = client.get(reverse("organization:employee_detail", args=[world.vera.pk])).content.decode()
    assert world.patients[9].surname in shown
    assert client.post(reverse("patients:card_grant_end", args=[grant.pk])).status_code == 204
    assert client.post(reverse("patients:card_grant_end", args=[grant.pk])).status_code == 409


# Cash desks


@pytest.fixture
def cashier(world):
    return EmployeeFactory(surname="Кассирова", role="administrator", branch=world.north)


def test_without_a_desk_by_name_all_desks_of_the_branches_are_theirs(world, cashier):
    actor = actor_of(cashier)
    assert [desk.pk for desk in desks_here(actor)] == [world.desks[0].pk, world.desks[1].pk]


def test_with_a_desk_by_name_only_such_desks_shifts_and_payments_are_theirs(world, cashier):
    give_desk(cashier, world.desks[1])
    actor = actor_of(cashier)

    assert [desk.pk for desk in desks_here(actor)] == [world.desks[1].pk]
    assert list(CashDesk.objects.usable_by(actor)) == [world.desks[1]]
    assert list(CashShift.objects.visible_to(actor)) == [world.shifts[1]]
    assert set(Payment.objects.visible_to(actor)) == {world.payments[1]}


def test_a_desk_of_another_branch_by_name_opens_no_branch(world, cashier):
    give_desk(cashier, world.desks[2])

    assert list(CashDesk.objects.usable_by(actor_of(cashier))) == []


def test_after_the_last_desk_by_name_all_are_theirs_again(world, cashier, set_clock):
    grant = give_desk(cashier, world.desks[1], until=timezone.now() + SOON)
    set_clock(grant.valid_until)

    assert CashDesk.objects.usable_by(actor_of(cashier)).count() == 2


def test_money_is_not_taken_at_a_desk_that_is_not_theirs(world, cashier, client_of):
    give_desk(cashier, world.desks[1])
    client = client_of(cashier)

    assert client.get(reverse("billing:shift", args=[world.shifts[0].pk])).status_code == 404
    assert client.get(reverse("billing:shift_close", args=[world.shifts[0].pk])).status_code == 404
    body = {"shift": world.shifts[0].pk, "patient": world.patients[1].pk, "parts": [{"means": "cash", "amount": "10"}]}
    assert client.post("/api/v1/payments/", body, "application/json").status_code == 400
    assert Payment.objects.count() == len(world.payments)


def test_a_desk_is_given_and_taken_on_the_employees_page(world, cashier, client_of):
    client = client_of(world.director)
    page = reverse("billing:desk_give", args=[cashier.pk])

    assert client.post(page, {"desk": world.desks[2].pk, "reason": WHY}).status_code == 422  # not of their branches
    assert client.post(page, {"desk": world.desks[1].pk, "reason": WHY}).status_code == 204
    assert client.post(page, {"desk": world.desks[1].pk, "reason": WHY}).status_code == 422
    grant = CashDeskGrant.objects.get()
    assert (
        world.desks[1].name in client.get(reverse("organization:employee_grants", args=[cashier.pk])).content.decode()
    )
    assert client.post(reverse("billing:desk_grant_end", args=[grant.pk])).status_code == 204
    with pytest.raises(GrantOver):
        billing.end_desk_grant(actor=actor_of(world.director), grant=grant)


# Reports


def test_every_report_is_declared_and_has_a_right_of_its_own(world):
    declared = {report.code: report.permission for report in registry.entries("reports")}

    assert dict(DeclaredReport.objects.filter(code__in=declared).values_list("code", "permission")) == declared
    assert len(set(declared.values())) == len(declared)


def test_a_report_by_name_opens_it_and_nothing_else(world, client_of):
    assert client_of(world.anna).get(reverse("reports:dashboard")).status_code == 403
    before = actor_of(world.anna).rights

    grant = open_report(world.anna)

    assert client_of(world.anna).get(reverse("reports:dashboard")).status_code == 200
    assert client_of(world.anna).get("/api/v1/overview/").status_code == 200
    assert set(actor_of(world.anna).rights) - set(before) == {"reports.view_dashboard"}
    services.end_report_grant(actor=actor_of(world.director), grant=grant)
    assert client_of(world.anna).get(reverse("reports:dashboard")).status_code == 403


def test_a_report_by_name_names_no_patient_whose_card_is_closed(world, client_of):
    open_report(world.vera)
    foreign = world.patients[1]
    foreign.accounts.update(advance=50)  # owes and has an advance: stands in the drawer

    shown = client_of(world.vera).get(reverse("reports:set_off_list")).content.decode()
    to_director = client_of(world.director).get(reverse("reports:set_off_list")).content.decode()

    assert foreign.surname in to_director
    assert foreign.surname in shown  # Vera treated this one
    Patient.objects.filter(pk=foreign.pk).first().appointments.filter(doctor=world.vera).update(doctor=world.boris)
    assert foreign.surname not in client_of(world.vera).get(reverse("reports:set_off_list")).content.decode()


def test_a_denial_is_stronger_than_a_report_by_name(world):
    open_report(world.anna)
    EmployeePermission.objects.create(
        employee=world.anna, code="reports.view_dashboard", effect=Effect.DENY, valid_from=timezone.now()
    )

    assert not actor_of(world.anna).can("reports.view_dashboard")


def test_a_report_is_opened_and_closed_on_the_employees_page(world, client_of):
    client = client_of(world.director)
    report = DeclaredReport.objects.get(code="overview")
    page = reverse("organization:report_open", args=[world.anna.pk])

    assert client.post(page, {"report": report.pk, "until": "2026-11-01", "reason": WHY}).status_code == 422
    assert client.post(page, {"report": report.pk, "until": "2026-11-30", "reason": WHY}).status_code == 204
    grant = ReportGrant.objects.get()
    shown = client.get(reverse("organization:employee_grants", args=[world.anna.pk])).content.decode()
    assert WHY in shown
    assert client.post(reverse("organization:report_grant_end", args=[grant.pk])).status_code == 204
    assert not actor_of(world.anna).can("reports.view_dashboard")


# Чужая карта


def identity_of(patient) -> dict[str, Identity]:
    return {
        "surname": Identity(surname=patient.surname, born_on=patient.born_on),
        "card": Identity(card_number=patient.card_number),
        "phone": Identity(phone=patient.phones.get().number),
    }


@pytest.mark.parametrize("known", ["surname", "card", "phone"])
def test_a_foreign_card_opens_for_a_day_by_who_exactly_it_is(world, set_clock, known):
    patient = world.patients[9]
    opened_at = timezone.now()

    opened = patients.open_foreign_card(
        actor=actor_of(world.vera), identity=identity_of(patient)[known], reason=WHY, address="10.0.0.7"
    )

    assert opened == patient
    assert patient.pk in seen_by(world.vera)
    log = CardOpening.objects.get(patient=patient)
    assert (log.employee, log.page, log.reason, log.address) == (world.vera, "foreign", WHY, "10.0.0.7")
    set_clock(opened_at + timedelta(hours=24))
    assert patient.pk not in seen_by(world.vera)


def test_every_director_who_can_sign_in_is_told_at_once(world):
    second = EmployeeFactory(surname="Вторая", role="director", branch=world.south)
    left = EmployeeFactory(surname="Бывшая", role="director", branch=world.south)
    left.user.is_active = False
    left.user.save()

    patients.open_foreign_card(actor=actor_of(world.vera), identity=identity_of(world.patients[9])["card"], reason=WHY)

    notices = Notice.objects.filter(is_urgent=True)
    assert {notice.user_id for notice in notices} == {world.director.user_id, second.user_id}
    assert all(WHY in notice.body and "Верина" in notice.title for notice in notices)


def test_a_card_that_is_open_anyway_is_opened_without_noise(world):
    patients.open_foreign_card(actor=actor_of(world.vera), identity=identity_of(world.patients[8])["card"], reason=WHY)

    assert not Notice.objects.exists()
    assert not CardGrant.objects.filter(user=world.vera.user).exists()


def test_nothing_is_opened_without_a_reason_in_words_or_by_a_part(world):
    patient = world.patients[9]
    whole = identity_of(patient)["card"]
    actor = actor_of(world.vera)
    refusals = [
        (ReasonTooShort, whole, "боль 1234567890"),
        (IdentityIncomplete, Identity(surname=patient.surname), WHY),
        (IdentityIncomplete, Identity(born_on=patient.born_on), WHY),
        (NobodyFits, Identity(surname=patient.surname[:4], born_on=patient.born_on), WHY),
        (NobodyFits, Identity(surname="%", born_on=patient.born_on), WHY),
        (NobodyFits, Identity(card_number=patient.card_number, born_on=world.patients[8].born_on), WHY),
        (NobodyFits, Identity(phone="+79165550"), WHY),
    ]
    for refusal, identity, reason in refusals:
        with pytest.raises(refusal):
            patients.open_foreign_card(actor=actor, identity=identity, reason=reason)
    assert patient.pk not in seen_by(world.vera)
    assert not Notice.objects.exists()


def test_one_phone_of_several_cards_opens_none_until_more_is_told(world):
    first, second = world.patients[9], world.patients[10]
    shared = first.phones.get().number
    second.phones.update(number=shared)
    actor = actor_of(world.vera)

    with pytest.raises(NobodyFits):
        patients.open_foreign_card(actor=actor, identity=Identity(phone=shared), reason=WHY)
    opened = patients.open_foreign_card(
        actor=actor, identity=Identity(phone=shared, born_on=second.born_on), reason=WHY
    )

    assert opened == second


def test_the_page_tells_the_same_of_a_stranger_and_of_nobody(world, client_of):
    client = client_of(world.vera)
    page = reverse(FOREIGN)
    there = {"surname": world.patients[9].surname, "born_on": "31.12.1999", "reason": WHY}
    nobody = {**there, "surname": "Неттаких"}

    answers = [client.post(page, typed) for typed in (there, nobody)]

    assert [answer.status_code for answer in answers] == [422, 422]
    texts = [
        ALWAYS_OTHER.sub("", answer.content.decode().replace(typed["surname"], "…"))
        for answer, typed in zip(answers, (there, nobody), strict=True)
    ]
    assert texts[0] == texts[1]


def test_the_page_opens_the_card_and_keeps_what_was_typed_when_refused(world, client_of):
    client = client_of(world.vera)
    patient = world.patients[9]
    card = reverse("patients:patient_card", args=[patient.pk])
    assert client.get(card).status_code == 404

    refused = client.post(reverse(FOREIGN), {"card_number": patient.card_number_text, "reason": "надо"})
    assert (refused.status_code, patient.card_number_text in refused.content.decode()) == (422, True)
    assert client.get(card).status_code == 404

    opened = client.post(reverse(FOREIGN), {"card_number": patient.card_number_text, "reason": WHY})
    assert opened.headers["Location"] == card
    assert client.get(card).status_code == 200
    log = client_of(world.director).get(reverse("logs:opening_log"), {"patient": patient.pk}).content.decode()
    assert WHY in log


def test_only_who_has_the_right_sees_the_page(world, client_of):
    registrar = EmployeeFactory(role="administrator", branch=world.north)

    assert client_of(registrar).get(reverse(FOREIGN)).status_code == 403
    with pytest.raises(PermissionDenied):
        patients.open_foreign_card(
            actor=actor_of(registrar), identity=identity_of(world.patients[9])["card"], reason=WHY
        )
    assert client_of(world.anna).get(reverse(FOREIGN)).status_code == 200

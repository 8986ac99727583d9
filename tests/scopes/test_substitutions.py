"""Who stands in for whom: set, told, in force to the midnight, over."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import Notice
from organization import services
from organization.errors import (
    SubstituteIsAbsent,
    SubstitutionOver,
    SubstitutionPast,
    SubstitutionReversed,
    SubstitutionTwice,
)
from organization.models import Substitution
from patients.models import Patient
from schedule.models import Appointment
from tests.factories.organization import actor_of
from tests.scopes.world import stand_in

FIRST, LAST = date(2026, 11, 25), date(2026, 11, 26)
REASON = "отпуск"


def substitute(world, absent, substitute, first_on=FIRST, last_on=LAST) -> Substitution:
    return services.add_substitution(
        actor=actor_of(world.director),
        absent=absent,
        substitute=substitute,
        first_on=first_on,
        last_on=last_on,
        reason=REASON,
    )


def seen_by(employee) -> set[int]:
    return set(Patient.objects.visible_to(actor_of(employee)).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("at", "is_seen"),
    [
        (datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC), False),  # 23:59:59 of the day before in Yekaterinburg
        (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 18, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 19, 0, tzinfo=UTC), False),
    ],
)
def test_a_substitution_holds_from_midnight_to_midnight_of_the_absent_ones_branch(world, set_clock, at, is_seen):
    substitute(world, world.vera, world.boris)
    set_clock(at)

    assert (world.patients[8].pk in seen_by(world.boris)) == is_seen


def test_the_substitute_sees_the_appointments_of_the_period_and_no_others(world, set_clock):
    inside = world.book(world.patients[8], world.vera, world.south, days=3, at="00:00")
    outside = world.book(world.patients[8], world.vera, world.south, days=4, at="00:00")
    substitute(world, world.vera, world.boris)
    set_clock(datetime(2026, 11, 25, 8, tzinfo=UTC))

    seen = set(Appointment.objects.visible_to(actor_of(world.boris)).values_list("pk", flat=True))

    assert (inside.pk in seen, outside.pk in seen) == (True, False)


def test_standing_in_for_somebody_who_stands_in_opens_nothing_of_the_third(world):
    stand_in(world.anna, world.vera, datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))

    assert world.patients[0].pk in seen_by(world.vera)
    assert world.patients[4].pk not in seen_by(world.vera)  # Boris's, for whom Anna stands in


def test_an_ended_substitution_closes_at_once_and_its_notice_is_taken_back(world):
    row = substitute(world, world.vera, world.boris, first_on=date(2026, 11, 23))
    assert world.patients[8].pk in seen_by(world.boris)

    services.end_substitution(actor=actor_of(world.director), substitution=row)

    assert world.patients[8].pk not in seen_by(world.boris)
    assert not Notice.objects.filter(user=world.boris.user).exists()
    with pytest.raises(SubstitutionOver):
        services.end_substitution(actor=actor_of(world.director), substitution=row)


def test_one_ended_before_it_began_never_holds(world, set_clock):
    row = substitute(world, world.vera, world.boris)
    services.end_substitution(actor=actor_of(world.director), substitution=row)

    set_clock(datetime(2026, 11, 25, 8, tzinfo=UTC))

    assert world.patients[8].pk not in seen_by(world.boris)


def test_the_substitute_is_told(world):
    substitute(world, world.vera, world.boris)

    notice = Notice.objects.get(user=world.boris.user)
    assert "Верина" in notice.title
    assert "25.11.2026" in notice.body


def test_bad_terms_and_people_are_refused(world):
    with pytest.raises(SubstitutionReversed):
        substitute(world, world.vera, world.boris, first_on=LAST, last_on=FIRST)
    with pytest.raises(SubstitutionPast):
        substitute(world, world.vera, world.boris, first_on=date(2026, 11, 1), last_on=date(2026, 11, 22))
    with pytest.raises(SubstituteIsAbsent):
        substitute(world, world.vera, world.vera)
    with pytest.raises(PermissionDenied):
        services.add_substitution(
            actor=actor_of(world.anna),
            absent=world.boris,
            substitute=world.anna,
            first_on=FIRST,
            last_on=LAST,
            reason=REASON,
        )


def test_overlapping_doubles_are_refused_by_the_database(world):
    row = substitute(world, world.vera, world.boris)
    with pytest.raises(SubstitutionTwice):
        substitute(world, world.vera, world.boris, first_on=LAST, last_on=LAST)
    with pytest.raises(IntegrityError), transaction.atomic():
        stand_in(world.vera, world.boris, row.starts_at, row.ends_at)
    for broken in (
        {"last_on": date(2026, 11, 1)},
        {"ends_at": datetime(2026, 11, 1, tzinfo=UTC)},
        {"absent": world.boris},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.filter(pk=row.pk).update(**broken)

    services.end_substitution(actor=actor_of(world.director), substitution=row)
    substitute(world, world.vera, world.boris)  # after the first was taken back


def test_the_page_sets_lists_and_ends(world, client_of):
    client = client_of(world.director)
    page = reverse("organization:substitution_list", args=[world.vera.pk])
    add = reverse("organization:substitution_add", args=[world.vera.pk])
    typed = {"substitute": world.boris.pk, "first_on": "2026-11-25", "last_on": "2026-11-24", "reason": "учёба"}

    refused = client.post(add, typed)
    assert refused.status_code == 422
    assert "учёба" in refused.content.decode()

    added = client.post(add, {**typed, "last_on": "2026-11-26"}, headers={"HX-Request": "true"})
    assert added.headers["HX-Redirect"] == page
    shown = client.get(page).content.decode()
    assert "25.11.2026 – 26.11.2026" in shown

    row = Substitution.objects.get(reason="учёба")
    assert client.post(reverse("organization:substitution_end", args=[row.pk])).status_code == 204
    assert client.post(reverse("organization:substitution_end", args=[row.pk])).status_code == 409
    assert client_of(world.anna).get(page).status_code == 403


def test_the_day_of_a_doctor_shows_the_absent_ones_appointments_of_the_period(world, client_of):
    answer = client_of(world.anna).get(reverse("schedule:day_data"), {"date": "2026-11-23"}).json()
    later = client_of(world.anna).get(reverse("schedule:day_data"), {"date": "2026-11-30"}).json()

    assert {box["doctor"] for box in answer["appointments"]} == {world.anna.pk, world.boris.pk}
    assert {column["id"] for column in answer["doctors"]} == {world.anna.pk, world.boris.pk}
    assert later["appointments"] == []


def test_the_stamp_of_the_day_is_the_one_of_the_rows_shown(world, client_of):
    client = client_of(world.anna)
    sheet = client.get(reverse("schedule:day_data"), {"date": "2026-11-23"}).json()
    answer = client.get(reverse("core:live_stamps"), {"watch": sheet["watch"]}).json()

    assert sheet["stamp"] in str(answer)

"""The clinic's places: what is written, what is refused, and what the history keeps."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from core.errors import ChangedByOther
from core.models import PublishedFact
from organization import selectors, services
from organization.errors import EntityInUse, EntityTaken, HoursEmpty, NameTaken, PlaceArchived
from organization.models import Branch, BranchHours, Chair, LegalEntity, Room
from tests.factories.organization import BranchFactory, ChairFactory, LegalEntityFactory, RoomFactory

pytestmark = pytest.mark.django_db

WEEK = {weekday: (time(9), time(20)) for weekday in range(5)}
BANK = {"bik": "044525225", "account": "40702810900000000000", "correspondent_account": "30101810400000000225"}


@pytest.fixture
def actor(director, as_actor):
    return as_actor(director)


def facts(name: str) -> list[dict]:
    rows = PublishedFact.objects.filter(name=f"organization.facts.{name}").order_by("pk")
    return [row.payload for row in rows]


# Legal entities


def test_a_legal_entity_with_a_wrong_check_digit_is_refused(actor):
    with pytest.raises(ValidationError) as refused:
        services.add_legal_entity(actor=actor, name="ООО «Дент»", short_name="Дент", inn="7707083894")

    assert set(refused.value.message_dict) == {"inn"}
    assert not LegalEntity.objects.exists() or LegalEntity.objects.get().inn != "7707083894"


def test_an_account_of_another_bank_is_refused(actor):
    with pytest.raises(ValidationError) as refused:
        services.add_legal_entity(
            actor=actor, name="ООО", short_name="ООО", inn="7707083893", **{**BANK, "account": "40702810900000000001"}
        )

    assert "account" in refused.value.message_dict


def test_the_same_inn_and_kpp_twice_is_refused(actor):
    services.add_legal_entity(actor=actor, name="Первое", short_name="Первое", inn="7736050003", kpp="773601001")

    with pytest.raises(EntityTaken):
        services.add_legal_entity(actor=actor, name="Второе", short_name="Второе", inn="7736050003", kpp="773601001")


def test_saving_a_legal_entity_over_a_newer_version_is_refused_with_theirs(actor):
    entity = LegalEntityFactory()
    services.change_legal_entity(actor=actor, entity=entity, version=1, short_name="Их название")

    with pytest.raises(ChangedByOther) as refused:
        services.change_legal_entity(actor=actor, entity=entity, version=1, short_name="Наше название")

    assert refused.value.theirs.short_name == "Их название"
    assert LegalEntity.objects.get(pk=entity.pk).short_name == "Их название"


def test_a_legal_entity_with_a_branch_cannot_be_put_away(actor, branch):
    with pytest.raises(EntityInUse):
        services.archive_legal_entity(actor=actor, entity=branch.legal_entity)

    services.archive_branch(actor=actor, branch=branch)
    assert services.archive_legal_entity(actor=actor, entity=branch.legal_entity).is_archived


# Branches and their week


def test_a_new_branch_has_the_hours_it_was_given(actor):
    branch = services.add_branch(actor=actor, name="Новый", legal_entity=LegalEntityFactory(), hours=WEEK)

    assert selectors.week_of(branch) == WEEK


def test_an_unknown_time_zone_is_refused(actor):
    with pytest.raises(ValidationError) as refused:
        services.add_branch(actor=actor, name="Новый", legal_entity=LegalEntityFactory(), time_zone="Europe/Atlantis")

    assert "time_zone" in refused.value.message_dict


def test_two_branches_of_one_name_are_refused(actor, branch):
    with pytest.raises(NameTaken):
        services.add_branch(actor=actor, name=branch.name, legal_entity=branch.legal_entity)


def test_hours_replace_the_whole_week_and_touch_only_the_days_that_differ(actor, branch):
    untouched = branch.hours.get(weekday=2)

    services.set_branch_hours(
        actor=actor,
        branch=branch,
        version=1,
        hours={0: (time(10), time(18)), 2: (untouched.opens_at, untouched.closes_at)},
    )

    assert selectors.week_of(branch) == {0: (time(10), time(18)), 2: (time(9), time(21))}
    assert branch.hours.get(weekday=2).pk == untouched.pk
    assert (
        BranchHours.history.rel.related_model.objects.filter(branch=branch, weekday=2, pgh_label="update").count() == 0
    )
    assert facts("BranchHoursChanged") == [{"branch_id": branch.pk}]


def test_hours_that_did_not_change_are_nobodys_news(actor, branch):
    services.set_branch_hours(actor=actor, branch=branch, version=1, hours=selectors.week_of(branch))

    assert facts("BranchHoursChanged") == []


def test_a_day_that_closes_when_it_opens_is_refused_and_nothing_is_half_saved(actor, branch):
    before = selectors.week_of(branch)

    with pytest.raises(HoursEmpty):
        services.change_branch(
            actor=actor, branch=branch, version=1, name="Другое", hours={0: (time(8), time(20)), 1: (time(9), time(9))}
        )

    assert selectors.week_of(Branch.objects.get(pk=branch.pk)) == before
    assert Branch.objects.get(pk=branch.pk).name == branch.name


def test_hours_over_a_newer_version_are_refused(actor, branch):
    services.set_branch_hours(actor=actor, branch=branch, version=1, hours=WEEK)

    with pytest.raises(ChangedByOther):
        services.set_branch_hours(actor=actor, branch=branch, version=1, hours={})


def test_who_may_only_look_changes_nothing(registrar, as_actor, branch):
    with pytest.raises(PermissionDenied):
        services.set_branch_hours(actor=as_actor(registrar), branch=branch, version=1, hours={})


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({}, ""),
        (WEEK, "Пн–Пт 09:00–20:00"),
        ({**WEEK, 5: (time(10), time(16))}, "Пн–Пт 09:00–20:00, Сб 10:00–16:00"),
        ({0: (time(9), time(20)), 2: (time(9), time(20))}, "Пн 09:00–20:00, Ср 09:00–20:00"),
    ],
)
def test_a_week_is_told_in_a_few_words(hours, words):
    rows = [BranchHours(weekday=day, opens_at=opens, closes_at=closes) for day, (opens, closes) in hours.items()]

    assert selectors.week_in_words(rows) == words


# Rooms and chairs


def test_a_name_is_taken_within_one_branch_only(actor, branch):
    services.add_room(actor=actor, branch=branch, name="1")
    services.add_room(actor=actor, branch=BranchFactory(), name="1")

    with pytest.raises(NameTaken):
        services.add_room(actor=actor, branch=branch, name="1")


def test_a_room_goes_away_with_its_chairs_and_a_chair_waits_for_its_room(actor, chair):
    services.archive_room(actor=actor, room=chair.room)

    chair.refresh_from_db()
    assert chair.is_archived
    with pytest.raises(PlaceArchived):
        services.restore_chair(actor=actor, chair=chair)
    services.restore_room(actor=actor, room=chair.room)
    assert not services.restore_chair(actor=actor, chair=chair).is_archived


def test_no_chair_is_added_to_a_room_that_was_put_away(actor, chair):
    services.archive_room(actor=actor, room=chair.room)

    with pytest.raises(PlaceArchived):
        services.add_chair(actor=actor, room=chair.room, name="Новое")


def test_renaming_to_a_taken_name_is_refused_and_the_old_one_stays(actor, chair):
    other = ChairFactory(room=chair.room, name="Занято")

    with pytest.raises(NameTaken):
        services.rename_chair(actor=actor, chair=chair, name=other.name)

    assert Chair.objects.get(pk=chair.pk).name == chair.name


def test_rooms_come_with_their_chairs_by_a_fixed_number_of_queries(branch, django_assert_num_queries):
    for number in range(3):
        ChairFactory(room=RoomFactory(branch=branch, name=f"{number}"))

    with django_assert_num_queries(2):
        found = [(room.name, len(room.chairs.all())) for room in selectors.rooms_of(branch)]

    assert found == [("0", 1), ("1", 1), ("2", 1)]
    assert Room.objects.count() == 3

"""A demo clinic loaded late in the evening has a shift that goes on past midnight, and is lived on in it."""

import pytest

from clinic import demo
from core.clock import branch_day_bounds
from schedule.models import WorkShift
from tests.demo.conftest import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("loaded_at", "lived_at"), [("2026-11-23T22:50", "2026-11-24T01:05"), ("2026-11-23T23:40", "2026-11-24T00:10")]
)
def test_the_night_shift_of_the_day_before_is_left_alone(loaded_at, lived_at):
    demo.load("XS", 1, at(loaded_at))
    midnight, _end = branch_day_bounds(at(lived_at).date(), at(lived_at).tzinfo)
    assert WorkShift.objects.filter(starts_at__lt=midnight, ends_at__gt=midnight).exists()

    run = demo.refresh(at(lived_at))

    assert run is not None
    assert WorkShift.objects.filter(starts_at__lte=run.now, ends_at__gt=run.now).exists()

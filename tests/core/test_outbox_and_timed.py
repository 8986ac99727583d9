"""What waits is seen, and the beat's schedule follows the modules."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from core import outbox, timed
from core.models import ModuleState, PublishedFact

pytestmark = pytest.mark.django_db


def test_nothing_waiting_is_no_lag():
    PublishedFact.objects.create(name="x", payload={}, delivered_at=timezone.now())

    assert outbox.lag_seconds() == 0.0


def test_the_oldest_undelivered_fact_is_the_lag():
    PublishedFact.objects.create(name="x", payload={}, published_at=timezone.now() - timedelta(minutes=10))
    PublishedFact.objects.create(name="y", payload={})

    assert 600 <= outbox.lag_seconds() < 620


def test_timed_tasks_follow_their_module(dummy):
    timed.sync_schedule()
    task = PeriodicTask.objects.get(task="tests.dummy.tick")
    assert (task.enabled, task.interval.every) == (True, 60)

    ModuleState.objects.create(code="dummy", is_on=False)
    timed.sync_schedule()

    assert not PeriodicTask.objects.get(task="tests.dummy.tick").enabled


def test_a_persons_own_periodic_task_is_left_alone():
    from django_celery_beat.models import IntervalSchedule

    every = IntervalSchedule.objects.create(every=5, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(name="mine", task="core.sweep_facts", interval=every)

    timed.sync_schedule()

    assert PeriodicTask.objects.filter(name="mine").exists()


def test_tasks_of_the_kernel_are_scheduled_after_migrating():
    assert PeriodicTask.objects.filter(task="core.sweep_facts", enabled=True).exists()

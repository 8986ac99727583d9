"""Facts arrive at least once and never hurt their publisher; vetoes refuse; ports answer."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core import delivery
from core.doorbell import ClinicTask
from core.joints import publish
from core.models import FactDelivery, ModuleState, PublishedFact
from tests.dummy.joints import DummyRefuses, SomethingHappened, before_something, duty, question

pytestmark = pytest.mark.django_db(transaction=True)

FACT = SomethingHappened(thing_id=5)


@pytest.fixture
def silent_broker(monkeypatch):
    """No worker hears the doorbell: what is not delivered in process waits for the sweep."""
    monkeypatch.setattr(ClinicTask, "ring", lambda self, *args: False)


def publish_and_commit(fact=FACT):
    with transaction.atomic():
        publish(fact)


def test_a_fact_outside_a_transaction_is_refused(dummy):
    with pytest.raises(RuntimeError):
        publish(FACT)


def test_a_rolled_back_act_publishes_nothing(dummy, silent_broker):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(FACT)
        raise ZeroDivisionError

    assert not PublishedFact.objects.exists()
    assert dummy.seen == []


def test_quick_receivers_run_right_after_the_commit(dummy, silent_broker):
    publish_and_commit()

    assert dummy.seen == [("quick", FACT)]


def test_the_sweep_delivers_what_nobody_heard(dummy, silent_broker):
    publish_and_commit()

    delivery.sweep()

    assert dummy.seen == [("quick", FACT), ("slow", FACT)]
    assert PublishedFact.objects.get().delivered_at is not None


def test_each_receiver_takes_a_delivered_fact_once(dummy, silent_broker):
    publish_and_commit()

    delivery.sweep()
    delivery.sweep()
    delivery.deliver(PublishedFact.objects.get().pk)

    assert dummy.seen.count(("slow", FACT)) == 1


def test_a_failing_receiver_is_recorded_and_tried_again_later(dummy, silent_broker, caplog):
    dummy.failures.append("broken pipe")
    publish_and_commit()

    delivery.sweep()
    failed = FactDelivery.objects.get(receiver="tests.dummy.joints.receive")
    delivery.sweep()  # too early: the back-off holds

    assert (failed.attempts, failed.error, failed.done_at) == (1, "ValueError: broken pipe", None)
    assert failed.next_try_at > timezone.now()
    assert ("slow", FACT) not in dummy.seen

    FactDelivery.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    delivery.sweep()

    assert ("slow", FACT) in dummy.seen


def test_one_failing_receiver_does_not_stop_the_others(dummy, silent_broker, caplog):
    dummy.failures.append("broken pipe")
    publish_and_commit()

    delivery.sweep()

    assert dummy.seen == [("quick", FACT)]


def test_a_module_that_is_off_receives_nothing(dummy, silent_broker):
    ModuleState.objects.create(code="dummy", is_on=False)

    publish_and_commit()
    delivery.sweep()

    assert dummy.seen == []


def test_a_dead_broker_costs_the_publisher_nothing(dummy, settings, monkeypatch):
    from clinic.celery import app
    from core import doorbell

    monkeypatch.setattr(doorbell, "_silent_until", 0.0)
    with app.connection_for_write("redis://127.0.0.1:1/0") as nowhere:
        monkeypatch.setattr(
            ClinicTask, "apply_async", lambda self, **options: nowhere.ensure_connection(max_retries=1, timeout=1)
        )
        publish_and_commit()

    assert PublishedFact.objects.filter(delivered_at=None).count() == 1


def test_a_veto_refuses_with_its_own_error(dummy):
    before_something.ask(thing_id=12)

    with pytest.raises(DummyRefuses):
        before_something.ask(thing_id=13)


def test_a_veto_of_a_module_that_is_off_is_not_asked(dummy):
    ModuleState.objects.create(code="dummy", is_on=False)

    before_something.ask(thing_id=13)


def test_a_port_is_answered_by_the_module_and_by_the_default_once_it_is_off(dummy):
    assert question.answer(x=21) == 42

    ModuleState.objects.create(code="dummy", is_on=False)

    assert question.answer(x=21) == 0


def test_a_data_duty_is_asked_of_modules_that_are_off(dummy):
    ModuleState.objects.create(code="dummy", is_on=False)

    assert duty.answers() == ["kept"]

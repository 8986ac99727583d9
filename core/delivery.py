"""Delivering published facts to their receivers, at least once."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.module_loading import import_string

from core import modules
from core.actor import Actor
from core.joints import Fact, receivers_of
from core.models import FactDelivery, PublishedFact

logger = logging.getLogger(__name__)

Receiver = TypeVar("Receiver", bound=Callable[[Any], None])

GIVE_UP_AFTER = 12  # attempts; with the back-off below about two days
KEEP_DELIVERED = timedelta(days=30)
RETRIED_AT_ONCE = 500


def deliver(fact_id: int, *, only_quick: bool = False) -> None:
    """Hand one fact to every receiver that has not taken it, each in a transaction of its own.

    A failing receiver is recorded and tried again later; it never stops the others.
    """
    fact_row = PublishedFact.objects.filter(pk=fact_id).first()
    if fact_row is None or fact_row.delivered_at is not None:
        return
    fact_type = Fact.names.get(fact_row.name)
    receivers = list(receivers_of(fact_type)) if fact_type else []
    fact = fact_type(**fact_row.payload) if fact_type else None
    waiting = [name for name in receivers if not _hand_over(fact_row, fact, name, only_quick=only_quick)]
    if not waiting:
        PublishedFact.objects.filter(pk=fact_id).update(delivered_at=timezone.now())


def _hand_over(fact_row: PublishedFact, fact: Fact | None, name: str, *, only_quick: bool) -> bool:
    """True when this receiver is done with the fact (or has been given up on, loudly)."""
    receiver = import_string(name)
    delivery, _ = FactDelivery.objects.get_or_create(fact=fact_row, receiver=name)
    if delivery.done_at or delivery.attempts >= GIVE_UP_AFTER:
        return True
    if (only_quick and not is_quick(receiver)) or delivery.next_try_at > timezone.now():
        return False
    try:
        with transaction.atomic():
            locked = (
                FactDelivery.objects.select_for_update(skip_locked=True).filter(pk=delivery.pk, done_at=None).first()
            )
            if locked is None:
                return False  # another process has it in hand
            receiver(fact)
            FactDelivery.objects.filter(pk=delivery.pk).update(
                done_at=timezone.now(), attempts=delivery.attempts + 1, error=""
            )
    except Exception as error:  # a receiver's bug is recorded and shown, it does not stop the clinic
        logger.exception("receiver %s failed on %s", name, fact_row.name)
        attempts = delivery.attempts + 1
        FactDelivery.objects.filter(pk=delivery.pk).update(
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:2000],
            next_try_at=timezone.now() + timedelta(seconds=min(15 * 2**attempts, 6 * 3600)),
        )
        return attempts >= GIVE_UP_AFTER
    return True


def quick(receiver: Receiver) -> Receiver:
    """Mark a receiver that may run in the publishing process right after the commit: a few milliseconds, no network."""
    receiver.is_quick = True  # type: ignore[attr-defined]
    return receiver


def is_quick(receiver: object) -> bool:
    return getattr(receiver, "is_quick", False)


def sweep(limit: int = 500) -> int:
    """Deliver what was missed (dead worker, dead Redis, waiting retry). Returns how many facts were looked at."""
    overdue = (
        PublishedFact.objects.filter(delivered_at=None).order_by("published_at").values_list("pk", flat=True)[:limit]
    )
    for fact_id in list(overdue):
        deliver(fact_id)
    return len(overdue)


def failing() -> QuerySet[FactDelivery]:
    """Deliveries that failed and are not done; those nobody tries any more, too."""
    return FactDelivery.objects.filter(done_at=None, attempts__gt=0)


def receivers() -> set[str]:
    """Dotted names of every receiver of modules that are on: nobody else takes anything, however often it is retried."""
    listed = (names for module in modules.registry.switched_on() for names in module.listens.values())
    return {name for names in listed for name in ([names] if isinstance(names, str) else names)}


@transaction.atomic
def retry_failing(*, actor: Actor, delivery_ids: Iterable[int] | None = None) -> list[FactDelivery]:
    """Have failed deliveries tried again now, all of them or those named; at most 500 at once. Returns them as they were.

    One that was given up gets one more try. Nothing happens to those that are done, in hand just now, or without a
    receiver in this version.
    """
    actor.require("core.retry_fact")
    chosen = failing().filter(receiver__in=receivers())
    if delivery_ids is not None:
        chosen = chosen.filter(pk__in=list(delivery_ids))
    retried = list(chosen.select_for_update(skip_locked=True).order_by("next_try_at")[:RETRIED_AT_ONCE])
    FactDelivery.objects.filter(pk__in=[delivery.pk for delivery in retried]).update(
        next_try_at=timezone.now(), attempts=Least("attempts", Value(GIVE_UP_AFTER - 1))
    )
    fact_ids = {delivery.fact_id for delivery in retried}
    PublishedFact.objects.filter(pk__in=fact_ids).exclude(delivered_at=None).update(delivered_at=None)
    transaction.on_commit(lambda: _announce_again(fact_ids))
    return retried


def _announce_again(fact_ids: Iterable[int]) -> None:
    from core import tasks  # it imports this file

    for fact_id in sorted(fact_ids):
        if not tasks.deliver_fact.ring(fact_id):
            return  # the sweep finds them


def forget_delivered() -> int:
    """Remove facts delivered long ago. Returns how many."""
    border = timezone.now() - KEEP_DELIVERED
    removed, _ = PublishedFact.objects.filter(delivered_at__lt=border).delete()
    return removed

"""What waits to leave the building or to be delivered, and for how long."""

from django.apps import apps
from django.db.models import Min
from django.utils import timezone

from core.models import OutboxMessage, OutboxState, PublishedFact


def outbox_models() -> list[type[OutboxMessage]]:
    """Every concrete outbox table of the installed apps."""
    return [model for model in apps.get_models() if issubclass(model, OutboxMessage)]


def lag_seconds() -> float:
    """Age of the oldest thing that should have been delivered or sent by now, in seconds; 0 when nothing waits."""
    now = timezone.now()
    oldest = [PublishedFact.objects.filter(delivered_at=None).aggregate(at=Min("published_at"))["at"]]
    oldest += [
        model._default_manager.filter(state=OutboxState.QUEUED, next_try_at__lte=now).aggregate(at=Min("next_try_at"))[
            "at"
        ]
        for model in outbox_models()
    ]
    waiting = [at for at in oldest if at is not None]
    return max((now - min(waiting)).total_seconds(), 0.0) if waiting else 0.0

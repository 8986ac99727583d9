"""Messages inside the program: who gets them, how they are read and taken back."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from core.actor import Actor
from core.models import Notice


def notify(
    *, user_ids: Iterable[int], title: str, body: str = "", url: str = "", subject: str = "", is_urgent: bool = False
) -> None:
    """Write one notice per user; call it inside the act's own transaction."""
    Notice.objects.bulk_create(
        Notice(user_id=user_id, title=title, body=body, url=url, subject=subject, is_urgent=is_urgent)
        for user_id in user_ids
    )


def take_back(*, subject: str) -> None:
    """Remove unread notices about something that was undone."""
    Notice.objects.filter(subject=subject, read_at=None).delete()


def of_actor(actor: Actor) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.filter(user__employee=actor.employee_id).order_by("-id")


def unread_count(actor: Actor) -> int:
    return of_actor(actor).filter(read_at=None).count()


def mark_read(*, actor: Actor, notice_id: int | None = None) -> None:
    """Mark one notice, or all of the person's, as read."""
    unread = of_actor(actor).filter(read_at=None)
    (unread if notice_id is None else unread.filter(pk=notice_id)).order_by().update(read_at=timezone.now())


def live_stamp(*, actor: Actor, argument: str) -> str:
    """Version of the person's unread notices: the newest id and their number, and the newest urgent one for the sound."""
    rows = list(of_actor(actor).filter(read_at=None).values_list("pk", "is_urgent")[:200])
    newest_urgent = next((pk for pk, is_urgent in rows if is_urgent), 0)
    return f"{rows[0][0] if rows else 0}.{len(rows)}.{newest_urgent}"

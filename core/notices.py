"""Messages inside the program: who gets them, how they are read and taken back."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from core import sql
from core.actor import Actor
from core.models import Notice

COUNTED = 200


def notify(
    *,
    user_ids: Iterable[int],
    title: str,
    body: str = "",
    url: str = "",
    subject: str = "",
    is_urgent: bool = False,
    event: str = "",
) -> None:
    """Write one notice per user; call it inside the act's own transaction.

    An urgent one rings with the sound chosen for its ``event`` (``core.sounds.EVENTS``), or for urgent ones in general.
    """
    Notice.objects.bulk_create(
        Notice(user_id=user_id, title=title, body=body, url=url, subject=subject, is_urgent=is_urgent, event=event)
        for user_id in user_ids
    )


def take_back(*, subject: str) -> None:
    """Remove unread notices about something that was undone."""
    Notice.objects.filter(subject=subject, read_at=None).delete()


def of_actor(actor: Actor) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    if actor.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=actor.user_id).order_by("-id")


def unread_count(actor: Actor) -> int:
    """How many of the person's notices are unread, counted up to COUNTED."""
    return _unread(actor)[1]


def mark_read(*, actor: Actor, notice_id: int | None = None) -> None:
    """Mark one notice, or all of the person's, as read."""
    unread = of_actor(actor).filter(read_at=None)
    (unread if notice_id is None else unread.filter(pk=notice_id)).order_by().update(read_at=timezone.now())


def live_stamp(*, actor: Actor, argument: str) -> str:
    """Version of the person's unread notices: the newest id and their number, the newest urgent one and its event for the sound."""
    return "{}.{}.{}.{}".format(*_unread(actor))


# Every open screen asks this every two seconds, so it reads the newest of a partial index and never the whole heap.
_UNREAD = """
SELECT coalesce(max(id), 0), count(*), coalesce(max(id) FILTER (WHERE is_urgent), 0),
  coalesce((array_agg(event ORDER BY id DESC) FILTER (WHERE is_urgent))[1], '')
FROM (SELECT id, is_urgent, event FROM core_notice WHERE user_id = %s AND read_at IS NULL ORDER BY id DESC LIMIT %s) AS newest
"""


def _unread(actor: Actor) -> tuple[int, int, int, str]:
    """The newest unread notice, how many there are (up to COUNTED), the newest urgent one and its event; 0 for none."""
    newest, number, urgent, event = sql.read_one(_UNREAD, (actor.user_id, COUNTED), keep_plan=True) or (0, 0, 0, "")
    return newest, number, urgent, event

"""Who is signed in where. All that is known of a session is kept in the session itself: a request pays nothing for it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.sessions import SessionStore
from organization.browsers import LONGEST, in_words
from organization.models import DeskMember, Employee, Role

ROLE_KEY = "role_id"
SEEN_KEY = "seen_at"
LOCKED_KEY = "is_locked"
OPENED_KEY = "opened_at"
BROWSER_KEY = "browser"
ADDRESS_KEY = "address"
BY_KEY = "opened_by"
BY_PASSWORD, BY_CODE, BY_PIN = "password", "code", "pin"


@dataclass(frozen=True)
class OpenSession:
    """One session as people are shown it. ``handle`` names it on pages; its key, which would open it, stays here."""

    handle: str
    employee: Employee
    role_name: str
    by: str
    browser: str
    address: str
    opened_at: datetime | None
    seen_at: datetime | None
    is_locked: bool
    is_here: bool


def facts_of(request: Any, *, by: str) -> dict[str, Any]:
    """What a session remembers of its beginning."""
    now = int(time.time())
    return {
        SEEN_KEY: now,
        OPENED_KEY: now,
        BY_KEY: by,
        BROWSER_KEY: request.headers.get("User-Agent", "")[:LONGEST],
        ADDRESS_KEY: request.META.get("REMOTE_ADDR", ""),
    }


def handle_of(key: str) -> str:
    """How a page names a session."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def open_sessions(*, here: str | None, user_id: int | None = None) -> list[OpenSession]:
    """Sessions under some role, the last seen first; everybody's or one person's. ``here``: the key of the one who asks."""
    found = [(key, data) for key, data in _alive() if user_id is None or data[SESSION_KEY] == str(user_id)]
    people = {
        employee.user_id: employee for employee in Employee.objects.filter(user__in={d[SESSION_KEY] for _k, d in found})
    }
    roles = dict(Role.objects.filter(pk__in={d.get(ROLE_KEY) for _k, d in found}).values_list("pk", "name"))
    rows = [
        OpenSession(
            handle=handle_of(key),
            employee=people[int(data[SESSION_KEY])],
            role_name=roles.get(data.get(ROLE_KEY), ""),
            by=data.get(BY_KEY, BY_PASSWORD),
            browser=in_words(data.get(BROWSER_KEY, "")),
            address=data.get(ADDRESS_KEY, ""),
            opened_at=_moment(data.get(OPENED_KEY)),
            seen_at=_moment(data.get(SEEN_KEY)),
            is_locked=bool(data.get(LOCKED_KEY)),
            is_here=key == here,
        )
        for key, data in found
        if int(data[SESSION_KEY]) in people
    ]
    start = datetime.min.replace(tzinfo=UTC)
    return sorted(rows, key=lambda row: (row.is_here, row.seen_at or start), reverse=True)


def owner_of(handle: str) -> tuple[str, int] | None:
    """Key and login of the session a page named; None when it is over."""
    return next(((key, int(data[SESSION_KEY])) for key, data in _alive() if handle_of(key) == handle), None)


def end(keys: list[str]) -> int:
    """End sessions: the next request of their browsers is signed out. Returns how many there were."""
    return Session.objects.filter(session_key__in=keys).delete()[0]


def end_of_user(user_id: int, *, but: str | None = None, but_desk: str = "") -> int:
    """End a person's sessions and let no PIN open another one where they were; ``but`` the one session and its desk."""
    DeskMember.objects.filter(user=user_id).exclude(desk=but_desk).delete()
    return end([key for key, data in _alive() if data[SESSION_KEY] == str(user_id) and key != but])


def end_all(*, but: str | None) -> int:
    """End every session of the clinic ``but`` one, those that are only being opened too."""
    DeskMember.objects.all().delete()
    return Session.objects.exclude(session_key=but or "").delete()[0]


def _alive() -> Iterator[tuple[str, dict[str, Any]]]:
    store = SessionStore()
    for key, text in Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_key", "session_data"):
        data = store.decode(text)
        if SESSION_KEY in data:
            yield key, data


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None

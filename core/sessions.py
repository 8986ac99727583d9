"""Django's sessions in PostgreSQL, read by one plain statement: every request pays for it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from core import sql


class SessionStore(DatabaseSessionStore):
    """Named by ``SESSION_ENGINE``; all but the reading is Django's."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and its key forgotten, when it is over or was never there."""
        row = sql.read_one(
            "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
            (self.session_key, timezone.now()),
            keep_plan=True,
        )
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

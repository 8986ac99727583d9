"""Django's sessions in PostgreSQL, read by one plain statement: every request pays for it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from core import sql


class SessionStore(DatabaseSessionStore):
    """Named by ``SESSION_ENGINE``; all but the reading is Django's."""

    is_over = False  # the browser named a session that has ended

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and its key forgotten, when it is over or was never there."""
        row = sql.read_one(
            "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
            (self.session_key, timezone.now()),
            keep_plan=True,
        )
        if row is None:
            self.is_over = True
            self._session_key = None
            return {}
        return self.decode(row[0])


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, but what comes late with a key that was just changed takes nothing from the browser.

    A page's polls are under way while somebody switches role or person, which gives the session a new key. Answering one
    of them with "forget your cookie" would throw the new key away.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        if getattr(session, "is_over", False) and session.is_empty():
            patch_vary_headers(response, ("Cookie",))
            return response
        try:
            return super().process_response(request, response)
        except SessionInterrupted:  # it ended while this answer was made: the answer stands, nothing is remembered
            patch_vary_headers(response, ("Cookie",))
            return response

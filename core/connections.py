"""A connection kept between requests is looked at before it is used, without asking the database."""

import select
from typing import Any

from django.db import connection


def note_living_connection(**_: Any) -> None:
    """At the start of a request: spare the ``SELECT 1`` of CONN_HEALTH_CHECKS while the socket is open and silent.

    A server that went away, was restarted or ended this connection has closed the socket or left a last word in it, so
    there is something to read; then Django asks as usual, and connects anew.
    """
    raw = connection.connection
    if raw is None or raw.closed:
        return
    socket = select.poll()
    socket.register(raw.fileno(), select.POLLIN)
    connection.health_check_done = not socket.poll(0)  # type: ignore[attr-defined]

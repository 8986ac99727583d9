"""Every view declares who may use it; a view that does not is closed. Safe methods may only read.

@require_GET
@requires("patients.view_patient")
def patient_detail(request, patient_id): ...
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
READING_SQL = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW", "DECLARE", "FETCH", "CLOSE", "EXPLAIN")


@dataclass(frozen=True)
class Access:
    """What a view declares: ``public`` (nobody need sign in), ``signed_in`` (any role), or any one of ``codes``."""

    kind: str
    codes: tuple[str, ...] = ()

    def allows(self, request: HttpRequest) -> bool:
        if self.kind == "public":
            return True
        actor = getattr(request, "actor", None)
        if actor is None:
            return False
        return self.kind == "signed_in" or any(actor.can(code) for code in self.codes)

    def __str__(self) -> str:
        return " | ".join(self.codes) if self.codes else self.kind


class WriteWhileReading(RuntimeError):
    """A view answering a safe method tried to change data."""


def declare(view: View, access: Access, *, guard_reads: bool = True) -> View:
    """Attach the declaration to any view, also a foreign one, and hold it to it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.allows(request):
            raise PermissionDenied(str(access))
        if guard_reads and request.method in SAFE_METHODS:
            with reading_only():
                return view(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    guarded.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def requires(*codes: str) -> Callable[[View], View]:
    """The actor needs one of these rights under the role in force."""
    return lambda view: declare(view, Access("permission", codes))


def signed_in(view: View) -> View:
    """Any signed-in person under any role: their own profile, notices, role switch."""
    return declare(view, Access("signed_in"))


def public(view: View) -> View:
    """No sign-in needed: login page, health, static texts. Such a view shows nothing of the clinic."""
    return declare(view, Access("public"), guard_reads=False)


@contextmanager
def reading_only() -> Iterator[None]:
    """Raises: WriteWhileReading on any statement that is not a read."""

    def check(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = sql if isinstance(sql, str) else str(sql)
        if not text.lstrip(" (\n").upper().startswith(READING_SQL):
            raise WriteWhileReading(text[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(check):
        yield

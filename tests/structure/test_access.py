"""Every url × every role against the table kept in the repository. A new url without a row fails; so does a changed answer.

Write the table anew with `WRITE_ACCESS_TABLE=1 pytest tests/structure/test_access.py`, and read the difference before committing.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.access import Access
from core.middleware import declared_access

TABLE = Path(__file__).with_name("access.txt")
ROLES = ("anonymous", "director", "administrator", "doctor")
ENDS_THE_SESSION = {"/logout/", "/role/", "/role/switch/", "/branch/switch/", "/lock/", "/unlock/"}


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the url table with its full route."""

    def walk(patterns, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            else:
                yield route, entry

    yield from walk(get_resolver().url_patterns, "/")


def address_of(route: str) -> str:
    """The route with made-up arguments; nothing has these ids."""
    address = re.sub(r"\(\?P<[a-z_]+>[^)]*\)", "999999", route)
    address = re.sub(r"<int:[a-z_]+>", "999999", address)
    address = re.sub(r"<uuid:[a-z_]+>", "00000000-0000-4000-8000-000000000000", address)
    address = re.sub(r"<[a-z:_]+>", "x", address)
    return address.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")


def answer(client: Client, address: str, methods: tuple[str, ...]) -> str:
    """open, closed (403, 401, sign in) for the first method the view takes."""
    for method in methods:
        response = client.generic(method, address)
        if response.status_code == 405:
            continue
        if response.status_code in {401, 403} or "/login/" in response.headers.get("Location", ""):
            return "closed"
        return "open"
    return "closed"


def methods_of(pattern: URLPattern) -> tuple[str, ...]:
    actions = getattr(pattern.callback, "actions", None)
    # the framework adds HEAD to a viewset when it is first asked
    return tuple(m.upper() for m in actions if m != "head") if actions else ("GET", "POST")


def test_every_view_declares_its_access():
    undeclared = [route for route, pattern in routes() if declared_access(pattern.callback) is None]
    assert undeclared == []


@pytest.mark.django_db
def test_every_url_answers_every_role_as_the_table_says(director, registrar, doctor, client_of):
    people = {"director": director, "administrator": registrar, "doctor": doctor}

    def signed_in() -> dict[str, Client]:
        return {role: client_of(people[role]) if role in people else Client() for role in ROLES}

    lines, clients = [], signed_in()
    for route, pattern in sorted(routes(), key=lambda pair: pair[0]):
        for method in methods_of(pattern) if hasattr(pattern.callback, "actions") else ("",):
            methods = (method,) if method else methods_of(pattern)
            answers = [answer(clients[role], address_of(route), methods) for role in ROLES]
            if route in ENDS_THE_SESSION:
                clients = signed_in()
            access = declared_access(pattern.callback) or Access("none")
            lines.append(f"{method or '*':6} {route} | {access} | {' '.join(answers)}")
    found = f"# method route | declared | {' '.join(ROLES)}\n" + "\n".join(lines) + "\n"
    if os.environ.get("WRITE_ACCESS_TABLE"):
        TABLE.write_text(found, "utf-8")
    assert found.splitlines() == TABLE.read_text("utf-8").splitlines()


def test_every_right_a_view_names_is_declared():
    from core.modules import registry

    known = set(registry.permissions())
    named = {code for _, pattern in routes() for code in (declared_access(pattern.callback) or Access("none")).codes}
    named |= {
        code
        for _, pattern in routes()
        for code in getattr(getattr(pattern.callback, "cls", None), "access", {}).values()
        if code != "signed_in"
    }
    assert named - known == set()

"""A small web server that draws the frame with made-up context: what the browser tests of the frame drive.

It uses the product's own templates and static files, and the product's security header, but no database.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.urls import set_urlconf
from django.utils import translation

from core.actor import Actor

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Item:
    """A line of the rail, a person found, an option: whatever the templates read by attribute."""

    title: str = ""
    url: str = "/"
    icon: str = ""
    counter: int = 0
    is_active: bool = False
    id: int = 0
    hint: str = ""
    tag: str = ""
    pk: int = 0
    name: str = ""
    time_zone: str = "Europe/Moscow"


PEOPLE = [
    Item(id=1, url="/patient/?id=1", title="Воробьёва-Ёлкина Александра Вячеславовна", hint="14.03.1985 · № 004318"),
    Item(id=2, url="/patient/?id=2", title="Воробьёв Сергей Петрович", hint="02.07.1982 · № 004319", tag="долг"),
    Item(id=3, url="/patient/?id=3", title="Иванова Мария Игоревна", hint="30.01.1990 · № 001002"),
]


class SampleForm(forms.Form):
    """One field of every kind the house draws."""

    surname = forms.CharField(label="Фамилия", help_text="Как в паспорте.")
    phone = forms.CharField(label="Телефон", required=False)
    role = forms.ChoiceField(label="Роль", choices=[("a", "Администратор"), ("d", "Врач")])
    sex = forms.ChoiceField(label="Пол", choices=[("m", "мужской"), ("f", "женский")], widget=forms.RadioSelect)
    doctor = forms.ChoiceField(
        label="Врач",
        choices=[("1", "Администратор первый"), ("2", "Врач второй")],
        widget=forms.Select(attrs={"data-picker": True}),
    )
    is_first = forms.BooleanField(label="Первичный", required=False)
    note = forms.CharField(label="Заметка", required=False, widget=forms.Textarea(attrs={"rows": 2}))


@dataclass
class State:
    """What a test sets, and what the server saw."""

    stamps: dict[str, str] = field(default_factory=lambda: {"notices": "0.2.0", "schedule:1": "1.1"})
    role_in_force: str = "1.7"
    is_sound_on: bool = True
    is_locked: bool = False
    is_down: bool = False
    is_signed_in: bool = True
    answer: tuple[int, dict[str, str], str] | None = None
    delay_seconds: float = 0.0
    posts: list[dict[str, Any]] = field(default_factory=list)
    polls: int = 0
    active_polls: int = 0
    polls_unchanged: int = 0


def frame_context(request: HttpRequest, state: State) -> dict[str, Any]:
    """The context every page gets from the context processors."""
    rail = [
        ("Расписание", "calendar-time", 0), ("Пациенты", "users", 0), ("Касса", "cash-register", 3),
        ("Прайс", "list-details", 0), ("CRM", "phone-call", 5), ("Лечение", "dental", 0),
        ("Лаборатория", "flask-2", 0), ("Материалы", "package", 0), ("Отчёты", "chart-histogram", 0),
    ]  # fmt: skip
    return {
        "request": request,
        "csrf_token": "made-up-token",
        "theme": request.COOKIES.get("zubr_theme", "light"),
        "nav_items": [
            Item(title=title, icon=icon, counter=counter, is_active=icon == "users") for title, icon, counter in rail
        ],
        "nav_footer_items": [Item(title="Настройки", icon="settings")],
        "patient_search_url": "/suggest/",
        "book_url": "/booking/",
        "notice_count": 2,
        "role_stamp": "1.7",
        "is_sound_on": state.is_sound_on,
        "current_branch": Item(pk=1, name="Ленинский, 42"),
        "own_branches": [Item(pk=1, name="Ленинский, 42"), Item(pk=2, name="Парковая, 7")],
        "available_roles": [Item(pk=7, name="Администратор"), Item(pk=8, name="Врач")],
        **{f"{name}_url": f"/{name}/" for name in ("branch_switch", "role_switch", "preference", "profile")},
        **{f"{name}_url": f"/{name}/" for name in ("login", "logout", "lock", "unlock")},
        "form": SampleForm({"phone": "+7 916 482-17-05"}, prefix="sample"),
        "options": PEOPLE,
        "more_url": "/booking/",
        "more_title": "Добавить пациента",
    }


class ShellServer:
    """Answers ``/<page>/`` with ``pages/<page>.html`` and plays the frame's own urls."""

    def __init__(self) -> None:
        self.state = State()
        options = {
            "context_processors": [],
            "libraries": {},
            "builtins": [],
        }
        self.engine = DjangoTemplates(
            {
                "NAME": "shell",
                "DIRS": [str(PAGES), *(str(path) for path in settings.TEMPLATES[0]["DIRS"])],
                "APP_DIRS": True,
                "OPTIONS": options,
            }
        )

    def answer(self, request: HttpRequest) -> HttpResponse:
        name = request.path.strip("/") or "patient"
        if request.path.startswith(settings.STATIC_URL):
            return static_file(request.path.removeprefix(settings.STATIC_URL))
        if name == "favicon.ico":
            return HttpResponse(status=404)
        if name == "live":
            return self.live(request)
        if request.method == "POST":
            return self.post(request)
        if name == "suggest":
            return self.suggest(request)
        if self.state.answer and "HX-Request" in request.headers:
            return self.prepared()
        return self.draw(request, f"{name}.html")

    def draw(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        set_urlconf("tests.browser.shell_urls")  # of this thread only
        request.actor = Actor(  # type: ignore[attr-defined]
            employee_id=1, role_id=7, name="Петрова А. П.", role_name="Администратор", branch_id=1
        )
        with translation.override(request.GET.get("lang", "ru")):
            html = self.engine.get_template(template).render({**frame_context(request, self.state), **context})
        return HttpResponse(html)

    def live(self, request: HttpRequest) -> HttpResponse:
        self.state.polls += 1
        self.state.active_polls += "X-Zubr-Active" in request.headers
        if self.state.is_down:
            return HttpResponse(status=503)
        if self.state.is_locked:
            return JsonResponse({"code": "locked"}, status=423)
        if not self.state.is_signed_in:
            return HttpResponse(status=302, headers={"Location": "/login/"})
        watched = request.GET.getlist("watch")
        stamps = {name: value for name, value in self.state.stamps.items() if name in watched}
        headers = {"ETag": f'"{hash(json.dumps(stamps))}"', "X-Zubr-Role": self.state.role_in_force}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            self.state.polls_unchanged += 1
            return HttpResponseNotModified(headers=headers)
        return JsonResponse(stamps, headers=headers)

    def suggest(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "").casefold()
        found = [person for person in PEOPLE if typed in person.title.casefold()]
        return self.draw(request, "core/_options.html", options=found)

    def post(self, request: HttpRequest) -> HttpResponse:
        self.state.posts.append(
            {"path": request.path, "headers": dict(request.headers), "data": dict(parse_qs(request.body.decode()))}
        )
        if self.state.delay_seconds:
            threading.Event().wait(self.state.delay_seconds)
        if request.path == "/unlock/":
            self.state.is_locked = False
            return HttpResponse(status=204, headers={"HX-Trigger": "unlocked"})
        if request.path == "/preference/":
            self.state.is_sound_on = "is_sound_on=0" not in request.body.decode()
        return self.prepared() if self.state.answer else HttpResponse(status=204)

    def prepared(self) -> HttpResponse:
        status, headers, body = self.state.answer  # type: ignore[misc]
        return HttpResponse(body, status=status, headers=headers)


def static_file(path: str) -> HttpResponse:
    found = finders.find(path)
    return FileResponse(open(found, "rb")) if isinstance(found, str) else HttpResponse(status=404)


def security_header() -> str:
    """The product's own policy, so that a page which breaks it breaks here."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def running_shell(port: int = 0) -> Iterator[tuple[str, ShellServer]]:
    """Serve the frame on loopback; gives its address and the server whose state a test may set."""
    shell = ShellServer()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        request = RequestFactory().generic(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            data=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            content_type=environ.get("CONTENT_TYPE", ""),
            QUERY_STRING=environ.get("QUERY_STRING", ""),
            **{name: value for name, value in environ.items() if name.startswith("HTTP_")},
        )
        response = shell.answer(request)
        response.headers["Content-Security-Policy"] = security_header()
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.headers.items()))
        return response

    server = make_server("127.0.0.1", port, application, server_class=ThreadedServer, handler_class=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", shell
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

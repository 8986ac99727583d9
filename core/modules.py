"""The registry of modules: what each app plugs in, and where. There are four joints and no fifth.

An app declares ``module = Module(...)`` in its ``module.py``. Places are shown when a page is rendered, facts are
received after a commit, vetoes are asked inside a transaction, ports answer typed questions (see ``core.joints``).
A module that is off loses all of them at once, in every process; its tables and rows stay.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import import_string

from core.options import Option
from core.places import (  # noqa: F401  who declares a module finds everything here
    PANEL_PLACES,
    AppointmentMark,
    DashboardTile,
    Directory,
    Document,
    FactValue,
    Limit,
    LiveStamp,
    LogKind,
    Mark,
    NavItem,
    NumberSeries,
    Panel,
    Part,
    PatientFact,
    PatientTab,
    Permission,
    Report,
    SettingsPane,
    TimedTask,
    type_of_title,
)

if TYPE_CHECKING:
    from core.actor import Actor
    from core.joints import Fact, Port, Veto

logger = logging.getLogger("core.parts")

FAILED_PART = "core/_failed.html"


@dataclass(frozen=True)
class Module:
    """Everything an app plugs in. ``is_base`` modules cannot be switched off."""

    code: str
    title: type_of_title
    description: type_of_title = ""
    icon: str = "puzzle"
    package: str = ""  # where its code lives, when that is not a top package of the module's code
    is_base: bool = False
    requires: Sequence[str] = ()
    permissions: Sequence[Permission] = ()
    options: Sequence[Option] = ()
    nav: Sequence[NavItem] = ()
    patient_tabs: Sequence[PatientTab] = ()
    panels: Sequence[Panel] = ()
    settings_panes: Sequence[SettingsPane] = ()
    directories: Sequence[Directory] = ()
    number_series: Sequence[NumberSeries] = ()
    reports: Sequence[Report] = ()
    documents: Sequence[Document] = ()
    tiles: Sequence[DashboardTile] = ()
    patient_facts: Sequence[PatientFact] = ()
    appointment_marks: Sequence[AppointmentMark] = ()
    timed_tasks: Sequence[TimedTask] = ()
    live_stamps: Sequence[LiveStamp] = ()
    log_kinds: Sequence[LogKind] = ()
    page_assets: Sequence[str] = ()  # templates of scripts and styles every page's head loads, for what opens anywhere
    listens: Mapping[type[Fact], str | Sequence[str]] = field(default_factory=dict)
    vetoes: Mapping[Veto, str] = field(default_factory=dict)
    ports: Mapping[Port[Any], str] = field(default_factory=dict)


class RegistrationError(Exception):
    """A module's declaration is wrong; raised while the process starts."""


PLACES: dict[str, type] = {
    "permissions": Permission,
    "options": Option,
    "nav": NavItem,
    "patient_tabs": PatientTab,
    "panels": Panel,
    "settings_panes": SettingsPane,
    "directories": Directory,
    "number_series": NumberSeries,
    "reports": Report,
    "documents": Document,
    "tiles": DashboardTile,
    "patient_facts": PatientFact,
    "appointment_marks": AppointmentMark,
    "timed_tasks": TimedTask,
    "live_stamps": LiveStamp,
    "log_kinds": LogKind,
}


class Registry:
    """All modules by code, in the order they were registered."""

    def __init__(self) -> None:
        self._modules: dict[str, Module] = {}
        self._known: dict[Any, Any] = {}  # what was worked out from the declarations, until one comes or goes

    def register(self, module: Module) -> None:
        """Raises: RegistrationError for a wrong type, a double, or a code that two modules claim."""
        if not isinstance(module, Module):
            raise RegistrationError(f"{module!r} is not a Module")
        if module.code in self._modules:
            raise RegistrationError(f"module {module.code!r} is registered twice")
        for place, expected in PLACES.items():
            for entry in getattr(module, place):
                if not isinstance(entry, expected):
                    raise RegistrationError(f"{module.code}.{place}: {entry!r} is not a {expected.__name__}")
        for panel in module.panels:
            if panel.place not in PANEL_PLACES:
                raise RegistrationError(f"{module.code}: unknown panel place {panel.place!r}")
        self._refuse_doubles(module)
        self._modules[module.code] = module
        self._known = {}

    def _refuse_doubles(self, module: Module) -> None:
        for place, key in (
            ("permissions", "code"),
            ("options", "code"),
            ("directories", "code"),
            ("number_series", "code"),
            ("reports", "code"),
            ("documents", "code"),
            ("tiles", "code"),
            ("patient_facts", "code"),
            ("appointment_marks", "code"),
            ("patient_tabs", "code"),
            ("live_stamps", "name"),
            ("log_kinds", "code"),
        ):
            codes = [getattr(entry, key) for entry in getattr(module, place)]
            taken = {getattr(entry, key) for other in self._modules.values() for entry in getattr(other, place)}
            for code in codes:
                if code in taken or codes.count(code) > 1:
                    raise RegistrationError(f"{module.code}.{place}: {code!r} is declared twice")

    def unregister(self, code: str) -> None:
        """Only tests use it, to take the dummy module away again."""
        del self._modules[code]
        self._known = {}

    def get(self, code: str) -> Module | None:
        return self._modules.get(code)

    def all(self) -> list[Module]:
        return list(self._modules.values())

    def switched_on(self) -> list[Module]:
        off = modules_off()
        return [module for module in self._modules.values() if module.code not in off]

    def entries(self, place: str, *, actor: Actor | None = None) -> list[Any]:
        """Entries of one place from modules that are on, by their order, left to what the actor may see."""
        ordered = self._once(("entries", place, modules_off()), lambda: self._ordered(place))
        if actor is None:
            return list(ordered)
        return [entry for entry in ordered if not getattr(entry, "permission", "") or actor.can(entry.permission)]

    def _ordered(self, place: str) -> list[Any]:
        found = (entry for module in self.switched_on() for entry in getattr(module, place))
        return sorted(found, key=lambda entry: getattr(entry, "order", 0))

    def permissions(self) -> Mapping[str, Permission]:
        """Every right of every module, those of switched-off modules too: their grants are kept."""
        return self._once("permissions", lambda: {p.code: p for module in self.all() for p in module.permissions})

    def options(self) -> Mapping[str, Option]:
        """Every option of every module, those of switched-off modules too: their values are kept."""
        return self._once("options", lambda: {o.code: o for module in self.all() for o in module.options})

    def number_series(self) -> Mapping[str, NumberSeries]:
        """Series of numbers of every module: a number given stays readable with its module off."""
        return self._once("number_series", lambda: {n.code: n for module in self.all() for n in module.number_series})

    def permission_codes(self) -> frozenset[str]:
        return self._once("permission_codes", lambda: frozenset(self.permissions()))

    def page_assets(self) -> tuple[str, ...]:
        """Templates every page's head includes for modules that are on."""
        return self._once(
            ("page_assets", modules_off()),
            lambda: tuple(name for module in self.switched_on() for name in module.page_assets),
        )

    def module_of(self, dotted: str) -> str:
        """Code of the module a piece of code or a right belongs to."""
        return self._once(("module_of", dotted), lambda: self._module_of(dotted))

    def _module_of(self, dotted: str) -> str:
        for module in self._modules.values():
            if module.package and (dotted == module.package or dotted.startswith(f"{module.package}.")):
                return module.code
        return dotted.split(".", 1)[0]

    def with_dependants(self, off: frozenset[str]) -> frozenset[str]:
        """The given codes and those of modules that require one of them."""
        return self._once(("off", off), lambda: self._with_dependants(off))

    def _with_dependants(self, off: frozenset[str]) -> frozenset[str]:
        while True:
            more = {m.code for m in self.all() if m.code not in off and not m.is_base and off & set(m.requires)}
            if not more:
                return off
            off |= more

    def _once(self, key: Any, work_out: Callable[[], Any]) -> Any:
        known = self._known
        if key not in known:
            known[key] = work_out()
        return known[key]


registry = Registry()


def load() -> None:
    """Register every installed app's ``module.py``; called once when the process starts."""
    for config in apps.get_app_configs():
        if importlib.util.find_spec(f"{config.name}.module") is None:
            continue
        declaration = importlib.import_module(f"{config.name}.module").module
        if registry.get(declaration.code) is None:
            registry.register(declaration)


_UNREAD: frozenset[str] = frozenset({"not read yet"})
_off: ContextVar[frozenset[str] | None] = ContextVar("modules_off", default=None)


def modules_off() -> frozenset[str]:
    """Codes of modules that are switched off, counting those whose required module is off.

    Read from the database once per request or task, so a switch acts at once in every process.
    """
    known = _off.get()
    if known is None:
        return _read_modules_off()
    return remember_switches(_switched_off()) if known is _UNREAD else known


def remember_switches(off: Iterable[str]) -> frozenset[str]:
    """Take the switches that came along with another statement; they hold until the request or task ends."""
    every = registry.with_dependants(frozenset(off))
    if _off.get() is not None:
        _off.set(every)
    return every


def _read_modules_off() -> frozenset[str]:
    return registry.with_dependants(frozenset(_switched_off()))


def _switched_off() -> Iterable[str]:
    from core.models import ModuleState  # models load after this file

    return ModuleState.objects.filter(is_on=False).values_list("code", flat=True)


def is_on(code: str) -> bool:
    return code not in modules_off()


class remembered_state:
    """Context manager: the switches are read once and hold until the end of the request or task.

    ``when_asked``: not read on entering, but by whoever asks first.
    """

    def __init__(self, *, when_asked: bool = False) -> None:
        self._when_asked = when_asked

    def __enter__(self) -> None:
        self._token = _off.set(_UNREAD if self._when_asked else _read_modules_off())

    def __exit__(self, *_: object) -> None:
        _off.reset(self._token)


def forget_state() -> None:
    """After a switch inside a request: what follows in the same request sees it."""
    if _off.get() is not None:
        _off.set(_read_modules_off())


def module_of(dotted: str) -> str:
    """Code of the module a piece of code or a right belongs to."""
    return registry.module_of(dotted)


def each_part(entries: Iterable[Any], **subject: Any) -> Iterator[tuple[Any, Part]]:
    """Ask each panel or tile for its part; those with nothing to show are left out.

    One that fails, whatever the reason, answers with a card that says so: no module's mistake takes the page away.
    """
    for entry in entries:
        try:
            part: Part | None = import_string(entry.render)(**subject)
        except Exception:
            logger.exception("the part %s could not be made", entry.render)
            part = Part(FAILED_PART, {})
        if part is not None:
            yield entry, part

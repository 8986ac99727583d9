"""The settings pages that are drawn from declarations of options, and what the search over all settings looks through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import modules, options
from core.actor import Actor
from core.addresses import address
from core.clock import format_date
from core.modules import SettingsPane
from core.names import normalise
from core.options import Kind, Option
from organization.models import Role
from organization.panes import PAGES


def has_security(actor: Actor) -> bool:
    return bool(options_of("security"))


def options_of(page: str) -> list[Option]:
    """Options of one page in their order; those of modules that are off are not offered."""
    return [option for option in modules.registry.entries("options") if option.page == page]


def in_words(option: Option, value: Any) -> str:
    """A value as people read it."""
    titles = {code: str(title) for code, title in option.choices}
    match option.kind:
        case Kind.SWITCH:
            words = _("yes") if value else _("no")
        case Kind.CHOICE | Kind.SOUND:
            words = " ".join(filter(None, (titles.get(value, str(value)), str(option.unit))))
        case Kind.DATE:
            words = format_date(date.fromisoformat(value)) if value else ""
        case Kind.SEVERAL:
            words = ", ".join(titles.get(entry, entry) for entry in value)
        case Kind.BY_ROLE:
            words = _by_role_in_words(value, titles)
        case Kind.PICTURE:
            words = _("own picture") if value else ""
        case _:
            words = f"{value} {option.unit}" if option.unit else str(value)
    return words or pgettext("setting", "nothing")


def _by_role_in_words(value: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> str:
    names = {str(pk): name for pk, name in Role.objects.values_list("pk", "name")}
    return "; ".join(
        f"{names.get(role, role)}: {', '.join(titles.get(entry, entry) for entry in entries)}"
        for role, entries in sorted(value.items(), key=lambda pair: names.get(pair[0], pair[0]))
        if entries
    )


def title_of(code: str) -> Any:
    """The name of an option; the code of one that no module declares any more."""
    option = modules.registry.options().get(code)
    return option.title if option else code


def row_in_words(row: Mapping[str, Any]) -> str:
    """The value of a row of ``OptionValue``, or of its history."""
    option = modules.registry.options().get(row["code"])
    value = row["value"]
    return in_words(option, value) if option is not None and option.accepts(value) else str(value)


def supplied_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What holds while the option has no row."""
    option = modules.registry.options().get(row["code"])
    return {**row, "value": option.default} if option is not None else {}


@dataclass(frozen=True)
class Found:
    """A setting the search found, with the page it stands on."""

    title: str
    text: str
    page: str
    url: str
    icon: str


def found_settings(actor: Actor, typed: str) -> list[Found]:
    """Settings in whose words every typed word occurs: single options first, then whole pages."""
    words = normalise(typed).split()
    if not words:
        return []
    return [found for found, text in _everything(actor) if all(word in text for word in words)]


def _everything(actor: Actor) -> Iterable[tuple[Found, str]]:
    panes = shown_panes(actor)
    reachable = {pane.route for pane in panes}
    for page in PAGES.values():
        for option in options_of(page.code) if page.route in reachable else ():
            found = Found(
                title=str(option.title),
                text=str(option.effect),
                page=str(page.title),
                url=f"{address(page.route)}#{anchor(option.code)}",
                icon=page.icon,
            )
            parts = (option.title, option.effect, option.where, option.section, page.title)
            yield found, normalise(" ".join(str(part) for part in parts))
    for pane in panes:
        note = str(pane.note)
        yield (
            Found(title=str(pane.title), text=note, page="", url=address(pane.route), icon=pane.icon),
            normalise(f"{pane.title} {note}"),
        )


def shown_panes(actor: Actor) -> list[SettingsPane]:
    """Panes of every module that is on, left to what the role may see and what there is something to see in."""
    entries: list[SettingsPane] = modules.registry.entries("settings_panes", actor=actor)
    return [pane for pane in entries if not pane.shown or import_string(pane.shown)(actor)]


def anchor(code: str) -> str:
    """The part of the page that holds an option."""
    return f"option-{field_name(code)}"


def field_name(code: str) -> str:
    """An option's name in a form: letters a selector takes as they are."""
    return code.replace(".", "-")


def values_of(declared: Iterable[Option]) -> dict[str, Any]:
    """The value in force of each option, by code."""
    return {option.code: options.value(option.code) for option in declared}

"""What the frame shows about the person, and where its menus send."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.actor import Actor
from core.addresses import address
from organization import security
from organization.appearance import clinic_name, logo_url
from organization.option_pages import shown_panes

ROUTES = {
    "branch_switch_url": "branch_switch",
    "role_switch_url": "role_switch",
    "preference_url": "preference_change",
    "profile_url": "profile",
    "login_url": "login",
    "logout_url": "logout",
    "lock_url": "lock",
    "unlock_url": "unlock",
    "view_as_exit_url": "view_as_end",
}

LOOKS = {"logo_url": logo_url, "clinic_name": clinic_name}


def _or_none(read: Callable[[], str]) -> str:
    """The page that tells of an error draws itself with the program's own sign when the database is why."""
    try:
        return read()
    except DatabaseError:
        return ""


def person(request: HttpRequest) -> dict[str, Any]:
    """Names of the frame alone: a page calls its own record ``branch`` without changing the header."""
    urls = {name: address(f"organization:{route}") for name, route in ROUTES.items()}
    looks = {name: SimpleLazyObject(partial(_or_none, read)) for name, read in LOOKS.items()}
    known = getattr(request, "signed_in", None)
    if known is None:
        is_dark = request.COOKIES.get("zubr_theme") == "dark"
        return {"actor": None, "theme": "dark" if is_dark else "light", **looks, **urls}
    return {
        "actor": known.actor,
        "current_branch": known.branch,
        "own_branches": known.branches,
        "available_roles": known.roles,
        "desk_url": address("organization:desk") if security.is_pin_switching_on() else "",
        "view_as": whose_eyes(known.actor),
        "role_stamp": request.role_stamp,  # type: ignore[attr-defined]
        "theme": known.user.theme,
        "is_sound_on": known.user.is_sound_on,
        "settings_items": SimpleLazyObject(lambda: settings_items(request)),  # drawn by settings pages alone
        **looks,
        **urls,
    }


def whose_eyes(actor: Actor) -> str:
    """«Doctor, Belova I. S.» while somebody else looks through these eyes."""
    return "" if actor.viewer is None else f"{actor.role_name}, {actor.name}"


@dataclass(frozen=True)
class SettingsItem:
    title: str
    url: str
    icon: str
    is_active: bool
    note: str


def settings_items(request: HttpRequest) -> list[SettingsItem]:
    """The settings' own navigation: panes of every module that is on, left to what the role may see."""
    panes = shown_panes(request.actor)  # type: ignore[attr-defined]
    urls = [address(pane.route) for pane in panes]
    here = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    return [
        SettingsItem(pane.title, url, pane.icon, url == here, pane.note) for pane, url in zip(panes, urls, strict=True)
    ]

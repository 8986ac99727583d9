"""What the frame shows about the person."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import modules


def person(request: HttpRequest) -> dict[str, Any]:
    known = getattr(request, "signed_in", None)
    if known is None:
        is_dark = request.COOKIES.get("zubr_theme") == "dark"
        return {"actor": None, "theme": "dark" if is_dark else "light"}
    return {
        "actor": known.actor,
        "branch": known.branch,
        "available_branches": known.branches,
        "available_roles": known.roles,
        "role_stamp": request.role_stamp,  # type: ignore[attr-defined]
        "theme": request.user.theme,  # type: ignore[union-attr]
        "is_sound_on": request.user.is_sound_on,  # type: ignore[union-attr]
        "settings_panes": SimpleLazyObject(
            lambda: modules.registry.entries("settings_panes", actor=known.actor)  # drawn by settings pages alone
        ),
    }

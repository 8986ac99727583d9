"""What the frame shows about the person."""

from typing import Any

from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, Any]:
    known = getattr(request, "signed_in", None)
    if known is None:
        return {"actor": None}
    return {
        "actor": known.actor,
        "branch": known.branch,
        "available_branches": known.branches,
        "available_roles": known.roles,
        "role_stamp": f"{request.user.pk}.{known.actor.role_id}",
        "theme": request.user.theme,
        "is_sound_on": request.user.is_sound_on,
    }

"""Live pages: one cheap url answers the versions of what is on the screen, 304 while nothing changed."""

import hashlib
import json

from django.utils.module_loading import import_string

from core import modules
from core.actor import Actor


def stamps(*, actor: Actor, watched: list[str]) -> dict[str, str]:
    """Versions by watched name, for example ``schedule:1:2026-11-23`` -> ``"812.32"``; unknown or denied ones are left out."""
    known = {entry.name: entry for entry in modules.registry.entries("live_stamps", actor=actor)}
    answer: dict[str, str] = {}
    for full_name in watched[:12]:
        name, _, argument = full_name.partition(":")
        if name in known:
            answer[full_name] = import_string(known[name].answer)(actor=actor, argument=argument)
    return answer


def etag(versions: dict[str, str]) -> str:
    digest = hashlib.blake2b(json.dumps(versions, sort_keys=True).encode(), digest_size=12)
    return f'"{digest.hexdigest()}"'

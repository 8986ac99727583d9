"""What the program rings with: which sound for which event, how loud. The sounds themselves are in static/core/js/sound.js."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import options
from core.options import Kind, Option

SILENCE = "silence"
SOUNDS = (
    ("two_tones", pgettext_lazy("sound", "Two tones")),
    ("bell", pgettext_lazy("sound", "Bell")),
    ("drops", pgettext_lazy("sound", "Drops")),
    ("knock", pgettext_lazy("sound", "Knock")),
    (SILENCE, pgettext_lazy("sound", "Silence")),
)
URGENT = "urgent"  # what rings when an event has no sound of its own
EVENTS = ("arrived", "ready", URGENT)
_SECTION = _("Sounds")
_WHERE = _("Every page that is open, for people who have the sound on in the header")


def _sound(event: str, title: Any, effect: Any, default: str, order: int) -> Option:
    return Option(
        f"core.sound_{event}",
        title,
        effect,
        Kind.SOUND,
        default,
        page="notices",
        order=order,
        section=_SECTION,
        where=_WHERE,
        choices=SOUNDS,
    )


OPTIONS = [
    _sound(
        "arrived", _("A patient came"), _("Rings for the doctor when the front desk marks an arrival."), "two_tones", 10
    ),
    _sound(
        "ready",
        _("A patient is ready"),
        _("Rings for the doctor when the patient may be invited to the chair."),
        "two_tones",
        20,
    ),
    _sound(
        URGENT,
        _("Any other urgent notice"),
        _("Rings for whoever an urgent notice is for, such as a backup that failed."),
        "two_tones",
        30,
    ),
    Option(
        "core.sound_volume",
        _("Volume"),
        _("How loud all these sounds are, beside the volume of the PC itself."),
        Kind.WHOLE,
        default=50,
        page="notices",
        order=40,
        section=_SECTION,
        where=_WHERE,
        unit="%",
        least=10,
        most=100,
    ),
]


@dataclass(frozen=True)
class Sounding:
    """The sound of each event, and the volume in per cent; what the page's script rings with."""

    sounds: tuple[tuple[str, str], ...]
    volume: int


def chosen() -> Sounding:
    """What the clinic chose."""
    sounds = tuple((event, options.value(f"core.sound_{event}")) for event in EVENTS)
    return Sounding(sounds, options.value("core.sound_volume"))

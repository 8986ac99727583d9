"""Which settings pages are drawn from declarations of options, and their places among the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules import SettingsPane

RIGHT = "organization.change_options"


@dataclass(frozen=True)
class Page:
    """One page of options: where it is, and what it says of itself."""

    code: str
    title: Any
    note: Any
    icon: str
    order: int

    @property
    def route(self) -> str:
        return f"organization:options_{self.code}"


PAGES = {
    page.code: page
    for page in (
        Page(
            "rules",
            _("Rules and thresholds"),
            _("From how many minutes or days on something counts."),
            "adjustments-horizontal",
            42,
        ),
        Page(
            "numbering",
            _("Numbering"),
            _("How numbers of cards and documents are written, and where they go on from."),
            "number",
            43,
        ),
        Page(
            "required",
            _("Mandatory fields"),
            _("Without what a role cannot save a patient's card."),
            "checkbox",
            44,
        ),
        Page(
            "notices",
            _("Notices and sound"),
            _("What rings, and how."),
            "bell",
            45,
        ),
        Page(
            "appearance",
            _("Appearance"),
            _("The clinic's name and logo."),
            "photo",
            46,
        ),
        Page(
            "security",
            _("Security"),
            _("Passwords, the lock of a screen left alone, sign-ins."),
            "shield-lock",
            47,
        ),
    )
}
PANES = [
    SettingsPane(
        page.title,
        page.route,
        page.icon,
        RIGHT,
        page.order,
        shown="organization.option_pages.has_security" if page.code == "security" else "",
        note=page.note,
    )
    for page in PAGES.values()
]

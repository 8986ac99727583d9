"""What a browser calls itself, in words a person knows."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# The order matters: nearly every browser also calls itself Chrome or Safari.
BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
SYSTEMS = (
    ("Windows NT 10", "Windows 10/11"),
    ("Windows NT 6.3", "Windows 8.1"),
    ("Windows NT 6.2", "Windows 8"),
    ("Windows NT 6.1", "Windows 7"),
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 300  # letters kept of what a browser calls itself


def in_words(agent: str) -> str:
    """«Chrome 109, Windows 7»; an unknown one is said to be unknown."""
    browser = ""
    for mark, name in BROWSERS:
        found = re.search(rf"{mark}/(\d+)", agent)
        if found:
            browser = f"{name} {found[1]}"
            break
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("An unknown browser")

"""Options of the installation: when a backup is made, and how many are kept. The server's own settings are the defaults."""

from datetime import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import options
from core.options import Kind, Option

HOUR, DAILY, WEEKLY, MONTHLY = (
    "clinic.backup_hour",
    "clinic.backup_keep_daily",
    "clinic.backup_keep_weekly",
    "clinic.backup_keep_monthly",
)
AS_THE_SERVER = ""
_SECTION, _WHERE = _("Backups"), _("Settings: system")


def _kept(code: str, title: Any, unit: Any, default: int, order: int) -> Option:
    return Option(
        code,
        title,
        _("Older nightly backups are removed; the newest one that was proved good always stays."),
        Kind.WHOLE,
        default=default,
        page="rules",
        order=order,
        section=_SECTION,
        unit=unit,
        where=_WHERE,
        least=0,
        most=400,
    )


OPTIONS = [
    Option(
        HOUR,
        _("The nightly backup is made at"),
        _("By the clock of the first branch. Where the server's settings switch backups off, they stay off."),
        Kind.CHOICE,
        default=AS_THE_SERVER,
        page="rules",
        order=310,
        section=_SECTION,
        where=_WHERE,
        choices=[
            (AS_THE_SERVER, _("as the server's settings say")),
            *((str(hour), f"{hour:02d}:00") for hour in range(24)),
        ],
    ),
    _kept(DAILY, _("Daily backups kept"), pgettext_lazy("unit", "days"), settings.BACKUP_KEEP_DAILY, 320),
    _kept(WEEKLY, _("Weekly backups kept"), pgettext_lazy("unit", "weeks"), settings.BACKUP_KEEP_WEEKLY, 330),
    _kept(MONTHLY, _("Monthly backups kept"), pgettext_lazy("unit", "months"), settings.BACKUP_KEEP_MONTHLY, 340),
]


def backup_time() -> time | None:
    """When the nightly backup is due; None where the server's settings switch it off."""
    hour: str = options.value(HOUR)
    return time(int(hour)) if hour and settings.BACKUP_AT is not None else settings.BACKUP_AT

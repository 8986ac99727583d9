"""Times of the schedule as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock

register = template.Library()


@register.simple_tag
def minutes_since(moment: datetime | None, now: datetime, warn_minutes: int, late_minutes: int) -> SafeString:
    """«18 мин», amber and red over the thresholds; a script counts on from it."""
    if moment is None:
        return format_html("{}", clock.ABSENT)
    minutes = max(0, int((now - moment).total_seconds() // 60))
    tone = "z-danger-ink" if minutes >= late_minutes else "z-warn-ink" if minutes >= warn_minutes else "z-muted"
    return format_html('<span class="{}">{}</span>', tone, _("%(minutes)s min") % {"minutes": minutes})


@register.simple_tag
def moment_in(moment: datetime, zone: ZoneInfo) -> str:
    """«Пн 23.11.2026 09:00» by a branch's clock, which may not be the page's."""
    return f"{clock.format_weekday(clock.localdate(zone, moment))} {clock.format_time(moment, zone)}"


@register.simple_tag
def time_in(moment: datetime | None, zone: ZoneInfo) -> str:
    return clock.format_time(moment, zone)

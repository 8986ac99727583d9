"""Days of branches as moments: each branch by its own clock."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q

from core import clock
from organization.models import Branch


def on_days(branches: Collection[Branch], since: date, until: date, field: str = "starts_at") -> Q:
    """Rows of these branches whose moment falls on the days [since, until) there; one condition for each time zone."""
    by_zone: dict[str, list[int]] = defaultdict(list)
    for branch in branches:
        by_zone[branch.time_zone].append(branch.pk)
    found = Q(pk__in=[])
    zones = {branch.time_zone: branch.zone for branch in branches}
    for name, ids in by_zone.items():
        bounds = {
            f"{field}__gte": clock.branch_day_bounds(since, zones[name])[0],
            f"{field}__lt": clock.branch_day_bounds(until, zones[name])[0],
        }
        found |= Q(branch_id__in=ids, **bounds)
    return found

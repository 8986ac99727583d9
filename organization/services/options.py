"""The clinic's options, and where its series of numbers go on from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import counters, modules, numbering, options
from core.actor import Actor
from core.joints import publish
from core.locks import lock_in_order
from core.models import NumberStart, OptionValue
from organization.errors import NumberGiven, NumberTooLarge, OptionRefused, OptionsChangedByOther, SeriesUnknown
from organization.facts import OptionsChanged

RIGHT = "organization.change_options"
LOCK_OPTIONS = 401  # class of the advisory lock: an option as supplied has no row that could be locked


@transaction.atomic
def change_options(*, actor: Actor, values: Mapping[str, Any], was: Mapping[str, Any]) -> list[str]:
    """Keep what differs from ``was``, the values the page was opened with; answers the codes that are different now.

    What the actor left alone stays as it is, even if somebody changed it meanwhile. A value equal to the supplied one is
    kept by having no row, so the option follows the supplied value again.

    Raises: OptionRefused for an unknown option or a value it may not have; OptionsChangedByOther when somebody else
    changed one of the edited options meanwhile to something else, with what they chose.
    """
    actor.require(RIGHT)
    declared = modules.registry.options()
    edited = {code: value for code, value in values.items() if code not in was or was[code] != value}
    for code, value in edited.items():
        if code not in declared or not declared[code].accepts(value):
            raise OptionRefused(option=code)
    lock_in_order([(LOCK_OPTIONS, 0)])
    rows = dict(OptionValue.objects.filter(code__in=edited).values_list("code", "value"))
    now = {code: rows.get(code, declared[code].default) for code in edited}
    theirs = {code: now[code] for code in edited if code in was and now[code] not in (was[code], edited[code])}
    if theirs:
        raise OptionsChangedByOther(theirs=theirs, yours={code: edited[code] for code in theirs})
    changed = sorted(code for code in edited if now[code] != edited[code])
    for code in changed:
        if edited[code] == declared[code].default:
            OptionValue.objects.filter(code=code).delete()
        else:
            OptionValue.objects.update_or_create(code=code, defaults={"value": edited[code]})
    if changed:
        options.forget()
        publish(OptionsChanged(codes=tuple(changed), actor_id=actor.pk))
    return changed


@transaction.atomic
def set_next_number(*, actor: Actor, series: str, number: int) -> NumberStart:
    """Let a series go on from this number. It may be raised over what was given, never lowered; earlier ones stay unused.

    Raises: SeriesUnknown; NumberGiven when this number, or a later one, was given already; NumberTooLarge.
    """
    actor.require(RIGHT)
    known = {
        name for entry in modules.registry.number_series().values() for name in entry.series(today=timezone.localdate())
    }
    if series not in known:
        raise SeriesUnknown
    if number > numbering.LARGEST:
        raise NumberTooLarge(most=numbering.LARGEST)
    if number < 1 or not counters.go_on_from(series, number):
        raise NumberGiven(next=counters.next_numbers([series])[series])
    start, _is_new = NumberStart.objects.update_or_create(series=series, defaults={"next_number": number})
    return start

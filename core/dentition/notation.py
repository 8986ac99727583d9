"""How teeth and surfaces are typed and printed: "36, 11-13", "МОД", and "36:MO,37" between chart and server."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from core.dentition.errors import SurfaceNotOnTooth, UnclearToothRange, UnknownSurface
from core.dentition.surfaces import PRINTED_ORDER, TYPED_LETTERS, Surface, surface_letter, surfaces_of
from core.dentition.teeth import ARCHES, Tooth, in_chart_order

ToothSelection = dict[Tooth, tuple[Surface, ...]]

_DASH = re.compile(r"\s*[-–—−]\s*")
_SEPARATOR = re.compile(r"[\s,;]+")
_SURFACE_SEPARATOR = re.compile(r"[\s,;.\-]+")
_ARCH_OF = {tooth: arch for arch in ARCHES for tooth in arch}
SHORTEST_RANGE = 3  # two neighbours are printed "11, 12"


def parse_teeth(text: str) -> list[Tooth]:
    """The teeth of "36, 11-13; 7.5", in the order they were typed, without repeats.

    A range runs along the row and may cross the midline: "42-32" is 42, 41, 31, 32. A supernumerary tooth is
    typed with s or с: "11s".

    Raises: UnknownTooth, UnclearToothRange.
    """
    found: dict[Tooth, None] = {}
    for part in _SEPARATOR.split(_DASH.sub("-", text.strip())):
        if part:
            found.update(dict.fromkeys(_teeth_of_part(part)))
    return list(found)


def _teeth_of_part(part: str) -> list[Tooth]:
    first, dash, last = part.partition("-")
    if not dash:
        return [_typed_tooth(part)]
    return _range(_typed_tooth(first), _typed_tooth(last), part)


def _typed_tooth(text: str) -> Tooth:
    return Tooth(text.lower().replace("с", "s"))


def _range(first: Tooth, last: Tooth, typed: str) -> list[Tooth]:
    arch = _ARCH_OF.get(first)
    if arch is None or _ARCH_OF.get(last) is not arch:
        raise UnclearToothRange(typed=typed)
    start, end = arch.index(first), arch.index(last)
    return list(arch[start : end + 1]) if start <= end else list(reversed(arch[end : start + 1]))


def format_teeth(teeth: Iterable[str]) -> str:
    """The teeth in the chart's order with runs joined: "11–13, 36"; parse_teeth reads it back."""
    printed: list[str] = []
    for run in _runs(in_chart_order(teeth)):
        printed.extend([_format_range(run)] if len(run) >= SHORTEST_RANGE else run)
    return ", ".join(printed)


def _format_range(run: list[Tooth]) -> str:
    """Within a quadrant people count from the midline, across it from the patient's right."""
    ends = [run[0], run[-1]]
    if run[0].quadrant == run[-1].quadrant:
        ends.sort()
    return "–".join(ends)


def _runs(teeth: list[Tooth]) -> list[list[Tooth]]:
    """Neighbours in a row grouped together; a supernumerary tooth always stands alone."""
    runs: list[list[Tooth]] = []
    for tooth in teeth:
        before = runs[-1][-1] if runs else None
        if before is not None and _are_neighbours(before, tooth):
            runs[-1].append(tooth)
        else:
            runs.append([tooth])
    return runs


def _are_neighbours(left: Tooth, right: Tooth) -> bool:
    arch = _ARCH_OF.get(left)
    return arch is not None and right in arch and arch.index(right) == arch.index(left) + 1


def parse_surfaces(text: str, tooth: Tooth | None = None) -> tuple[Surface, ...]:
    """The surfaces of "МОД", "mod" or "М, О" in the printed order, checked against the tooth when it is given.

    Raises: UnknownSurface, SurfaceNotOnTooth.
    """
    found: set[Surface] = set()
    for letter in _SURFACE_SEPARATOR.sub("", text).upper():
        surface = TYPED_LETTERS.get(letter)
        if surface is None:
            raise UnknownSurface(typed=letter, letters=_letters(tuple(Surface), tooth))
        if tooth is not None and surface not in surfaces_of(tooth):
            raise SurfaceNotOnTooth(
                tooth=tooth, surface=surface_letter(surface, tooth), letters=_letters(surfaces_of(tooth), tooth)
            )
        found.add(surface)
    return _in_printed_order(found)


def _letters(surfaces: Iterable[Surface], tooth: Tooth | None) -> str:
    return ", ".join(surface_letter(surface, tooth) for surface in surfaces)


def _in_printed_order(surfaces: Iterable[str]) -> tuple[Surface, ...]:
    return tuple(sorted({Surface(surface) for surface in surfaces}, key=PRINTED_ORDER.__getitem__))


def format_surfaces(surfaces: Iterable[str], tooth: Tooth | None = None) -> str:
    """The surfaces as the clinic prints them, in the language of the screen: "МОД"."""
    return "".join(surface_letter(surface, tooth) for surface in _in_printed_order(surfaces))


def parse_selection(text: str) -> ToothSelection:
    """Teeth with their surfaces as the chart sends them and rows store them: "36:MO,37:O,11".

    Raises: UnknownTooth, UnknownSurface, SurfaceNotOnTooth.
    """
    found: ToothSelection = {}
    for part in filter(None, _SEPARATOR.split(text.strip())):
        code, _, surfaces = part.partition(":")
        tooth = Tooth(code)
        found[tooth] = _in_printed_order((*found.get(tooth, ()), *parse_surfaces(surfaces, tooth)))
    return {tooth: found[tooth] for tooth in in_chart_order(found)}


def format_selection(selection: Mapping[Tooth, Iterable[str]]) -> str:
    """The opposite of parse_selection."""
    parts = []
    for tooth in in_chart_order(selection):
        surfaces = "".join(_in_printed_order(selection[tooth]))
        parts.append(f"{tooth}:{surfaces}" if surfaces else str(tooth))
    return ",".join(parts)


def describe_selection(selection: Mapping[Tooth, Iterable[str]]) -> str:
    """The selection for people: "36 МО, 11–13"; neighbours with the same surfaces are joined."""
    by_surfaces = groupby(in_chart_order(selection), key=lambda tooth: format_surfaces(selection[tooth], tooth))
    return ", ".join(f"{format_teeth(teeth)} {surfaces}".strip() for surfaces, teeth in by_surfaces)

"""Numbers people see: drawn whole and without gaps by ``core.counters``, written the way the clinic chose."""

from __future__ import annotations

import re
from string import Formatter

from core import modules, options

FORMATTER = Formatter()
LARGEST = 999_999_999  # columns of numbers are four bytes wide


def number_text(code: str, number: int | None, *, year: int | None = None) -> str:
    """A number of the series as it is written: «004318», «2026/117», «К-2026-00117»; "" for none."""
    if number is None:
        return ""
    series = series_of(code)
    return written(options.value(series.form), number, digits=options.value(series.digits), year=year)


def written(form: str, number: int, *, digits: int, year: int | None = None) -> str:
    """``form`` is one that ``Kind.PATTERN`` accepts; ``{yy}`` is the year's last two figures."""
    return form.format(
        number=f"{number:0{digits}d}", year=year or "", yy=f"{year % 100:02d}" if year is not None else ""
    )


def series_of(code: str) -> modules.NumberSeries:
    """Raises: KeyError for a series nobody declared."""
    return modules.registry.number_series()[code]


def number_in(code: str, typed: str) -> dict[str, int] | None:
    """The number, and the year when it is told, of text written as the clinic writes it; None when it is not so written."""
    form: str = options.value(series_of(code).form)
    pattern = "".join(
        re.escape(text) + (f"(?P<{name}>[0-9]{{1,9}})" if name else "")
        for text, name, _layout, _how in FORMATTER.parse(form)
    )
    found = re.fullmatch(pattern, typed.strip(), re.IGNORECASE)
    if found is None:
        return None
    known = {name: int(digits) for name, digits in found.groupdict().items()}
    if "yy" in known:
        known.setdefault("year", 2000 + known.pop("yy"))
    return {name: known[name] for name in ("number", "year") if name in known}

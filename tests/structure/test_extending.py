"""docs/extending.md names every place, fact, veto and port there is, with its contract.

Write its tables anew with `WRITE_JOINTS=1 pytest tests/structure/test_extending.py`.
"""

import importlib
import importlib.util
import os
import re
from collections.abc import Iterator
from dataclasses import fields

from core.joints import Fact, Port, Veto
from core.modules import PLACES
from tests.structure.source import APPS, ROOT

DOCUMENT = ROOT / "docs" / "extending.md"
SECTIONS = {"facts": Fact, "vetoes": Veto, "ports": Port}
HEADS = {"facts": "| fact | when, and what it carries |", "vetoes": "| veto | asked |", "ports": "| port | question |"}


def rooms() -> Iterator[tuple[str, object]]:
    """The app and each value of its ``facts`` and ``ports``."""
    for app in APPS:
        for room in ("facts", "ports"):
            if importlib.util.find_spec(f"{app}.{room}"):
                module = importlib.import_module(f"{app}.{room}")
                yield from ((app, value) for value in vars(module).values())


def rows_of(kind: type) -> list[str]:
    rows = []
    for app, value in rooms():
        if kind is Fact and isinstance(value, type) and issubclass(value, Fact) and value.__module__ == f"{app}.facts":
            text = value.__doc__ or ""
            text = "" if text.startswith(f"{value.__name__}(") else f"{' '.join(text.split())} "
            carried = ", ".join(f"`{field.name}`" for field in fields(value))
            rows.append(f"| `{app}.facts.{value.__name__}` | {text}Carries {carried}. |")
        elif kind is not Fact and isinstance(value, kind):
            duty = ", duty" if getattr(value, "is_data_duty", False) else ""
            rows.append(f"| `{app}.ports.{value.name}`{duty} | {value.contract} |")
    return rows


def with_tables(text: str) -> str:
    """The document with its three tables as the code has them."""
    for name, kind in SECTIONS.items():
        table = "\n".join([HEADS[name], "|---|---|", *(rows_of(kind) or ["| – | none yet |"])])
        text = re.sub(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", rf"\g<1>\n{table}\n\n\g<2>", text, flags=re.S)
    return text


def test_every_place_is_described():
    text = DOCUMENT.read_text("utf-8")
    assert [place for place in PLACES if f"`{place}`" not in text] == []


def test_every_fact_veto_and_port_is_described_as_the_code_has_it():
    text = DOCUMENT.read_text("utf-8")
    if os.environ.get("WRITE_JOINTS"):
        DOCUMENT.write_text(with_tables(text), "utf-8")
    assert with_tables(text) == DOCUMENT.read_text("utf-8")


def test_no_contract_is_empty():
    assert [value.name for _, value in rooms() if isinstance(value, Veto | Port) and len(value.contract) < 20] == []

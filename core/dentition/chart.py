"""What the tooth chart drawing is told: teeth, letters, names and texts in the language of the screen, as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.dentition.notation import ToothSelection, format_selection
from core.dentition.states import STATES
from core.dentition.surfaces import LETTERS, ORAL_LETTERS, TYPED_LETTERS, Surface
from core.dentition.teeth import Area, Dentition, Jaw

# States on teeth as the drawing takes them: {"36": [{"key": "caries", "surfaces": "O"}, {"key": "crown", "plan": True}]}
DrawnStates = Mapping[str, Sequence[Mapping[str, Any]]]


def chart_data(
    chart_id: str,
    *,
    dentition: str = Dentition.PERMANENT,
    states: DrawnStates | None = None,
    ordered: Iterable[str] = (),
    done: Mapping[str, str] | None = None,
    supernumerary: Iterable[str] = (),
    bridges: Iterable[Sequence[str]] = (),
    read_only: bool = False,
) -> dict[str, Any]:
    """The JSON of one chart.

    ``ordered``: teeth with a line in the work order, ticked by their number; ``done``: surfaces treated in the
    clinic, outlined green; ``bridges``: runs of teeth joined by a bar.
    """
    return {
        "id": chart_id,
        "dentition": dentition,
        "states": states or {},
        "order": list(ordered),
        "done": done or {},
        "supernumerary": list(supernumerary),
        "bridges": [list(bridge) for bridge in bridges],
        "readOnly": read_only,
        **_same_for_all(get_language()),
    }


@cache
def _same_for_all(language: str | None) -> dict[str, Any]:
    """What every chart is told in one language, which is the one in force."""
    return {
        "areas": {area.value: area.teeth(Dentition.MIXED) for area in Area},
        "palette": {key: {"letter": str(state.letter), "name": str(state.name)} for key, state in STATES.items()},
        "letters": {surface.value: str(letter) for surface, letter in LETTERS.items()},
        "keys": TYPED_LETTERS,
        "texts": _texts(),
    }


def _texts() -> dict[str, str]:
    return {
        "chart": _("Tooth chart"),
        "tooth": _("tooth {tooth}"),
        "chosen": _("chosen"),
        "surfaces": _("surfaces {surfaces}"),
        "planned": _("planned: {state}"),
        "inOrder": _("in the order"),
        "announce": _("Chosen: {teeth}"),
        "nothing": _("Nothing is chosen"),
        "buccal": str(LETTERS[Surface.BUCCAL]),
        "palatal": str(ORAL_LETTERS[Jaw.UPPER]),
        "lingual": str(ORAL_LETTERS[Jaw.LOWER]),
        "right": _("right side"),
        "left": _("left side"),
    }


def chart_context(
    chart_id: str,
    *,
    chosen: ToothSelection | str | None = None,
    tools: bool = True,
    teeth_name: str = "teeth",
    surfaces_name: str = "surfaces",
    **options: Any,
) -> dict[str, Any]:
    """Everything core/_tooth_chart.html needs; ``options`` are those of chart_data.

    ``chosen``: the selection to start with, or the text a refused form brought back. ``teeth_name`` and
    ``surfaces_name``: the hidden fields the choice goes into, "36,37" and "36:MO,37".
    """
    selection = chosen if isinstance(chosen, str) else format_selection(chosen or {})
    return {
        "chart_id": chart_id,
        "chart_json": json.dumps(chart_data(chart_id, **options), ensure_ascii=False, separators=(",", ":")),
        "teeth": ",".join(part.partition(":")[0] for part in selection.split(",")),
        "selection": selection,
        "tools": tools and not options.get("read_only"),
        "field_names": {"teeth": teeth_name, "surfaces": surfaces_name},
        "dentitions": Dentition,
        "quadrants": Area.quadrants(),
        "sextants": Area.sextants(),
        "surface_buttons": [
            (Surface.MESIAL, _("mesial")),
            (Surface.OCCLUSAL, _("chewing surface or edge")),
            (Surface.DISTAL, _("distal")),
            (Surface.BUCCAL, _("vestibular")),
            (Surface.LINGUAL, _("oral")),
            (Surface.CERVICAL, _("cervical")),
        ],
    }

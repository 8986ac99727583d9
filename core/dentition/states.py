"""What a chart can show on a tooth: keys, letters and colours as data. No official colours exist, letters do.

Source of the letters: the legend of form 043/у, completed by the convention of dental software.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class ToothState:
    """One thing drawn on a tooth. ``by_surface``: it lies on surfaces, otherwise on the whole tooth."""

    key: str
    letter: str | Promise
    name: str | Promise
    color: str
    by_surface: bool = False


# Both in the order of the palette. The same colours stand in tooth-chart.css; a test compares them.
FINDINGS = (
    ToothState("caries", pgettext_lazy("tooth state", "C"), _("caries"), "#d92d20", by_surface=True),
    ToothState(
        "secondary_caries", pgettext_lazy("tooth state", "SC"), _("secondary caries"), "#d92d20", by_surface=True
    ),
    ToothState("pulpitis", pgettext_lazy("tooth state", "P"), _("pulpitis"), "#912018"),
    ToothState("periodontitis", "Pt", _("periodontitis"), "#6941c6"),
    ToothState("root", "R", _("root"), "#93370d"),
    ToothState("wedge_defect", pgettext_lazy("tooth state", "WD"), _("wedge defect"), "#f79009", by_surface=True),
    ToothState("calculus", pgettext_lazy("tooth state", "Tr"), _("calculus"), "#b7791f"),
    ToothState("impacted", pgettext_lazy("tooth state", "Imp"), _("impacted"), "#667085"),
)
TREATMENTS = (
    ToothState("filling", pgettext_lazy("tooth state", "F"), _("filling"), "#1570ef", by_surface=True),
    ToothState(
        "temporary_filling", pgettext_lazy("tooth state", "TF"), _("temporary filling"), "#84caff", by_surface=True
    ),
    ToothState("root_filling", "", _("root filling"), "#1570ef"),
    ToothState("crown", pgettext_lazy("tooth state", "Cr"), _("crown"), "#eaaa08"),
    ToothState("pontic", pgettext_lazy("tooth state", "A"), _("artificial tooth"), "#eaaa08"),
    ToothState("inlay", pgettext_lazy("tooth state", "In"), _("inlay"), "#0e9384", by_surface=True),
    ToothState("implant", pgettext_lazy("tooth state", "IM"), _("implant"), "#4e5ba6"),
    ToothState("sealant", pgettext_lazy("tooth state", "S"), _("sealant"), "#12b76a"),
    ToothState("missing", pgettext_lazy("tooth state", "M"), _("missing tooth"), "#98a2b3"),
    ToothState("extraction", "", _("extraction"), "#33424f"),
)
STATES = {state.key: state for state in (*FINDINGS, *TREATMENTS)}

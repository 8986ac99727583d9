"""What makes up the history of a card."""

from django.utils.translation import gettext_lazy as _

from core.history import Source, Trail
from patients.models import AttendingDoctor, Patient, PatientNote, PatientPhone


def card_trail(*, sees_phones: bool) -> Trail:
    """The card with its notes and doctors; its phones too, for a role that may see them whole."""
    sources = [
        Source(Patient, labels={"kinship": _("in the family")}, hidden=frozenset({"family"})),
        Source(AttendingDoctor, "patient", title=_("attending doctor"), name="specialty"),
        Source(PatientNote, "patient", title=_("note"), hidden=frozenset({"created_at", "created_by"})),
    ]
    if sees_phones:
        sources.append(
            Source(PatientPhone, "patient", title=_("phone"), name="number", labels={"is_main": _("main phone")})
        )
    return Trail(*sources)

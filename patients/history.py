"""What makes up the history of a card."""

from django.utils.translation import gettext_lazy as _

from core.history import Source, Trail
from organization.history import GRANT_HIDDEN, GRANT_LABELS
from patients.models import AcquisitionChannel, AttendingDoctor, CardGrant, Family, Patient, PatientNote, PatientPhone

CARD = (
    Source(
        Patient,
        labels={"kinship": _("in the family")},
        hidden=frozenset({"family"}),
        told_by=("surname", "name", "patronymic"),
        patient="pgh_obj",
    ),
    Source(
        AttendingDoctor,
        "patient",
        title=_("attending doctor"),
        name="specialty",
        labels={"doctor": _("Doctor"), "since_on": _("Attends since")},
        patient="patient",
    ),
    Source(PatientNote, "patient", title=_("note"), hidden=frozenset({"created_at", "created_by"}), patient="patient"),
    Source(
        PatientPhone,
        "patient",
        title=_("phone"),
        name="number",
        labels={"is_main": _("main phone")},
        patient="patient",
        permission="patients.view_phone",
    ),
    Source(
        CardGrant,
        "content_object",
        title=_("card opened to"),
        name="user",
        labels={**GRANT_LABELS, "is_emergency": _("As an emergency")},
        hidden=GRANT_HIDDEN,
        patient="content_object",
    ),
)
DIRECTORIES = (
    Source(AcquisitionChannel, title=_("acquisition channel"), name="name"),
    Source(Family, title=_("family"), hidden=frozenset({"created_at"})),
)


def card_trail(*, sees_phones: bool) -> Trail:
    """The card with its notes and doctors; its phones too, for a role that may see them whole."""
    sources = [source for source in CARD if sees_phones or source.permission != "patients.view_phone"]
    return Trail(*sources)

"""Rights of the card index and what the built-in roles start with."""

from django.utils.translation import gettext_lazy as _

from core.actor import Scope
from core.modules import Permission

EVERYBODY = {"director": Scope.ALL, "administrator": Scope.ALL, "doctor": Scope.OWN}
DESK = {"director": Scope.ALL, "administrator": Scope.ALL}

ALL = [
    Permission(
        "patients.view_patient",
        _("See patient cards"),
        _("Name, age, visits, notes."),
        defaults=EVERYBODY,
        is_scoped=True,
    ),
    Permission("patients.add_patient", _("Add patients"), _("New cards, also drafts made at a call."), defaults=DESK),
    Permission(
        "patients.change_patient", _("Change patient cards"), _("Names, phones, addresses, families."), defaults=DESK
    ),
    Permission(
        "patients.write_note", _("Write notes on cards"), _("Read by everybody who sees the card."), defaults=EVERYBODY
    ),
    Permission(
        "patients.archive_patient", _("Archive patients"), _("A card is put away, never deleted."), defaults=DESK
    ),
    Permission(
        "patients.view_phone", _("See whole phone numbers"), _("Without it only the last digits show."), defaults=DESK
    ),
    Permission(
        "patients.view_openings",
        _("See who viewed cards"),
        _("The log of views: who opened which card, when, from where."),
        defaults={"director": Scope.ALL},
    ),
]

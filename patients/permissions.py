"""Rights of the card index. What the built-in roles start with stands in ``organization.defaults``."""

from django.utils.translation import gettext_lazy as _

from core.modules import Permission

ALL = [
    Permission("patients.view_patient", _("See patient cards"), _("Name, age, visits, notes."), is_scoped=True),
    Permission("patients.add_patient", _("Add patients"), _("New cards, also drafts made at a call.")),
    Permission("patients.change_patient", _("Change patient cards"), _("Names, phones, addresses, families.")),
    Permission("patients.write_note", _("Write notes on cards"), _("Read by everybody who sees the card.")),
    Permission("patients.archive_patient", _("Archive patients"), _("A card is put away, never deleted.")),
    Permission("patients.view_phone", _("See whole phone numbers"), _("Without it only the last digits show.")),
    Permission(
        "patients.grant_card",
        _("Open a card to somebody"),
        _("One card, to one employee, until a day, with a reason."),
        is_dangerous=True,
    ),
    Permission(
        "patients.break_glass",
        _("Open a foreign card in an emergency"),
        _("For 24 hours, with a reason, knowing exactly whose. The view is logged, every director is told at once."),
        is_dangerous=True,
    ),
    Permission(
        "patients.view_openings",
        _("See who viewed cards"),
        _("The log of views: who opened which card, when, from where."),
    ),
    Permission(
        "patients.export_patient",
        _("Take patients out as a file"),
        _("Lists of patients as files for other programs; each is logged with its number of rows."),
        is_dangerous=True,
    ),
]

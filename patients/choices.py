"""Options the card index declares, and the series its numbers are of."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.modules import NumberSeries
from core.options import Kind, Option

REQUIRED, SHOWN_DIGITS = "patients.required_fields", "patients.shown_digits"
CARD_SERIES = "card"

# What a card may have to have, by the name of its field; phones are one of them.
REQUIRABLE = (
    ("name", _("First name")),
    ("patronymic", _("Patronymic")),
    ("born_on", _("Date of birth")),
    ("sex", _("Sex")),
    ("phone", _("Phone")),
    ("address", _("Address")),
    ("snils", _("SNILS")),
    ("email", _("E-mail")),
    ("channel", _("How they found us")),
)

OPTIONS = [
    Option(
        REQUIRED,
        _("Fields of a patient's card"),
        _(
            "A role that saves a card must have filled these in. A card without them opens as ever and says what is "
            "missing; a new one may be kept as a draft, as at a phone call. Tick nothing to demand the surname alone."
        ),
        Kind.BY_ROLE,
        default={},
        page="required",
        order=10,
        where=_("Forms of a new and of an existing card, the API"),
        choices=REQUIRABLE,
    ),
    Option(
        SHOWN_DIGITS,
        _("Digits of a phone that are shown"),
        _("So many last digits see those who may not see whole numbers; the rest is dots."),
        Kind.WHOLE,
        default=4,
        page="rules",
        order=110,
        section=_("Patients"),
        unit=_("digits"),
        where=_("Card index, search, cards"),
        least=0,
        most=4,
    ),
    Option(
        "patients.card_number_form",
        _("Number of a card"),
        _("Text around the number; {number} is where it stands."),
        Kind.PATTERN,
        default="{number}",
        page="numbering",
        order=10,
        section=_("Patient cards"),
        where=_("Card index, cards, papers"),
        most=30,
    ),
    Option(
        "patients.card_number_digits",
        _("Figures, with zeros in front"),
        _("A shorter number gets zeros in front up to so many figures; 1 writes it as it is."),
        Kind.WHOLE,
        default=6,
        page="numbering",
        order=11,
        section=_("Patient cards"),
        where=_("Card index, cards, papers"),
        unit=_("figures"),
        least=1,
        most=9,
    ),
]

NUMBERS = [
    NumberSeries(
        CARD_SERIES,
        _("Patient cards"),
        "patients.choices.card_series",
        form="patients.card_number_form",
        digits="patients.card_number_digits",
        order=10,
    )
]


def card_series(*, today: date) -> dict[str, str]:
    """One series for all branches and years."""
    return {CARD_SERIES: ""}

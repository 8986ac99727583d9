"""A card open to one person by name; a foreign card opened in an emergency (чужая карта)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import clock, notices
from core.actor import Actor
from core.addresses import address
from core.names import normalise
from organization.models import Employee
from organization.selectors import able_directors
from organization.services.grants import give, take_away
from patients.errors import IdentityIncomplete, NobodyFits, ReasonTooShort
from patients.models import CardGrant, Patient
from patients.services.openings import record_opening

GRANT, BREAK_GLASS = "patients.grant_card", "patients.break_glass"
EMERGENCY_LASTS = timedelta(hours=24)
REASON_LETTERS = 10
OPEN_CARD = "open_card"


@dataclass(frozen=True)
class Identity:
    """What is known of a foreign patient. One of three must be whole: surname with birth date, card number, phone (E.164)."""

    surname: str = ""
    born_on: date | None = None
    card_number: int | None = None
    phone: str = ""

    @property
    def is_whole(self) -> bool:
        return bool((self.surname and self.born_on) or self.card_number or self.phone)


@transaction.atomic
def open_card(
    *, actor: Actor, patient: Patient, employee: Employee, valid_until: datetime | None, reason: str
) -> CardGrant:
    """Open one card to one person until a moment, as if the patient were their own; they are told.

    Raises: GrantTermPast, GrantedAlready.
    """
    actor.require(GRANT)
    row = give(
        CardGrant,
        actor=actor,
        employee=employee,
        to=patient,
        permission=OPEN_CARD,
        reason=reason,
        valid_until=valid_until,
    )
    with translation.override(employee.user.language):
        notices.notify(
            user_ids=[employee.user_id],
            title=_("A card is open to you: %(patient)s") % {"patient": patient.short_name},
            body=reason,
            url=address("patients:patient_card", patient.pk),
            subject=f"card_grant:{row.pk}",
        )
    return row


@transaction.atomic
def end_card_grant(*, actor: Actor, grant: CardGrant) -> CardGrant:
    """Close the card to the person again; it stays open to whoever has another reason to see it. Raises: GrantOver."""
    actor.require(GRANT)
    row = take_away(grant, actor=actor)
    notices.take_back(subject=f"card_grant:{row.pk}")
    return row


@transaction.atomic
def open_foreign_card(*, actor: Actor, identity: Identity, reason: str, address: str | None = None) -> Patient:
    """Open the one card that fits exactly, for 24 hours: the view is logged with the reason, every director is told at once.

    A card the actor may open anyway is answered without any of that.
    Raises: ReasonTooShort, IdentityIncomplete, NobodyFits (also when several fit: how many is not told).
    """
    actor.require(BREAK_GLASS)
    reason = reason.strip()
    if sum(letter.isalpha() for letter in reason) < REASON_LETTERS:
        raise ReasonTooShort(letters=REASON_LETTERS)
    if not identity.is_whole or actor.employee_id is None:
        raise IdentityIncomplete
    patient = _the_one(identity)
    if Patient.objects.visible_to(actor).filter(pk=patient.pk).exists():
        return patient
    employee = Employee.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.employee_id)
    give(
        CardGrant,
        actor=actor,
        employee=employee,
        to=patient,
        permission=OPEN_CARD,
        reason=reason,
        valid_until=timezone.now() + EMERGENCY_LASTS,
        is_emergency=True,
    )
    record_opening(actor=actor, patient_id=patient.pk, page="foreign", address=address, reason=reason)
    _tell_directors(employee, patient, reason)
    return patient


def _the_one(identity: Identity) -> Patient:
    """The card that everything typed fits. Raises: NobodyFits."""
    cards = Patient.objects.defer("search")
    if identity.card_number is not None:
        cards = cards.filter(card_number=identity.card_number)
    if identity.phone:
        cards = cards.filter(phones__number=identity.phone)
    if identity.born_on is not None:
        cards = cards.filter(born_on=identity.born_on)
    wanted = normalise(identity.surname)
    fitting = [
        card for card in cards if not wanted or wanted in (normalise(card.surname), normalise(card.former_surname))
    ]
    if len(fitting) != 1:
        raise NobodyFits
    return fitting[0]


def _tell_directors(employee: Employee, patient: Patient, reason: str) -> None:
    for director in able_directors().select_related("user").order_by("pk").distinct():
        with translation.override(director.user.language):
            notices.notify(
                user_ids=[director.user_id],
                title=_("Foreign card opened: %(who)s, card № %(card)s")
                % {"who": employee.short_name, "card": patient.card_number_text},
                body=_("%(patient)s, until %(until)s. Reason: %(reason)s")
                % {
                    "patient": patient.short_name,
                    "until": clock.format_moment(timezone.now() + EMERGENCY_LASTS, timezone.get_current_timezone()),
                    "reason": reason,
                },
                url=address("patients:patient_card", patient.pk),
                subject=f"foreign_card:{employee.pk}:{patient.pk}",
                is_urgent=True,
            )

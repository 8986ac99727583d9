"""What the card index shows on other apps' pages."""

from core.actor import Actor
from core.modules import Part
from organization.models import Employee
from patients.models import CardGrant, Patient


def cards_of_employee(*, actor: Actor, subject: Employee) -> Part:
    """The employee's page: cards open to them by name, of those the actor may see themselves. One query."""
    rows = CardGrant.objects.in_force().of_user(subject.user_id).select_related("content_object", "granted_by")
    shown = rows.filter(content_object__in=Patient.objects.visible_to(actor).order_by().values("pk"))
    return Part("patients/_employee_cards.html", {"employee": subject, "grants": shown.order_by("-pk")})

"""The card index's part when a doctor leaves: the patients they attend, speciality by speciality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext as _

from core.actor import Actor
from organization.models import Employee, EmployeeSpecialty, Specialty
from organization.ports import NOBODY, HandedOver, Holding
from patients import services
from patients.models import AttendingDoctor

CODE = "patients.attending"  # with the speciality's id behind it


def holdings(*, employee_id: int) -> list[Holding]:
    """Patients attended by this person, one holding a speciality; a colleague of the speciality may take them."""
    counts = dict(
        AttendingDoctor.objects.filter(doctor_id=employee_id)
        .values_list("specialty_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    colleagues: dict[int, list[tuple[int, str]]] = defaultdict(list)
    links = EmployeeSpecialty.objects.filter(specialty__in=counts, employee__archived_at=None)
    for link in links.exclude(employee=employee_id).select_related("employee").order_by("employee__sort_key"):
        colleagues[link.specialty_id].append((link.employee_id, link.employee.short_name))
    return [
        Holding(
            f"{CODE}.{specialty.pk}",
            _("Attended patients: %(specialty)s") % {"specialty": specialty.name},
            counts[specialty.pk],
            successors=tuple(colleagues[specialty.pk]),
            nobody=_("nobody: without an attending doctor"),
        )
        for specialty in Specialty.objects.filter(pk__in=counts)
    ]


def hand_over(*, actor: Actor, employee_id: int, successors: Mapping[str, int]) -> list[HandedOver]:
    """Give each speciality's patients to whom it was decided."""
    handed = []
    for holding in holdings(employee_id=employee_id):
        chosen = successors.get(holding.code)
        if chosen is None:
            continue
        to = None if chosen == NOBODY else Employee.objects.get(pk=chosen)
        specialty_id = int(holding.code.rsplit(".", 1)[1])
        count = services.hand_over_patients(actor=actor, doctor_id=employee_id, specialty_id=specialty_id, to=to)
        handed.append(
            HandedOver(
                holding.code,
                holding.title,
                moved=count if to else 0,
                to=to.short_name if to else "",
                let_go=0 if to else count,
                let_go_words=_("left without an attending doctor"),
            )
        )
    return handed

"""The schedule's part of the sample clinic."""

from django.utils.translation import gettext_lazy as _

from core.ports import SampleRows


def sample_rows() -> SampleRows:
    """Shifts and appointments go; reasons of cancellations stay as a directory."""
    return SampleRows(
        "schedule",
        counted=(("schedule.WorkShift", _("Shifts of doctors")), ("schedule.Appointment", _("Appointments"))),
        keeps=("schedule.CancelReason",),
    )

"""The card index's part of the sample clinic."""

from django.utils.translation import gettext_lazy as _

from core.ports import SampleRows


def sample_rows() -> SampleRows:
    """Every card goes; where patients come from stays as a directory."""
    return SampleRows(
        "patients", counted=(("patients.Patient", _("Patient cards")),), keeps=("patients.AcquisitionChannel",)
    )

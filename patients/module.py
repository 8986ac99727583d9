from django.utils.translation import gettext_lazy as _

from core.modules import Module, NavItem, PatientTab
from patients import permissions

module = Module(
    code="patients",
    title=_("Card index"),
    icon="users",
    is_base=True,
    permissions=permissions.ALL,
    nav=[
        NavItem(
            _("Patients"), route="patients:patient_list", icon="users", permission="patients.view_patient", order=20
        )
    ],
    patient_tabs=[
        PatientTab(
            code="overview",
            title=_("Overview"),
            route="patients:patient_overview",
            permission="patients.view_patient",
            order=0,
        ),
        PatientTab(
            code="history",
            title=_("History"),
            route="patients:patient_history",
            permission="core.view_history",
            order=900,
        ),
    ],
)

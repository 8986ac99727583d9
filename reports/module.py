from django.utils.translation import gettext_lazy as _

from core.modules import DashboardTile, LiveStamp, Module, NavItem, Report
from reports import choices, permissions

SEE = "reports.view_dashboard"

module = Module(
    code="reports",
    title=_("Overview"),
    icon="chart-histogram",
    is_base=True,
    permissions=permissions.ALL,
    options=choices.OPTIONS,
    nav=[NavItem(_("Overview"), route="reports:dashboard", icon="chart-histogram", permission=SEE, order=90)],
    reports=[Report("overview", _("Overview of the clinic"), "reports:dashboard", SEE, order=10)],
    tiles=[
        DashboardTile("today", "reports.tiles.today", SEE, column=1, order=10),
        DashboardTile("debts", "reports.tiles.debts", SEE, column=1, order=20),
        DashboardTile("means", "reports.tiles.means", SEE, column=1, order=30),
        DashboardTile("period", "reports.tiles.period_figures", SEE, column=2, order=10),
        DashboardTile("load", "reports.tiles.load_ahead", SEE, column=2, order=20),
        DashboardTile("doctors", "reports.tiles.doctors", SEE, column=2, order=30),
        DashboardTile("attention", "reports.actions.attention", SEE, column=3, order=10),
        DashboardTile("closing", "reports.actions.closing", SEE, column=3, order=20),
        DashboardTile("new_patients", "reports.tiles.new_patients", SEE, column=3, order=30),
    ],
    live_stamps=[LiveStamp("dashboard", "reports.selectors.dashboard_stamp", SEE)],
)

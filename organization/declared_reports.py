"""The table of declared reports, kept in step with the registry; reports themselves live in the modules that declare them."""

from core import modules
from organization.models import DeclaredReport


def ensure_declared_reports() -> None:
    """Write every report any module declares, with the right that opens it. One that is declared no more keeps its row."""
    declared = {report.code: report.permission for module in modules.registry.all() for report in module.reports}
    known = {row.code: row for row in DeclaredReport.objects.all()}
    for code, permission in declared.items():
        if code not in known:
            DeclaredReport.objects.create(code=code, permission=permission)
        elif known[code].permission != permission:
            known[code].permission = permission
            known[code].save(update_fields=["permission"])


def report_titles() -> dict[str, str]:
    """Titles of declared reports by code, those of modules that are off too: their grants are kept."""
    return {report.code: str(report.title) for module in modules.registry.all() for report in module.reports}

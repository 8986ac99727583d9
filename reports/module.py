from django.utils.translation import gettext_lazy as _

from core.modules import Module
from reports import permissions

module = Module(code="reports", title=_("Overview"), icon="chart-histogram", is_base=True, permissions=permissions.ALL)

from django.utils.translation import gettext_lazy as _

from core.modules import Module
from schedule import permissions

module = Module(code="schedule", title=_("Schedule"), icon="calendar-time", is_base=True, permissions=permissions.ALL)

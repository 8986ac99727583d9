from django.utils.translation import gettext_lazy as _

from core.modules import Module
from patients import permissions

module = Module(code="patients", title=_("Card index"), icon="users", is_base=True, permissions=permissions.ALL)

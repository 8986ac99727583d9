from django.utils.translation import gettext_lazy as _

from core.modules import Module
from pricelist import permissions

module = Module(code="pricelist", title=_("Price list"), icon="list-details", is_base=True, permissions=permissions.ALL)

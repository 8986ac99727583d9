from django.utils.translation import gettext_lazy as _

from billing import permissions
from core.modules import Module
from core.ports import books_difference

module = Module(
    code="billing",
    title=_("Cash desk"),
    icon="cash-register",
    is_base=True,
    permissions=permissions.ALL,
    ports={books_difference: "billing.books.differences"},
)

"""Which acts about money the clinic wants two people for, whatever the first one's rights."""

from django.utils.translation import gettext_lazy as _

from core import options
from core.options import Kind, Option

SECOND_PERSON_FOR = "billing.second_person_for"
REFUND, VOID_INVOICE, DIFFERENCE = "refund", "void_invoice", "shift_difference"
OPTION = Option(
    SECOND_PERSON_FOR,
    _("Two people for money"),
    _(
        "These acts go through only when somebody else who has the right confirms them at the same screen with a login and "
        "a PIN. A discount over one's limit and acts one has no right to are asked for like this in any case."
    ),
    Kind.SEVERAL,
    default=[],
    page="rules",
    order=800,
    section=_("Second person"),
    where=_("Refund, invoice, closing of a cash shift"),
    choices=(
        (REFUND, _("giving money back")),
        (VOID_INVOICE, _("voiding an invoice")),
        (DIFFERENCE, _("closing a shift with a difference")),
    ),
)


def is_always_asked(act: str) -> bool:
    """Whether the act takes two people even from who has the right."""
    return act in options.value(SECOND_PERSON_FOR)

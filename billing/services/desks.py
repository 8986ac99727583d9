"""Cash desks: where money is taken."""

from django.db import transaction
from django.utils import timezone

from billing.errors import DeskInUse, DeskNameTaken
from billing.models import CashDesk, CashShift
from core.actor import Actor
from core.errors import constraint_as
from organization.models import Branch, LegalEntity

NAME_TAKEN = {"billing_cashdesk_name": DeskNameTaken}


@transaction.atomic
def add_desk(*, actor: Actor, name: str, branch: Branch, legal_entity: LegalEntity | None = None) -> CashDesk:
    """Add a desk to a branch, for its own legal entity unless another is named.

    Raises: DeskNameTaken.
    """
    with constraint_as(NAME_TAKEN):
        return CashDesk.objects.create(name=name, branch=branch, legal_entity=legal_entity or branch.legal_entity)


@transaction.atomic
def change_desk(*, actor: Actor, desk: CashDesk, name: str) -> CashDesk:
    """Rename a desk; its branch and legal entity stay, because its shifts belong to them.

    Raises: DeskNameTaken.
    """
    desk = CashDesk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    desk.name = name
    with constraint_as(NAME_TAKEN):
        desk.save(update_fields=["name"])
    return desk


@transaction.atomic
def archive_desk(*, actor: Actor, desk: CashDesk) -> CashDesk:
    """Put a desk away. Raises: DeskInUse while its shift is open."""
    desk = CashDesk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    if CashShift.objects.open().filter(desk=desk).exists():
        raise DeskInUse
    desk.archived_at = desk.archived_at or timezone.now()
    desk.save(update_fields=["archived_at"])
    return desk


@transaction.atomic
def restore_desk(*, actor: Actor, desk: CashDesk) -> CashDesk:
    """Take an archived desk back into use."""
    desk = CashDesk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    desk.archived_at = None
    desk.save(update_fields=["archived_at"])
    return desk

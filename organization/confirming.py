"""Who confirms at somebody else's screen: a login and a PIN (or the password) beside the act's own fields, page and API alike."""

from __future__ import annotations

from typing import Any

from axes.utils import reset as forget_failures
from django.contrib.auth import authenticate
from django.http import HttpRequest
from rest_framework import serializers

from organization import selectors
from organization.errors import PinLocked, SecondPersonLocked, SecondPersonUnknown
from organization.models import User
from organization.services.pins import LENGTHS, check_pin, open_pin
from organization.services.second_person import SecondPerson

FIELDS = ("confirm_login", "confirm_pin")


class ConfirmedSerializer(serializers.Serializer):
    """For acts somebody else may have to confirm: their login, and their PIN or password."""

    confirm_login = serializers.CharField(required=False, allow_blank=True, default="", max_length=60, write_only=True)
    confirm_pin = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200, trim_whitespace=False, write_only=True
    )


def second_person_of(request: HttpRequest, typed: dict[str, Any]) -> SecondPerson | None:
    """Takes the two fields out of what was typed and answers who they prove; None when nobody confirms.

    Wrong ones count for the lock-out, so ask outside of a transaction that may be rolled back.
    Raises: SecondPersonUnknown, SecondPersonLocked, PinLocked.
    """
    login, secret = (typed.pop(name, "") for name in FIELDS)
    login = login.strip().lower()
    if not login:
        return None
    user = _proved(request, login, secret)
    known = [
        selectors.signed_in(user_id=user.pk, role_id=role.pk, branch_id=None) for role in selectors.roles_of(user.pk)
    ]
    roles = tuple(found.actor for found in known if found is not None)
    if not roles or roles[0].employee_id is None:
        raise SecondPersonUnknown
    return SecondPerson(employee_id=roles[0].employee_id, name=roles[0].name, roles=roles)


def _proved(request: HttpRequest, login: str, secret: str) -> User:
    """The login's owner. A PIN is tried for who has one, anything else is taken for the password."""
    user = User.objects.filter(username=login, is_active=True).exclude(pin_set_at=None).first()
    if user is not None and secret.isdigit() and len(secret) in LENGTHS:
        try:
            is_theirs = check_pin(user=user, pin=secret)
        except PinLocked as error:
            raise SecondPersonLocked from error
        if not is_theirs:
            raise SecondPersonUnknown
        return user
    found = authenticate(request, username=login, password=secret)
    if getattr(request, "axes_locked_out", False):
        request.axes_locked_out = False  # type: ignore[attr-defined]  # the first person's page answers, not the lock-out's
        raise SecondPersonLocked
    if not isinstance(found, User):
        raise SecondPersonUnknown
    forget_failures(username=login, ip=request.META.get("REMOTE_ADDR"))
    open_pin(found)
    return found

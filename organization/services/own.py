"""What a person changes about themselves: the role in force, the password, how the program looks to them."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.auth import password_validation
from django.db import transaction

from core.actor import Actor
from organization import selectors
from organization.enums import Theme
from organization.errors import RoleNotGranted
from organization.models import Role, User
from organization.services.people import take_password

PREFERENCES = frozenset({"language", "theme", "is_sound_on"})


def choose_role(*, user: User, role_id: int) -> Role:
    """Take one of the person's roles into force, and offer it first the next time.

    There is no actor yet: this is what makes one.

    Raises: RoleNotGranted.
    """
    role = selectors.roles_of(user.pk).filter(pk=role_id).first()
    if role is None:
        raise RoleNotGranted
    User.objects.filter(pk=user.pk).exclude(last_role=role).update(last_role=role)
    return role


@transaction.atomic
def change_own_password(*, actor: Actor, password: str) -> User:
    """Set the actor's password and end the duty to change it. The view has asked for the old one.

    Raises: ValidationError with every password rule that was broken.
    """
    user = User.objects.select_for_update(of=("self",)).get(employee=actor.employee_id)
    password_validation.validate_password(password, user)
    take_password(user, password, must_change=False)
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    pghistory.create_event(user, label="password_set")
    return user


@transaction.atomic
def change_preferences(*, actor: Actor, **chosen: Any) -> User:
    """Keep how the program looks to the actor: any of ``language``, ``theme``, ``is_sound_on``."""
    unknown = set(chosen) - PREFERENCES
    if unknown:
        raise TypeError(f"not a preference: {sorted(unknown)}")
    user = User.objects.select_for_update(of=("self",)).get(employee=actor.employee_id)
    for name, value in chosen.items():
        setattr(user, name, Theme(value) if name == "theme" else value)
    user.save(update_fields=sorted(chosen))
    return user

"""Modules on and off."""

from __future__ import annotations

from django.db import transaction

from core import modules
from core.actor import Actor
from core.models import ModuleState
from organization.errors import ModuleIsBase, ModuleUnknown


@transaction.atomic
def switch_module(*, actor: Actor, code: str, is_on: bool) -> ModuleState:
    """Switch a module on or off for everybody at once; its data stays.

    Raises: ModuleUnknown, ModuleIsBase.
    """
    actor.require("core.switch_module")
    module = modules.registry.get(code)
    if module is None:
        raise ModuleUnknown
    if module.is_base:
        raise ModuleIsBase
    state, _is_new = ModuleState.objects.select_for_update().get_or_create(code=code)
    if state.is_on != is_on:
        state.is_on = is_on
        state.save()
    modules.forget_state()
    return state

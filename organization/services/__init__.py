"""Every write of the organization. Call them qualified: ``organization_services.set_branch_hours(actor=…)``."""

from organization.services.own import change_own_password, change_preferences, choose_role
from organization.services.tokens import issue_token, note_token_use, revoke_token

__all__ = [
    "change_own_password",
    "change_preferences",
    "choose_role",
    "issue_token",
    "note_token_use",
    "revoke_token",
]

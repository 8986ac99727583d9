"""The only source of rights: the role in force. Groups, superusers and sums of roles do not exist here."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from organization.models import User


class RoleBackend(ModelBackend):
    """Checks passwords as Django does, and answers rights for the role the session or token carries.

    The actor middleware puts the actor on the user; without one (no role chosen yet, a shell) everything is denied.
    """

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        actor = getattr(user_obj, "actor", None)
        return bool(user_obj.is_active and actor is not None and actor.can(perm))

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        actor = getattr(user_obj, "actor", None)
        return set(actor.rights) if actor is not None and user_obj.is_active else set()

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

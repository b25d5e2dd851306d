"""Check an API key's scope: read, write what agents do, administer."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from nps_project.accounts.models import Role, User


class ScopePermission(BasePermission):
    """Reading wants any key; writing the role that the view names in `write_role` (agent, unless it says otherwise)."""

    message = "The scope of this key does not allow it."

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        role = Role.VIEWER if request.method in SAFE_METHODS else getattr(view, "write_role", Role.AGENT)
        return user.is_at_least(role)

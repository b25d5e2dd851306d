"""Decorators of staff views by role. Strangers are sent to the login, members without the right get 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from nps_project.accounts.models import Role, User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffRequest(HttpRequest):
    """A request whose user is signed in; what a view behind `role_required` receives."""

    user: User


def role_required(role: str) -> Callable[[View], View]:
    """Let the role and higher ones in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not cast(User, request.user).is_at_least(role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View, login_required(guarded))

    return decorate


viewer_required = role_required(Role.VIEWER)
agent_required = role_required(Role.AGENT)
manager_required = role_required(Role.MANAGER)
admin_required = role_required(Role.ADMIN)

"""Who sees trials and makes them: admins, and managers of all teams, since a playbook is for all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from nps_project.accounts.permissions import StaffRequest, View, manager_required


def all_teams_required(view: View) -> View:
    """Let managers of all teams in, and admins."""

    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.sees_all_teams:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    decorate: Callable[[Any], View] = manager_required
    return decorate(guarded)

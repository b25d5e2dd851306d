"""Say who sends a request before its body is read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, parse_cookie

from nps_project.accounts.models import User
from nps_project.accounts.signin.sessions import SessionStore


def is_at_least(role: str) -> Callable[[dict[str, Any]], bool]:
    """A check of a WSGI environment: whether a person with this role or a higher one is signed in."""

    def check(environ: dict[str, Any]) -> bool:
        key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
        if not key:
            return False
        request = HttpRequest()
        request.session = SessionStore(key)
        close_old_connections()
        try:
            user = get_user(request)
        except DatabaseError:
            return False
        return isinstance(user, User) and user.is_at_least(role)

    return check

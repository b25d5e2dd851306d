"""Authorization: Bearer <key>."""

from typing import TYPE_CHECKING

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from nps_project.accounts.keys import user_of_key
from nps_project.accounts.models import User

if TYPE_CHECKING:  # importing it here would ask REST framework for this module before it is there
    from drf_spectacular.openapi import AutoSchema


class ApiKeyAuthentication(BaseAuthentication):
    """The service account of a key; one query."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """None without a key, which the permission answers with 401. Raises: AuthenticationFailed for a bad one."""
        scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        user = user_of_key(key.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            raise AuthenticationFailed("The key is unknown or was revoked. Send: Authorization: Bearer <key>")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}

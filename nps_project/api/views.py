"""The base of all API views."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from nps_project.accounts.models import User
from nps_project.api.errors import BadQuery
from nps_project.api.filters import OF_ALL, refuse_unread_filters
from nps_project.api.idempotency import IdempotentPostMixin
from nps_project.api.throttle import ALLOWANCE, Allowance, TooManyRequests, count_request, headers_of
from nps_project.common.dates import read_day


class ApiView(IdempotentPostMixin, APIView):
    """Base: keys, a limit for each, scopes, problems, idempotent POST, and ?expand= from an allow-list."""

    expandable: frozenset[str] = frozenset()
    names_colleagues: frozenset[str] = frozenset()  # of these, what a key of one survey does not see whole
    paged_actions: frozenset[str] = frozenset({"list"})
    allowance: Allowance | None = None  # of the key, once it is known

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.django_request = request
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if isinstance(request.user, User):  # counted before anything is refused: that is work, too
            self.allowance = count_request(request.user)
            setattr(self.django_request, ALLOWANCE, self.allowance)  # for the answer to a fault of ours
            if self.allowance is not None and self.allowance.is_used_up:
                raise TooManyRequests(self.allowance.limit, self.allowance.reset_s)
        super().initial(request, *args, **kwargs)
        self.expanded()  # refused also where nothing would read it
        if request.method not in SAFE_METHODS:
            refuse_unread_filters(request, OF_ALL)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in headers_of(self.allowance).items():
            final[name] = value
        return final

    @property
    def caller(self) -> User:
        """The service account of the key. Raises: NotAuthenticated."""
        user = getattr(self.request, "user", None)
        if isinstance(user, User):
            return user
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn for nobody in particular
            return User()
        raise NotAuthenticated

    def get_serializer_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_serializer_context()  # type: ignore[misc]
        # `kept`: what serializers read once for a whole answer; those of ?expand= share it.
        return context | {"expand": self.expanded(), "caller": self.caller, "kept": {}}

    def expanded(self) -> list[str]:
        """The names in ?expand=. Raises: BadQuery for one that cannot be expanded."""
        if getattr(self, "swagger_fake_view", False) or not getattr(self, "request", None):
            return []
        asked = self.request.query_params.get("expand", "")
        names = asked.split(",") if asked else []
        is_limited = bool(names) and self.caller.survey_limit_id() is not None
        expandable = self.expandable - self.names_colleagues if is_limited else self.expandable
        for name in names:
            if name not in expandable:
                allowed = ", ".join(sorted(expandable)) or "nothing"
                raise BadQuery({"expand": [f"{name[:50]!r} cannot be expanded. Allowed: {allowed}."]})
        return names


def period_of(request: Request) -> tuple[date | None, date | None]:
    """The days ?from= and ?to=, each None when it is not given. Raises: BadQuery."""
    first, last = _day_parameter(request, "from"), _day_parameter(request, "to")
    if first and last and last < first:
        raise BadQuery({"to": [f"'{last}' is before 'from', '{first}'; that day or a later one is allowed."]})
    return first, last


def _day_parameter(request: Request, name: str) -> date | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        day = read_day(given)
    except ValueError:
        day = None
    if day is None:
        raise BadQuery({name: [f"{given[:50]!r} is not a day such as 2026-11-23, from 1900 to 2999."]})
    return day

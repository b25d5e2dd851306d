"""How often one key may ask: so many requests in each minute of the clock. Every answer tells what is left."""

from dataclasses import dataclass

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException

from nps_project.accounts.models import User
from nps_project.web.rate_limit import WindowCounter, seconds_left


class TooManyRequests(APIException):
    """The key has used up its minute; nothing of the request was done. `wait`: seconds until the next one."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "throttled"

    def __init__(self, limit: int, wait: int) -> None:
        super().__init__(f"This key may send {limit} requests a minute, and has. Go on in {wait} s.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one key may do in this minute: `count` requests came, this one with them; 0 without a store."""

    limit: int
    count: int
    reset_s: int

    @property
    def is_used_up(self) -> bool:
        return self.count > self.limit


ALLOWANCE = "api_allowance"  # the attribute of Django's request


def headers_of(allowance: Allowance | None) -> dict[str, str]:
    """Of the answer, whatever it says; none without a limit."""
    if allowance is None:
        return {}
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(max(allowance.limit - allowance.count, 0)),
        "RateLimit-Reset": str(allowance.reset_s),
    }


_counter = WindowCounter()


def count_request(caller: User) -> Allowance | None:
    """Count a request of a key, by its account, which no other has. Returns: None when there is no limit.

    One question to the store; at most 50 ms without it.
    """
    limit = settings.API_REQUESTS_PER_MINUTE
    if limit == 0:
        return None
    return Allowance(limit, _counter.count(f"api:{caller.pk}"), seconds_left())

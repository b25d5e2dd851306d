"""Guesses at passwords and codes: slowed down, and nobody else is kept out by them.

Only tries that fail count. A browser that its owner signed in with before carries a signed cookie and has a budget of
its own, so that neither a guesser at the same address nor one at a hundred addresses keeps the owner out.
"""

import hashlib

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from nps_project.accounts.models import User
from nps_project.rate_limit import WindowCounter

FAILURES_PER_MINUTE = 10  # for one account from one address, or from one known browser
FAILURES_PER_ADDRESS = 60  # from one address, for all accounts: an office shares one
FAILURES_PER_ACCOUNT = 30  # for one account, from everywhere
CODES_PER_MINUTE, CODES_PER_HOUR = 5, 20  # of a second factor, for one account
RESETS_PER_MINUTE = 5  # mails asked for from one address
RESETS_PER_HOUR = 5  # mails to one account
DEVICE_COOKIE = "winback_known"
_DEVICE_AGE_S = 365 * 24 * 3600


def _hidden(text: str) -> str:
    """The store learns no address."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:32]


class LoginLimit(WindowCounter):
    """Counts failures; open when the store is gone."""

    def begin(self, *, email: str, address: str, known: str) -> list[str] | None:
        """Count one try as if it failed. Returns: what to `forgive` when it does not; None when there were too many."""
        who = _hidden(email)
        names = [f"login:known:{who}:{_hidden(known)}"] if known else [f"login:{address}:{who}"]
        if self.count(names[0]) > FAILURES_PER_MINUTE:
            return None
        if known:
            return names
        for name, most in ((f"login:all:{who}", FAILURES_PER_ACCOUNT), (f"login:from:{address}", FAILURES_PER_ADDRESS)):
            names.append(name)
            if self.count(name) > most:
                return None
        return names

    def allows_code(self, user: User) -> bool:
        """Count one try at a second factor."""
        in_hour = self.count(f"code:hour:{user.pk}", window_s=3600)
        return self.count(f"code:{user.pk}") <= CODES_PER_MINUTE and in_hour <= CODES_PER_HOUR

    def allows_reset(self, *, email: str, address: str) -> bool:
        """Count one mail that was asked for."""
        if self.count(f"reset:{address}") > RESETS_PER_MINUTE:
            return False
        return self.count(f"reset:{_hidden(email)}", window_s=3600) <= RESETS_PER_HOUR


login_limit = LoginLimit()


def known_device(request: HttpRequest, email: str) -> str:
    """The cookie, when it is ours and of this account; "" else."""
    cookie = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        owner = signing.loads(cookie, salt=DEVICE_COOKIE, max_age=_DEVICE_AGE_S)
    except signing.BadSignature:
        return ""
    return cookie if owner == _hidden(email) else ""


def remember_device(response: HttpResponse, user: User) -> None:
    """The browser has shown that it is its owner's."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(_hidden(user.email), salt=DEVICE_COOKIE),
        max_age=_DEVICE_AGE_S,
        path=settings.LOGIN_URL,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

"""Limit guesses at passwords and codes without keeping the owner out.

Only tries that fail count. A browser that its owner signed in with before carries a signed cookie and has a budget of
its own, so that neither a guesser at the same address nor one at a hundred addresses keeps the owner out; nor one who
has the password and guesses at codes.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nps_project.accounts.models import User
from nps_project.web.rate_limit import WindowCounter, key

FAILURES_PER_MINUTE = 10  # for one account from one address, or from one known browser
FAILURES_PER_ADDRESS = 60  # from one address, for all accounts: an office shares one
FAILURES_PER_ACCOUNT = 30  # for one account, from everywhere
CODES_PER_MINUTE, CODES_PER_HOUR = 5, 20  # of a second factor, for one account, or from one known browser
RESETS_PER_MINUTE = 5  # mails asked for from one address
RESETS_PER_HOUR = 5  # mails to one account
DEVICE_COOKIE = "winback_known"
_DEVICE_AGE = timedelta(days=365)


def _hidden(text: str) -> str:
    """The name under which the store counts, hashed so that the store learns no address."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:32]


class LoginLimit(WindowCounter):
    """Counts failures; open when the store is gone."""

    def begin(self, *, email: str, address: str, known: str) -> list[str] | None:
        """Count one try as if it failed. Returns: what to `forgive` when it does not; None when there were too many."""
        who = _hidden(email)
        limits = [(f"login:known:{who}:{_hidden(known)}" if known else f"login:{address}:{who}", FAILURES_PER_MINUTE)]
        if not known:
            limits += [(f"login:all:{who}", FAILURES_PER_ACCOUNT), (f"login:from:{address}", FAILURES_PER_ADDRESS)]
        keys = []
        for name, most in limits:
            keys.append(key(name))
            if self.count(name) > most:
                return None
        return keys

    def allows_code(self, user: User, known: str) -> bool:
        """Count one try at a second factor; `known`: of which browser or session of its owner, "" for any other."""
        whose = f"{user.pk}:{_hidden(known)}" if known else f"{user.pk}"
        in_hour = self.count(f"code:hour:{whose}", window_s=3600)
        return self.count(f"code:{whose}") <= CODES_PER_MINUTE and in_hour <= CODES_PER_HOUR

    def allows_reset(self, *, email: str, address: str) -> bool:
        """Count one mail that was asked for."""
        if self.count(f"reset:{address}") > RESETS_PER_MINUTE:
            return False
        return self.count(f"reset:{_hidden(email)}", window_s=3600) <= RESETS_PER_HOUR


login_limit = LoginLimit()


def known_device(request: HttpRequest, email: str, since: datetime | None = None) -> str:
    """The browser's cookie of this account, if it is genuine and not older than `since`; else ""."""
    cookie = request.COOKIES.get(DEVICE_COOKIE, "")
    age = _DEVICE_AGE if since is None else timezone.now() - since + timedelta(seconds=1)  # dated in whole seconds
    try:
        owner = signing.loads(cookie, salt=DEVICE_COOKIE, max_age=min(age, _DEVICE_AGE))
    except signing.BadSignature:
        return ""
    return cookie if owner == _hidden(email) else ""


def remember_device(response: HttpResponse, user: User) -> None:
    """Set the cookie by which the browser is known as the owner's."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(_hidden(user.email), salt=DEVICE_COOKIE),
        max_age=_DEVICE_AGE,
        path=settings.LOGIN_URL,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

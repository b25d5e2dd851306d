"""Who read the page that a form stands on: by the secret of its CSRF token, which changes with every sign-in.

A signed cookie remembers the last sign-ins of a browser, so that this is known also when the session is gone.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.utils.crypto import salted_hmac

COOKIE = "winback_pages"
MOST = 8  # sign-ins that a browser remembers
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


def _mark(secret: str) -> str:
    return salted_hmac(COOKIE, secret, algorithm="sha256").hexdigest()[:32]


def _known(request: HttpRequest) -> dict[str, int]:
    """The sign-ins of this browser, the newest last: their marks and whose they were."""
    try:
        sign_ins = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return {}
    return dict(sign_ins)


def reader_of(request: HttpRequest) -> tuple[int, str] | None:
    """Who read the form that is sent here, and the mark of that sign-in; None when this browser cannot show it."""
    token = request.POST.get(TOKEN_FIELD, "")
    try:
        csrf._check_token_format(token)  # type: ignore[attr-defined]  # its stubs leave it out, and the other one
    except csrf.InvalidTokenFormat:
        return None
    is_bare = len(token) == csrf.CSRF_SECRET_LENGTH
    mark = _mark(token if is_bare else csrf._unmask_cipher_token(token))  # type: ignore[attr-defined]
    user_id = _known(request).get(mark)
    return None if user_id is None else (user_id, mark)


def has_read(request: HttpRequest, user_id: int, mark: str) -> bool:
    """Whether that sign-in was one of this browser, and this person's."""
    return _known(request).get(mark) == user_id


def remember(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Let the browser remember whose its pages are; a cookie only when there is something new to say."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret:
        return
    known, mark = _known(request), _mark(secret)
    if known.get(mark) == user_id:
        return
    known.pop(mark, None)
    latest = [*known.items(), (mark, user_id)][-MOST:]
    response.set_cookie(
        COOKIE,
        signing.dumps(latest, salt=COOKIE),
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )

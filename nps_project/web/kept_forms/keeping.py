"""Decide what is kept of a form that could not be taken, and the address at which it is shown again."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from nps_project.web.kept_forms import readers, store

PARAMETER = "kept"
_SECRET = re.compile(r"(^|[-_])(password|code|key|secret|token)[0-9]*$", re.IGNORECASE)


def is_secret(field: str) -> bool:
    """Whether a field of this name is never kept: passwords, codes, what is signed."""
    return _SECRET.search(field) is not None


def without_token(query: str) -> str:
    """A query as the page knows it."""
    if PARAMETER not in query:
        return query
    return urlencode([pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != PARAMETER])


def token_in(query: str) -> str:
    """The token in a query, or ""."""
    return dict(parse_qsl(query)).get(PARAMETER, "")[:64] if PARAMETER in query else ""


def with_token(page: str, token: str) -> str:
    """The address of a page that shows what was kept."""
    return f"{page}{'&' if '?' in page else '?'}{urlencode({PARAMETER: token})}" if token else page


def referring(request: HttpRequest) -> tuple[str, str]:
    """Path and query of the page of this site that the request comes from; empty for none that there is."""
    try:
        from_page = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return "", ""
    if from_page.netloc != request.get_host() or not is_page(from_page.path):
        return "", ""
    return from_page.path, from_page.query


def is_page(path: str) -> bool:
    """Whether something of this site answers there: not `//elsewhere`, and not the sign-in itself."""
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None) or path.startswith(settings.LOGIN_URL):
        return False
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def page_of(request: HttpRequest) -> str:
    """Where the form was read: the referring page, else the address that it was sent to."""
    path, query = referring(request)
    query = without_token(query if path else request.META.get("QUERY_STRING", ""))
    return f"{path or request.path}{'?' if query else ''}{query}"


def page_above(path: str) -> str:
    """The nearest address above that leads somewhere: of /desk/tickets/5/notes/ it is /desk/tickets/5/."""
    while path.rstrip("/"):
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_page(path):
            return path
    return settings.LOGIN_REDIRECT_URL


def keep_form(request: HttpRequest) -> str:
    """Keep what was sent for whoever read the form. Returns: the token, or "" when nothing is kept."""
    reader = readers.reader_of(request)
    if reader is None:
        return ""
    user_id, mark = reader
    fields = {name: values for name, values in request.POST.lists() if name != readers.TOKEN_FIELD}
    kept = {name: [str(value) for value in values] for name, values in fields.items() if not is_secret(name)}
    form = store.KeptForm(path=request.path, mark=mark, fields=kept, had_secrets=len(kept) < len(fields))
    return store.keep(user_id, form)


def kept_or_not(request: HttpRequest) -> dict[str, object]:
    """What to say of a form whose token is not the browser's any more: for the page that refuses it.

    It is kept for whoever read it, unless somebody else is signed in by now: they get nothing.
    """
    reader, user = readers.reader_of(request), request.user
    if reader is not None and user.is_authenticated and user.pk != reader[0]:
        return {"is_of_another": True, "address": page_of(request)}
    token = keep_form(request)
    return {
        "is_kept": bool(token),
        "is_signed_out": not user.is_authenticated,
        "address": with_token(page_of(request), token),
    }

"""The middleware: it keeps a form that is sent while signed out, shows it again, and forgets it when it is taken."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string

from nps_project.web.kept_forms import filling, keeping, readers, store

_SIGN_IN = (settings.LOGIN_URL, "/admin/login/")
PERSONAL = "private, no-store"
TAKEN_COOKIE = "winback_taken"  # for the script of the page that comes next: the forms that were taken
TAKEN_FOR_S = 120
MOST_TAKEN = 5
_PATH = re.compile(r"/[A-Za-z0-9_.~/%-]{0,200}", re.ASCII)


class KeptFormsMiddleware:
    """Stands where the session and the person's language are known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, user_id = _take_out_token(request), _signed_in(request)
        response = self.get_response(request)
        if _leads_to_sign_in(response):
            return _sign_in(request, response, token)
        if user_id is None:
            return response
        if request.method == "POST" and _was_taken(request, response):
            _forget(request, response, user_id, token)
        elif token and request.method == "GET":
            response = _shown_again(request, response, user_id, token)
        readers.remember(request, response, user_id)
        return response


def _signed_in(request: HttpRequest) -> int | None:
    """Whose session it is; programs and customers have none."""
    return request.user.pk if settings.SESSION_COOKIE_NAME in request.COOKIES else None


def taken(response: HttpResponse) -> HttpResponse:
    """For a view that did what its form asked for and leads nowhere: what it shows is shown once."""
    response.form_was_taken = True  # type: ignore[attr-defined]  # read below
    return response


def _take_out_token(request: HttpRequest) -> str:
    """The token of the address; no view sees it, nor puts it into its links."""
    query = request.META.get("QUERY_STRING", "")
    if keeping.PARAMETER not in query:
        return ""
    token = keeping.token_in(query)
    request.META["QUERY_STRING"] = keeping.without_token(query)
    request.GET = QueryDict(request.META["QUERY_STRING"])
    return token


def _leads_to_sign_in(response: HttpResponse) -> bool:
    """Whether it is the answer to somebody who is signed out."""
    if response.status_code != 302:
        return False
    path, _mark, query = response.headers.get("Location", "").partition("?")
    return path in _SIGN_IN and "next=" in query


def _sign_in(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """A form leads back to its page, where it is shown again; a script gets no page of a sign-in into its own."""
    by_htmx = "HX-Request" in request.headers
    if _is_asked_by_script(request) and not by_htmx:
        return HttpResponse(status=401)
    if request.method == "POST":
        page = keeping.with_token(keeping.page_of(request), keeping.keep_form(request))
    elif by_htmx:
        page = keeping.page_of(request)
    elif token:
        page = keeping.with_token(request.get_full_path(), token)
    else:
        return response
    address = f"{settings.LOGIN_URL}?{urlencode({'next': page})}"
    return HttpResponse(status=401, headers={"HX-Redirect": address}) if by_htmx else HttpResponseRedirect(address)


def _is_asked_by_script(request: HttpRequest) -> bool:
    """Whether what comes back is read by a script, and is no page of its own."""
    return "X-Requested-With" in request.headers or request.headers.get("Sec-Fetch-Dest") == "empty"


def _was_taken(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the form was: it leads on, with no fault to tell, or its view says so."""
    if getattr(response, "form_was_taken", False):
        return True
    queued = getattr(get_messages(request), "_queued_messages", ())
    return 300 <= response.status_code < 400 and all(message.level < ERROR for message in queued)


def _forget(request: HttpRequest, response: HttpResponse, user_id: int, token: str) -> None:
    """Nothing of what was taken is kept: not here, and not in the tab that it was typed in (static/js/drafts.js)."""
    token = token or keeping.token_in(keeping.referring(request)[1])
    if token:
        store.forget(user_id, token)
    before = [path for path in request.COOKIES.get(TAKEN_COOKIE, "").split("!") if _PATH.fullmatch(path)]
    paths = [*before[1 - MOST_TAKEN :], quote(request.path)]
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(TAKEN_COOKIE, "!".join(paths), max_age=TAKEN_FOR_S, secure=secure, samesite="Lax")


def _shown_again(request: HttpRequest, response: HttpResponse, user_id: int, token: str) -> HttpResponse:
    """The page with the form filled in, and a word on it; without its form, the words alone."""
    kept = store.find(user_id, token)
    if kept is None or not readers.has_read(request, user_id, kept.mark):
        return response
    if response.status_code == 405:  # it was sent from a page at an address that only takes forms
        return HttpResponseRedirect(keeping.with_token(keeping.page_above(request.path), token))
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    filled = filling.fill(response.content.decode(), address=request.path, sent_to=kept.path, fields=kept.fields)
    context = {"kept": kept, "filled": filled, "afresh": request.get_full_path()}
    note = render_to_string("includes/_kept.html", context)
    at = filled.content_start
    response.content = f"{filled.html[:at]}{note}{filled.html[at:]}"
    response.headers["Cache-Control"] = PERSONAL
    return response

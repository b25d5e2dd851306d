"""Customers' addresses of the branding: its stylesheet and its logos, each under a name that says its content.

Nothing in them can act: a logo comes with a policy that runs and fetches nothing, also when it is opened by itself.
"""

import gzip
from functools import lru_cache

from csp.constants import HEADER
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from surveys.branding import look
from surveys.branding.models import Logo, LogoKind

FOREVER = "public, max-age=31536000, immutable"
LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_TYPES = {LogoKind.PNG: "image/png", LogoKind.SVG: "image/svg+xml"}


@require_safe
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """/branding/<digest>.css: the customers' stylesheet in the company's colours.

    An address of a moment ago gives the sheet as it is now, which no cache keeps under the old name.
    """
    is_current = look.shown().sheet == _address(digest)
    if not is_current:
        look.forget_all()  # another process may have changed it just now
        is_current = look.shown().sheet == _address(digest)
    text = look.sheet_of(look.shown().accent, look.shown().second)
    return _answer(request, text.encode(), "text/css; charset=utf-8", FOREVER if is_current else "no-cache")


@require_safe
def logo(request: HttpRequest, digest: str, kind: str) -> HttpResponse:
    """/branding/<digest>.png or .svg: a logo, also one of before."""
    if kind not in LogoKind.values:
        raise Http404
    found = get_object_or_404(Logo, digest=digest, kind=kind)
    response = _answer(request, bytes(found.content), _TYPES[LogoKind(kind)], FOREVER)
    response.headers[HEADER] = LOGO_POLICY
    return response


def _address(digest: str) -> str:
    return f"{look.ADDRESS}{digest}.css"


def _answer(request: HttpRequest, content: bytes, content_type: str, caching: str) -> HttpResponse:
    packs = content_type != _TYPES[LogoKind.PNG] and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(_packed(content) if packs else content, content_type=content_type)
    response.headers["Cache-Control"] = caching
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=8)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)

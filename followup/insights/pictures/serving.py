"""Answers a request with a picture as a file, under a policy by which nothing in it can act."""

from csp.constants import HEADER
from django.http import Http404, HttpResponse
from django.utils import timezone

from followup.insights.pictures.drawing import Picture, as_file, as_png

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def picture_file(picture: Picture, kind: str, name: str) -> HttpResponse:
    """The picture as `<name>-<day>.<kind>`. Raises: Http404 for another kind than svg and png."""
    if kind not in ("svg", "png"):
        raise Http404
    response = HttpResponse(
        as_png(picture) if kind == "png" else as_file(picture),
        content_type="image/png" if kind == "png" else "image/svg+xml; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response.headers[HEADER] = POLICY
    return response

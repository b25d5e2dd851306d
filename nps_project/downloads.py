"""Answers a request with a file: a table, as a CSV that is streamed or an .xlsx that is made first, or another."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_project.common import tables
from nps_project.common.replica import each_from_replica, has_just_written
from nps_project.error_pages import too_many
from nps_project.web.rate_limit import under_way

logger = logging.getLogger(__name__)

EXPORTS_AT_ONCE = 2  # of one person
RETRY_AFTER_S = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Pages = Iterator[list[list[object]]]


class _Held:
    """The parts of a file; its place among the downloads is free when it is closed, sent or not."""

    def __init__(self, parts: Any, close: Callable[[], None]) -> None:
        self.parts, self.close = parts, close

    def __iter__(self) -> Any:
        return self.parts


def download(request: HttpRequest, pages: Pages, *, kind: str, name: str, about: str) -> HttpResponseBase:
    """The rows of `pages`, their head first, as `as_file` gives them.

    `kind`: csv, of any length; or xlsx, made in memory and so limited in length. A replica is read, where there is one.
    """
    if not has_just_written(request):
        pages = each_from_replica(pages)
    try:
        return as_file(request, lambda: _table(pages, kind), kind=kind, name=name, about=about)
    except tables.TooLarge:
        most = {"n": tables.MOST_ROWS}
        return refused(_("This is more than %(n)d rows. Take the CSV, or choose fewer with the filters.") % most)


def as_file(
    request: HttpRequest, make: Callable[[], StreamingHttpResponse], *, kind: str, name: str, about: str
) -> HttpResponseBase:
    """The answer that `make` gives, as the file `<name>-<day>.<kind>`; the log says who exported it.

    `about`: what the log says of it. A person's third download at once is refused with 429. Raises: what `make` does.
    """
    give_back = under_way.take(f"export:{request.user.pk}", EXPORTS_AT_ONCE)
    if give_back is None:
        words = _("Two of your downloads are still under way. Wait until one is finished, then try again.")
        return too_many(request, words, RETRY_AFTER_S)
    logger.info("%s exported by user %d: %s", name, request.user.pk or 0, about)
    try:
        answer = make()
    except BaseException:
        give_back()
        raise
    answer.streaming_content = _Held(answer.streaming_content, give_back)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{kind}"'
    return answer


def refused(*why: str) -> HttpResponseBadRequest:
    """A plain 400 with these sentences."""
    return HttpResponseBadRequest("\n".join(why), content_type="text/plain; charset=utf-8")


def _table(pages: Pages, kind: str) -> StreamingHttpResponse:
    """Raises: tables.TooLarge."""
    if kind == "csv":
        return StreamingHttpResponse(tables.csv_lines(pages), content_type="text/csv; charset=utf-8")
    return FileResponse(tables.workbook(pages), content_type=XLSX)

"""Exports the queue as a table for spreadsheets, all of its pages."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import FileResponse, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.desk.queue.query import select
from followup.models import Ticket
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import tables
from nps_project.error_pages import too_many
from nps_project.web.rate_limit import under_way

logger = logging.getLogger(__name__)

CHUNK = 500
EXPORTS_AT_ONCE = 2  # of one person
RETRY_AFTER_S = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Held:
    """The parts of a table; its place among the downloads is free when it is closed, sent or not."""

    def __init__(self, parts: Any, close: Callable[[], None]) -> None:
        self.parts, self.close = parts, close

    def __iter__(self) -> Any:
        return self.parts


@viewer_required
@require_safe
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The table of the queue at this address, oldest ticket first; the log says who exported it.

    `kind`: csv, a stream of any length; or xlsx, made in memory and so limited in length.
    """
    at = timezone.now()
    selection = select(request.GET, request.user, at)
    if selection.faults:
        return _refused(*selection.faults)
    give_back = under_way.take(f"export:{request.user.pk}", EXPORTS_AT_ONCE)
    if give_back is None:
        words = _("Two of your downloads are still under way. Wait until one is finished, then try again.")
        return too_many(request, words, RETRY_AFTER_S)
    filters = " ".join(sorted(selection.chosen)) or "none"
    logger.info("tickets exported by user %d: view %s, filters %s", request.user.pk, selection.view, filters)
    pages = _pages(selection.tickets, at, translation.get_language() or "en")
    try:
        answer = _table(pages, kind)
    except BaseException as error:
        give_back()
        if not isinstance(error, tables.TooLarge):
            raise
        most = {"n": tables.MOST_ROWS}
        return _refused(_("This is more than %(n)d rows. Take the CSV, or choose fewer with the filters.") % most)
    answer.streaming_content = _Held(answer.streaming_content, give_back)
    answer["Content-Disposition"] = f'attachment; filename="tickets-{timezone.localdate().isoformat()}.{kind}"'
    return answer


def _table(pages: Iterator[list[list[object]]], kind: str) -> StreamingHttpResponse:
    """Raises: tables.TooLarge."""
    if kind == "csv":
        return StreamingHttpResponse(tables.csv_lines(pages), content_type="text/csv; charset=utf-8")
    return FileResponse(tables.workbook(pages), content_type=XLSX)


def _refused(*why: str) -> HttpResponseBadRequest:
    return HttpResponseBadRequest("\n".join(why), content_type="text/plain; charset=utf-8")


def _columns() -> list[str]:
    return [
        _("Ticket"), _("Score"), _("Survey"), _("Status"), _("Clock"), _("Owner"), _("Team"), _("Customer"),
        _("Company"), _("Comment"), _("Language"), _("Answered"), _("Opened"), _("First contact due"),
        _("First contact"), _("Resolved"), _("Outcome"), _("Root cause"), _("Tags"), _("Value a year"),
    ]  # fmt: skip


def _pages(tickets: Any, at: datetime, language: str) -> Iterator[list[list[object]]]:
    """The head, then pages by id, so that no row comes twice or is left out."""
    with translation.override(language):  # never across a yield: the thread does other work in between
        head: list[list[object]] = [[*_columns()]]
    yield head
    rows = tickets.select_related("response__contact", "survey", "owner", "team", "root_cause").order_by("pk")
    last = 0
    while page := list(rows.filter(pk__gt=last).defer("response__search_vector")[:CHUNK]):
        last = page[-1].pk
        with translation.override(language):
            cells = [[str(cell) if isinstance(cell, Model) else cell for cell in _cells(one, at)] for one in page]
        yield cells


def _cells(ticket: Ticket, at: datetime) -> list[object]:
    response, contact = ticket.response, ticket.response.contact
    return [
        ticket.pk, ticket.score, ticket.survey.slug, ticket.get_status_display(), ticket.due_state(at), ticket.owner,
        ticket.team, response.reach_name or response.reach_email or response.reach_phone,
        contact.company_name if contact else "", response.comment, response.language, *(
            moment.isoformat(timespec="seconds") if moment else "" for moment in (
                response.answered_at, ticket.opened_at, ticket.first_contact_due_at, ticket.first_contact_at,
                ticket.resolved_at,
            )
        ),
        ticket.get_outcome_display() if ticket.outcome else "", ticket.root_cause.name if ticket.root_cause else "",
        ", ".join(ticket.tags), contact.value if contact and contact.value is not None else "",
    ]  # fmt: skip

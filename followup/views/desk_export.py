"""The queue as a CSV file: what is shown, all of it, as a stream."""

import csv
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.models import Ticket
from followup.views.desk_query import select
from nps_project.accounts.permissions import StaffRequest, viewer_required

logger = logging.getLogger(__name__)

CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


@viewer_required
@require_safe
def export(request: StaffRequest) -> HttpResponseBase:
    """The same address as the queue's, without pages: oldest ticket first. Who took it away stands in the log."""
    at = timezone.now()
    selection = select(request.GET, request.user, at)
    if selection.faults:
        return HttpResponseBadRequest("\n".join(selection.faults), content_type="text/plain; charset=utf-8")
    filters = " ".join(sorted(selection.chosen)) or "none"
    logger.info("tickets exported by user %d: view %s, filters %s", request.user.pk, selection.view, filters)
    lines = _lines(selection.tickets, at, translation.get_language() or "en")
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="tickets-{timezone.localdate().isoformat()}.csv"'
    return answer


def _columns() -> list[str]:
    return [
        _("Ticket"), _("Score"), _("Survey"), _("Status"), _("Clock"), _("Owner"), _("Team"), _("Customer"),
        _("Company"), _("Comment"), _("Language"), _("Answered"), _("Opened"), _("First contact due"),
        _("First contact"), _("Resolved"), _("Outcome"), _("Root cause"), _("Tags"), _("Value a year"),
    ]  # fmt: skip


def _lines(tickets: Any, at: datetime, language: str) -> Iterator[str]:
    """With a mark for spreadsheets that it is UTF-8; pages by id, so that no row comes twice or is left out."""
    writer = csv.writer(_Line())
    with translation.override(language):  # never across a yield: the thread does other work in between
        head = writer.writerow(_columns())
    yield "\ufeff" + head
    rows = tickets.select_related("response__contact", "survey", "owner", "team", "root_cause").order_by("pk")
    last = 0
    while page := list(rows.filter(pk__gt=last).defer("response__comment_words")[:CHUNK]):
        last = page[-1].pk
        with translation.override(language):
            text = "".join(writer.writerow([harmless(cell) for cell in _cells(ticket, at)]) for ticket in page)
        yield text


def _cells(ticket: Ticket, at: datetime) -> list[object]:
    response, contact = ticket.response, ticket.response.contact
    return [
        ticket.pk, ticket.score, ticket.survey.slug, ticket.get_status_display(), ticket.due_state(at), ticket.owner,
        ticket.team, response.reach_name or response.reach_email or response.reach_phone,
        contact.company if contact else "", response.comment, response.language, *(
            moment.isoformat(timespec="seconds") if moment else "" for moment in (
                response.answered_at, ticket.opened_at, ticket.first_contact_due_at, ticket.first_contact_at,
                ticket.resolved_at,
            )
        ),
        ticket.get_outcome_display() if ticket.outcome else "", ticket.root_cause.name if ticket.root_cause else "",
        ", ".join(ticket.tags), contact.value if contact and contact.value is not None else "",
    ]  # fmt: skip

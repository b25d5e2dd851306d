"""Exports the queue as a table for spreadsheets, all of its pages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.desk.queue.forms import QueueFilterForm
from followup.desk.queue.query import select
from followup.models import Ticket
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import in_company_zone
from nps_project.downloads import download, refused

CHUNK = 500
_CLOCKS = dict(QueueFilterForm.base_fields["due_state"].choices)  # type: ignore[attr-defined]


@viewer_required
@require_safe
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The table of the queue at this address, oldest ticket first; the log says who exported it.

    `kind`: csv, a stream of any length; or xlsx, made in memory and so limited in length.
    """
    at = timezone.now()
    selection = select(request.GET, request.user, at)
    if selection.faults:
        return refused(*selection.faults)
    filters = " ".join(sorted(selection.chosen)) or "none"
    pages = _pages(selection.tickets, at, translation.get_language() or "en")
    return download(request, pages, kind=kind, name="tickets", about=f"view {selection.view}, filters {filters}")


def _columns() -> list[str]:
    return [
        _("Ticket"), _("Score"), _("Survey"), _("Status"), _("Clock"), _("Owner"), _("Team"), _("Customer"),
        _("Company"), _("Comment"), _("Language"), _("Answered"), _("Opened"), _("First contact due"),
        _("First contact"), _("Resolved"), _("Outcome"), _("Root cause"), _("Tags"), _("Value a year"),
        _("Asked again"), _("Score afterwards"), _("Recovered"), _("The customer says"),
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
        ticket.pk, ticket.score, ticket.survey.slug, ticket.get_status_display(),
        str(_CLOCKS.get(ticket.due_state(at), "")), ticket.owner, ticket.team,
        response.reach_name or response.reach_email or response.reach_phone,
        contact.company_name if contact else "", response.comment, response.language, *(
            in_company_zone(moment) for moment in (
                response.answered_at, ticket.opened_at, ticket.first_contact_due_at, ticket.first_contact_at,
                ticket.resolved_at,
            )
        ),
        ticket.get_outcome_display() if ticket.outcome else "", ticket.root_cause.name if ticket.root_cause else "",
        ", ".join(ticket.tags), contact.value if contact and contact.value is not None else "",
        in_company_zone(ticket.asked_again_at),
        "" if ticket.score_after is None else ticket.score_after, _yes_or_no(ticket.recovered),
        ticket.get_customer_said_display() if ticket.customer_said else "",
    ]  # fmt: skip


def _yes_or_no(fact: bool | None) -> str:
    return "" if fact is None else _("yes") if fact else _("no")

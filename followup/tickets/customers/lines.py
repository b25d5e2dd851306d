"""What the pages of customers and companies show of tickets; surveys asks for it through its hooks."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Count
from django.urls import reverse

from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.hooks import TicketLine


def of_contact(contact_id: int, user: User, most: int) -> Sequence[TicketLine]:
    """The newest tickets of a contact that this user may see; one query."""
    rows = Ticket.objects.visible_to(user).filter(response__contact=contact_id).select_related("owner")
    return [
        TicketLine(
            number=ticket.pk,
            url=reverse("followup:ticket", args=[ticket.pk]),
            score=ticket.score,
            status=ticket.get_status_display(),
            owner=str(ticket.owner) if ticket.owner else "",
            opened_at=ticket.opened_at,
            is_open=not ticket.is_resolved,
        )
        for ticket in rows.order_by("-pk")[:most]
    ]


def open_by_company(company_ids: Collection[int], user: User) -> Mapping[int, int]:
    """The number of open tickets that this user may see, of each company that has one; one query."""
    rows = Ticket.objects.visible_to(user).unresolved().filter(response__contact__company__in=company_ids)
    return dict(rows.order_by().values_list("response__contact__company").annotate(Count("pk")))

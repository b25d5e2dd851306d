"""Which messages a person may see: those of the tickets that they see; without a ticket, those of their customers."""

from django.db.models import Q, QuerySet

from followup.conversations.models import Direction, Message, MessageStatus
from followup.models import Ticket
from nps_project.accounts.models import Role, User
from surveys.models import Response


def on_tickets(user: User) -> QuerySet[Message]:
    """Messages on tickets that this person sees."""
    rows = Message.objects.filter(ticket__isnull=False)
    if user.sees_all_teams and user.survey_limit_id() is None:
        return rows
    return rows.filter(ticket__in=Ticket.objects.visible_to(user))


def without_ticket(user: User) -> QuerySet[Message]:
    """Mails that belong to no ticket, set aside or not.

    Managers see those of unknown senders too; others those of customers on whose tickets they work. What was written on
    a customer's page is seen by who sees its answer.
    """
    rows = Message.objects.filter(direction=Direction.IN, ticket=None)
    is_limited = user.survey_limit_id() is not None
    if user.is_at_least(Role.MANAGER) and user.sees_all_teams and not is_limited:
        return rows
    theirs = Q(contact__in=Ticket.objects.visible_to(user).values("response__contact"))
    if user.is_at_least(Role.MANAGER) and not is_limited:
        theirs |= Q(contact=None)
    of_page = Q(case_message__response__in=Response.objects.visible_to(user))
    return rows.filter(of_page | (Q(case_message=None) & theirs))


def waiting(user: User) -> QuerySet[Message]:
    """Of those, the ones about which nobody has decided."""
    return without_ticket(user).filter(status=MessageStatus.WAITING, set_aside_at=None)


def visible(user: User) -> QuerySet[Message]:
    """All messages that this person may see."""
    if user.is_at_least(Role.MANAGER) and user.sees_all_teams and user.survey_limit_id() is None:
        return Message.objects.all()
    return Message.objects.filter(
        Q(pk__in=on_tickets(user).order_by().values("pk")) | Q(pk__in=without_ticket(user).order_by().values("pk"))
    )

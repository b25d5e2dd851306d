"""What people decide about mails, and what it does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.conversations.incoming import deciding, seen_by
from followup.conversations.models import Message
from followup.errors import InvalidAction, WrongState
from followup.history import chain
from followup.models import RootCause, Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def resolve(ticket: Ticket, by: User) -> None:
    actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=RootCause.objects.filter(is_active=True)[0])


def the_reply() -> Message:
    return Message.objects.filter(direction="in").latest("pk")


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def test_a_mail_of_another_address_counts_once_it_is_accepted(ticket: Ticket, bea: User, take: Take) -> None:
    to = address_of(sent(ticket))
    resolve(ticket, bea)
    take(mail("It is me", to=to, sender="ann@private.dk"))
    deciding.accept(message_id=the_reply().pk, by=bea)
    after = now_of(ticket)
    assert not after.is_resolved
    assert after.next_contact_due_at == the_reply().at + timedelta(hours=24)
    assert (the_reply().status, the_reply().is_accepted) == ("received", True)
    assert after.activities.latest("number").kind == "mail_accepted"
    with pytest.raises(WrongState):
        deciding.accept(message_id=the_reply().pk, by=bea)
    take(mail("Me again", to=to, sender="ann@private.dk", message_id="<2@x>"))
    assert the_reply().is_accepted  # the address is known now
    assert list(chain.verify([ticket.pk])) == []


def test_a_mail_without_a_ticket_is_attached_to_one(ticket: Ticket, bea: User, take: Take) -> None:
    take(mail("Where is it?", sender="ann@private.dk"))
    reply = the_reply()
    deciding.set_aside(message_id=reply.pk, by=bea)
    assert not seen_by.waiting(make_user("cai", "manager", all_teams=True)).exists()
    deciding.attach(message_id=reply.pk, ticket=ticket, by=bea)
    reply = the_reply()
    assert (reply.ticket_id, reply.status, reply.set_aside_at) == (ticket.pk, "received", None)
    assert kinds(now_of(ticket))[-1] == "mail_attached"
    assert now_of(ticket).next_contact_due_at is not None
    with pytest.raises(WrongState):
        deciding.attach(message_id=reply.pk, ticket=ticket, by=bea)
    with pytest.raises(WrongState):
        deciding.set_aside(message_id=reply.pk, by=bea)


def test_a_ticket_is_made_of_a_mail_whose_customer_has_answered(bea: User, take: Take) -> None:
    manager = make_user("cai", "manager", all_teams=True)
    contact = make_contact(7)
    take(mail("Hello", sender="customer7@example.com"))
    with pytest.raises(InvalidAction):
        deciding.open_ticket(message_id=the_reply().pk, by=manager)
    answer = make_answer(make_survey("spring"), 9, contact=contact)
    deciding.open_ticket(message_id=the_reply().pk, by=manager)
    ticket = Ticket.objects.get(response=answer)
    assert the_reply().ticket_id == ticket.pk
    assert kinds(ticket) == ["opened_by_hand", "mail_attached"]
    take(mail("Again", sender="customer7@example.com", message_id="<2@x>"))
    deciding.open_ticket(message_id=the_reply().pk, by=manager)
    assert the_reply().ticket_id == ticket.pk


def test_only_thanks_closes_what_it_reopened_as_it_was(ticket: Ticket, bea: User, take: Take) -> None:
    to = address_of(sent(ticket))
    resolve(ticket, bea)
    cause = now_of(ticket).root_cause
    take(mail("Thank you!", to=to))
    assert not now_of(ticket).is_resolved
    deciding.only_thanks(message_id=the_reply().pk, by=bea)
    after = now_of(ticket)
    assert (after.status, after.outcome, after.root_cause) == ("resolved", "kept", cause)
    assert after.next_contact_due_at is None
    assert kinds(after)[-3:] == ["customer_wrote", "mail_accepted", "resolved"]
    with pytest.raises(WrongState):
        deciding.only_thanks(message_id=the_reply().pk, by=bea)
    assert list(chain.verify([ticket.pk])) == []


def test_thanks_close_nothing_when_more_waits_or_when_it_was_open(ticket: Ticket, bea: User, take: Take) -> None:
    to = address_of(sent(ticket))
    take(mail("Thanks so far", to=to))
    deciding.only_thanks(message_id=the_reply().pk, by=bea)
    assert (now_of(ticket).status, now_of(ticket).next_contact_due_at) == ("contacted", None)
    resolve(ticket, bea)
    take(mail("Thank you", to=to, message_id="<2@x>"))
    thanks = the_reply()
    take(mail("But it is broken again", to=to, message_id="<3@x>"))
    deciding.only_thanks(message_id=thanks.pk, by=bea)
    assert not now_of(ticket).is_resolved


def test_who_sees_mails_without_a_ticket(ticket: Ticket, take: Take) -> None:
    team = Team.objects.create(name="North")
    take(mail("Mine"))
    take(mail("Whose?", sender="stranger@x.dk", message_id="<2@x>"))

    def seen(user: User) -> list[str]:
        return list(seen_by.waiting(user).order_by("pk").values_list("text", flat=True))

    stranger = make_user("dan", all_teams=False)
    stranger.teams.add(team)
    assert seen(make_user("all", "manager", all_teams=True)) == ["Mine", "Whose?"]
    assert seen(User.objects.get(email="bea@example.com")) == ["Mine"]
    assert seen(stranger) == []
    assert seen(make_user("lead", "manager", all_teams=False)) == ["Whose?"]


def test_a_late_decision_counts_from_when_the_mail_came(ticket: Ticket, bea: User, take: Take) -> None:
    take(mail("Hello?", sender="x@y.dk"))
    came = timezone.now() - timedelta(hours=30)
    Message.objects.filter(direction="in").update(at=came)
    deciding.attach(message_id=the_reply().pk, ticket=ticket, by=bea)
    assert now_of(ticket).next_contact_due_at == came + timedelta(hours=24)


def test_another_tickets_waiting_mail_can_be_moved(ticket: Ticket, bea: User, take: Take) -> None:
    other = make_ticket(make_survey("spring"), 1, contact=make_contact(2))
    take(mail("Hm", to=address_of(sent(ticket)), sender="customer2@example.com"))
    deciding.attach(message_id=the_reply().pk, ticket=other, by=bea)
    assert the_reply().ticket_id == other.pk

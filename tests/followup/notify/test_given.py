"""The mail to whom a rule gave a ticket: a row at once, its words when it leaves, a line where there were too many."""

import pytest
import time_machine
from django.utils import timezone

from followup.models import DigestItem, RouteTo, RoutingRule, Ticket
from followup.notify import digests, mails
from followup.tickets import opening
from nps_project.accounts.models import TicketMail, User
from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery, Status
from surveys.models import Survey
from tests.factories import make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    """Whom a rule gives every ticket."""
    made = make_user("bea", language="da")
    RoutingRule.objects.create(name="All", to=RouteTo.PERSON, person=made)
    return made


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def give(survey: Survey, number: int, *, one_by_one: bool = False) -> list[Ticket]:
    """So many tickets, opened together, or each by itself."""
    answers = [make_answer(survey, 2, "No call came.", contact=make_contact(place)) for place in range(number)]
    ids = [answer.pk for answer in answers]
    for some in [[pk] for pk in ids] if one_by_one else [ids]:
        opening.open_for_responses(some)
    return list(Ticket.objects.filter(response__in=ids).order_by("response"))


def test_its_words_are_made_when_it_leaves_in_the_language_of_its_reader(survey: Survey, bea: User) -> None:
    (ticket,) = give(survey, 1)
    row = Delivery.objects.get()
    assert (row.template, row.to_address, row.about) == (mails.GIVEN, bea.email, f"ticket:{ticket.pk}")
    assert (row.subject, row.body_text, row.status) == ("", "", Status.QUEUED)

    assert sending.send_one(row.pk)
    row.refresh_from_db()
    assert row.status == Status.STORED, "no mail server is set: the outbox keeps it"
    assert row.subject == f"Sag {ticket.pk}, score 2: den er din"
    assert "No call came." in row.body_text
    assert f"/desk/tickets/{ticket.pk}/" in row.body_html
    assert not sending.send_one(row.pk), "once"


@pytest.mark.parametrize("one_by_one", [True, False])
def test_after_twenty_in_an_hour_the_rest_comes_as_one_mail(survey: Survey, bea: User, one_by_one: bool) -> None:
    with time_machine.travel("2026-11-25T10:05:00Z", tick=False):
        given = give(survey, mails.MOST_AN_HOUR + 3, one_by_one=one_by_one)
        assert Delivery.objects.filter(to_address=bea.email).count() == mails.MOST_AN_HOUR
        lines = DigestItem.objects.order_by("ticket")
        assert [line.ticket_id for line in lines] == [ticket.pk for ticket in given[mails.MOST_AN_HOUR :]]
        assert {line.send_at for line in lines} == {mails.next_hour(timezone.now())}
    with time_machine.travel("2026-11-25T11:00:00Z", tick=False):
        assert digests.send_due(timezone.now()) == 1


@pytest.mark.parametrize("one_by_one", [True, False])
def test_who_chose_the_daily_mail_gets_lines(survey: Survey, bea: User, one_by_one: bool) -> None:
    User.objects.update(mail_about_tickets=TicketMail.DAILY)
    give(survey, 3, one_by_one=one_by_one)
    assert not Delivery.objects.exists()
    assert list(DigestItem.objects.values_list("person", "send_at")) == [(bea.pk, None)] * 3

"""Two people on one ticket: what others wrote meanwhile is shown before a mail goes; who answers whom is told."""

from typing import Any

import pytest

from followup.conversations import effects
from followup.conversations.models import Message
from followup.conversations.writing import beginning
from followup.models import Notice, Play, Ticket
from followup.tickets import actions
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from tests.factories import client_of, make_user

pytestmark = pytest.mark.django_db


def address(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.pk}/mail/write/"


def write(by: User, ticket: Ticket, **data: Any) -> Any:
    return client_of(by).post(address(ticket), {"subject": "Din bestilling", "text": "Kære Karin, vi ringer.", **data})


def wrote(ticket: Ticket, **fields: Any) -> Message:
    given = {
        "direction": "in",
        "status": "received",
        "text": "Hvornår?",
        "from_name": "Karin Jensen",
        "channel": "case",
    }
    return Message.objects.create(ticket=ticket, **(given | fields))


def answers(ticket: Ticket, message: Message) -> None:
    effects.customer_wrote(actions.lock(ticket.pk), message, message.at)


def bell(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person, read_at=None).order_by("pk").values_list("kind", flat=True))


def test_what_others_wrote_meanwhile_is_shown_before_a_mail_goes(ticket: Ticket, agent: User) -> None:
    otto = make_user("otto")
    assert 'name="seen" value="0"' in client_of(agent).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert write(otto, ticket, seen=0, text="Kære Karin, <b>Otto</b> her.").status_code == 303
    refused = write(agent, ticket, seen=0)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "While you were writing." in page
    assert "&lt;b&gt;Otto&lt;/b&gt; her." in page
    assert "Kære Karin, vi ringer.</textarea>" in page
    newest = Message.objects.get()
    assert f'name="seen" value="{newest.pk}"' in page
    assert write(agent, ticket, seen=newest.pk).status_code == 303
    assert Message.objects.count() == 2


def test_ones_own_mails_and_what_never_went_hold_nobody_up(ticket: Ticket, agent: User) -> None:
    assert write(agent, ticket, seen=0).status_code == 303
    wrote(ticket, direction="out", status="cancelled", author=make_user("otto"), channel="mail")
    wrote(ticket, is_automatic=True, channel="mail")
    assert write(agent, ticket, seen=0).status_code == 303
    wrote(ticket)
    assert write(agent, ticket, seen=0).status_code == 409
    assert write(agent, ticket).status_code == 303  # a program, or a page of the release before


def test_of_a_ticket_that_nobody_has_the_last_writer_is_told_that_the_customer_answers(
    ticket: Ticket, agent: User
) -> None:
    answers(ticket, wrote(ticket))
    assert not Notice.objects.exists()
    write(agent, ticket)
    answers(ticket, wrote(ticket, text="Mandag."))
    assert bell(agent) == ["wrote"]
    (mail,) = Delivery.objects.filter(template="ticket_wrote")
    assert (mail.to_address, "Mandag." in mail.body_text) == (agent.email, True)
    otto = make_user("otto")
    Ticket.objects.filter(pk=ticket.pk).update(owner=otto)
    answers(ticket, wrote(ticket, text="Tirsdag."))
    assert bell(otto) == ["wrote"]


def test_a_writer_who_may_not_see_the_ticket_any_more_is_told_nothing(ticket: Ticket, agent: User) -> None:
    write(agent, ticket)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    answers(ticket, wrote(ticket))
    assert not Notice.objects.exists()


# How an answer begins


@pytest.mark.parametrize(("greeting", "close"), [("Kære {name},", "Venlig hilsen,"), ("Hej {name}", "Venlig hilsen")])
def test_a_first_mail_is_signed_and_an_answer_has_the_greeting_and_the_close_alone(
    ticket: Ticket, agent: User, greeting: str, close: str
) -> None:
    words = {"da": f"{greeting}\r\n\r\nJeg vil gerne høre, hvad der skete.\r\n\r\n{close}"}  # as a form stores it
    Play.objects.filter(pk=ticket.play_id).update(mail_body=words, mail_subject={"da": "Undskyld"})
    first = client_of(agent).get(address(ticket)).content.decode()
    assert f"hvad der skete.\n\n{close}\n{agent.name}</textarea>" in first
    wrote(ticket)  # on their page: there is no subject to answer
    answer = client_of(agent).get(address(ticket)).content.decode()
    assert 'value="Undskyld"' in answer
    assert f"{greeting.format(name='Karin Jensen')}\n\n\n\n{close}\n{agent.name}</textarea>" in answer
    assert "hvad der skete" not in answer.partition('id="mail_text"')[2].partition("</textarea>")[0]
    ticket.refresh_from_db()
    empty = write(agent, ticket, text=beginning.frame_of(ticket, agent))
    assert (empty.status_code, Message.objects.filter(direction="out").count()) == (422, 0)
    assert "Write some words." in empty.content.decode()


def test_a_mail_for_later_without_a_time_does_not_leave_at_once(ticket: Ticket, agent: User) -> None:
    refused = write(agent, ticket, then="later")
    assert (refused.status_code, Message.objects.exists()) == (422, False)
    assert "Choose a time." in refused.content.decode()

"""Beyond the deadline: further levels, service hours, who is away, and the daily mail of those who chose it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Absence, Activity, ActivityKind, DigestItem, EscalateTo, Ticket
from followup.models.ticket import NO_DEADLINE
from followup.notify import digests, mails
from followup.notify.cover import Cover
from followup.playbooks import services as playbooks
from followup.playbooks.services import LevelDraft
from followup.presentation.history_texts import Describer
from followup.tickets import attempts
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from tests.factories import client_of, make_user
from tests.followup.clocks.test_clocks import FRIDAY, change_play, opened, team

__all__ = ["team"]  # a fixture

pytestmark = pytest.mark.django_db

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def give_levels(*levels: LevelDraft, score: int = 2) -> None:
    book = playbooks.ensure_default()
    draft = playbooks.draft_of(playbooks.plays_of(book)[score])
    playbooks.save_plays(playbook=book, drafts={score: playbooks.PlayDraft(draft.fields, draft.steps, levels)})


def mailed_addresses(**fields: Any) -> set[str]:
    return set(Delivery.objects.filter(template="ticket_overdue", **fields).values_list("to_address", flat=True))


def test_each_level_is_told_once_and_in_its_turn() -> None:
    boss, chief = make_user("boss", "manager"), make_user("chief", "agent")
    lead = make_user("lead")
    give_levels(
        LevelDraft(4, EscalateTo.LEAD), LevelDraft(8, EscalateTo.PERSON, chief), LevelDraft(24, EscalateTo.MANAGERS)
    )
    ticket = opened(Team.objects.create(name="North", lead=lead))
    late = ticket.deadline + SECOND
    assert escalation.move_clocks(late) == 1
    assert mailed_addresses() == {lead.email}
    assert escalation.move_clocks(late + 4 * HOUR) == 1
    assert escalation.move_clocks(late + 4 * HOUR) == 0
    assert not escalation.escalate_further(ticket.pk, late + 4 * HOUR)
    assert escalation.move_clocks(late + 8 * HOUR) == 1
    assert mailed_addresses() == {lead.email, chief.email}
    assert escalation.move_clocks(late + 24 * HOUR) == 1
    assert mailed_addresses() == {lead.email, chief.email, boss.email}
    assert escalation.move_clocks(late + 999 * HOUR) == 0
    entries = Activity.objects.filter(kind=ActivityKind.ESCALATED).order_by("number")
    assert [entry.data.get("level") for entry in entries] == [None, 1, 2, 3]
    assert Delivery.objects.count() == 4
    assert list(chain.verify()) == []
    page = client_of(boss).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    for said in ("The deadline has passed: told lead", "Still late: told lead", "Still late: told chief", "told boss"):
        assert said in page, "the history says to whom each stage went"


def test_the_history_names_who_was_told_in_the_place_of_whom() -> None:
    lead, deputy, away = make_user("lead"), make_user("deputy"), FRIDAY.date()
    Absence.objects.create(person=lead, first_day=away, last_day=away + timedelta(days=30), stand_in=deputy)
    ticket = opened(Team.objects.create(name="North", lead=lead))
    escalation.warn(ticket.pk, ticket.warn_at)
    escalation.escalate(ticket.pk, ticket.deadline + SECOND)
    page = client_of(lead).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Warning: the deadline is near: told deputy" in page
    assert "The deadline has passed: told deputy" in page
    people = {person.pk for person in (lead, deputy)} | {make_user(f"manager{n}", "manager").pk for n in range(6)}
    ticket.refresh_from_db()
    entry = chain.append(ticket, ActivityKind.WARNED, at=FRIDAY, told=sorted(people))
    assert "told lead, deputy, manager0, manager1, manager2, and 3 more" in words_of(entry)
    assert words_of(chain.append(ticket, ActivityKind.WARNED, at=FRIDAY, told=[])).endswith(
        "nobody is there to be told"
    )
    assert words_of(chain.append(ticket, ActivityKind.WARNED, at=FRIDAY)) == "Warning: the deadline is near"


def words_of(entry: Activity) -> str:
    return Describer([entry], [], FRIDAY).entry(entry).what


def test_a_contact_ends_the_levels() -> None:
    give_levels(LevelDraft(4, EscalateTo.MANAGERS))
    make_user("boss", "manager")
    ticket = opened(None)
    late = ticket.deadline + SECOND
    escalation.move_clocks(late)
    assert Ticket.objects.get().escalate_at == ticket.deadline + 4 * HOUR
    attempts.log_attempt(ticket_id=ticket.pk, by=make_user("bea"), result="reached", now=late + HOUR, at=late + HOUR)
    assert Ticket.objects.get().escalate_at == NO_DEADLINE
    assert escalation.move_clocks(late + 99 * HOUR) == 0


def test_at_night_the_stage_moves_and_the_mail_waits_for_the_morning(team: Team) -> None:
    make_user("boss", "manager")
    change_play(service_hours_only=True)
    ticket = opened(team, at=FRIDAY)  # due on Saturday
    escalation.move_clocks(ticket.deadline + SECOND)
    assert Ticket.objects.get().stage == 0
    mail = Delivery.objects.get()
    assert mail.retry_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert not Delivery.objects.due(mail.retry_at - SECOND).exists()
    assert Delivery.objects.due(mail.retry_at).exists()


def test_who_is_away_has_the_stand_in_told() -> None:
    lead, other = make_user("lead", time_zone="Pacific/Auckland"), make_user("other")
    ticket = opened(Team.objects.create(name="North", lead=lead))
    late = ticket.deadline + SECOND
    there = late.astimezone(ZoneInfo("Pacific/Auckland")).date()
    Absence.objects.create(person=lead, first_day=there, last_day=there, stand_in=other)
    escalation.move_clocks(late)
    assert mailed_addresses() == {other.email}
    assert Cover(late + timedelta(days=1)).active_recipient(lead) == lead
    other.is_active = False
    other.save()
    assert Cover(late).active_recipient(lead) is None, "who stood in has left: nobody answers for the lead"


@pytest.fixture
def lead() -> User:
    """Who wants one mail a day, in Copenhagen."""
    return make_user("lead", mail_about_tickets="daily", time_zone="Europe/Copenhagen", language="da")


def test_the_digest_comes_once_in_the_morning(lead: User) -> None:
    north = Team.objects.create(name="North", lead=lead)
    ticket = opened(north)
    escalation.move_clocks(ticket.deadline + SECOND)  # on Saturday at 16:30
    assert not Delivery.objects.exists()
    assert digests.send_due(ticket.deadline + HOUR) == 0
    morning = datetime(2026, 11, 22, 7, tzinfo=UTC)  # Sunday, 8:00
    assert digests.send_due(morning - SECOND) == 0
    assert digests.send_due(morning) == 1
    assert digests.send_due(morning + HOUR) == 0
    assert digests.send_due(morning + timedelta(days=1)) == 0
    mail = Delivery.objects.get()
    assert (mail.to_address, mail.template, mail.language) == (lead.email, "ticket_digest", "da")
    assert f"/desk/tickets/{ticket.pk}/" in mail.body_text
    assert DigestItem.objects.get().sent_at == morning


def test_a_long_digest_is_cut_and_says_how_much_more(lead: User) -> None:
    ticket = opened(None)
    for number in range(digests.MOST_LINES + 7):
        mails.notify([lead], "ticket_overdue", ticket, key=f"x{number}", cover=Cover(FRIDAY))
    mails.notify([lead], "ticket_overdue", ticket, key="x0", cover=Cover(FRIDAY))
    assert digests.send_due(FRIDAY + timedelta(days=1)) == 1
    text = Delivery.objects.get().body_text
    assert text.count("/desk/tickets/") == digests.MOST_LINES
    assert " 7 " in text


def test_who_left_gets_no_digest(lead: User) -> None:
    mails.notify([lead], "ticket_overdue", opened(None), key="x", cover=Cover(FRIDAY))
    User.objects.filter(pk=lead.pk).update(is_active=False)
    digests.send_due(FRIDAY + timedelta(days=1))
    assert not Delivery.objects.exists()


def test_everybody_chooses_in_their_own_settings() -> None:
    bea = make_user("bea")
    form = {"name": "Bea", "language": "en", "time_zone": ""}
    client_of(bea).post("/setup/me/", form | {"mail_about_tickets": "daily"})
    bea.refresh_from_db()
    assert bea.mail_about_tickets == "daily"
    client_of(bea).post("/setup/me/", form)
    bea.refresh_from_db()
    assert bea.mail_about_tickets == "daily"

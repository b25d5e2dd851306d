"""What people are told inside: who of what, in one transaction with it, read once, and never what they may not see."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from followup.models import Absence, Notice, NoticeKind, RoutingRule, Ticket
from followup.notices import reading
from followup.notices import services as notices
from followup.tasks import forget_notices
from followup.tickets import actions, opening, promises, undo
from followup.tickets.undo import Done
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> User:
    return make_user("bea", time_zone="Europe/Copenhagen")


@pytest.fixture
def carl() -> User:
    return make_user("carl")


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(make_survey(), 2, "Late <b>", contact=make_contact(1))


def told(person: User) -> list[tuple[str, int | None, str]]:
    rows = Notice.objects.filter(person=person, read_at=None).order_by("pk").select_related("by")
    return [(row.kind, row.ticket_id, str(row.by or "")) for row in rows]


def unread(person: User) -> int:
    return reading.count_unread(person, timezone.now())


def test_a_note_tells_those_whom_it_mentions_and_their_stand_ins(bea: User, carl: User, ticket: Ticket) -> None:
    dora, today = make_user("dora"), timezone.localdate()
    Absence.objects.create(person=carl, first_day=today, last_day=today, stand_in=dora)
    actions.add_note(ticket_id=ticket.pk, by=bea, text="@carl@example.com and @bea@example.com, look")
    assert told(carl) == told(dora) == [(NoticeKind.MENTIONED, ticket.pk, "bea")]
    assert told(bea) == []
    assert Delivery.objects.filter(template="ticket_mention").count() == 1, "the mail stays"


def test_a_ticket_given_by_a_person_tells_its_new_owner_alone(bea: User, carl: User, ticket: Ticket) -> None:
    actions.assign(ticket_id=ticket.pk, by=bea, owner=carl)
    actions.assign(ticket_id=ticket.pk, by=bea, owner=carl)
    assert told(carl) == [(NoticeKind.GIVEN, ticket.pk, "bea")]
    actions.assign(ticket_id=ticket.pk, by=carl, owner=bea)
    assert (told(carl), told(bea)) == ([], [(NoticeKind.GIVEN, ticket.pk, "carl")])
    actions.assign(ticket_id=ticket.pk, by=bea, owner=bea)
    actions.assign(ticket_id=ticket.pk, by=carl, team=Team.objects.create(name="North"))
    assert told(bea) == []
    actions.claim(ticket_id=ticket.pk, by=bea)
    assert told(bea) == []


def test_what_is_taken_back_tells_nobody_any_more(bea: User, carl: User, ticket: Ticket) -> None:
    before = Ticket.objects.get(pk=ticket.pk)
    done = Done.from_ticket("assign", before, actions.assign(ticket_id=ticket.pk, by=bea, owner=carl))
    assert done is not None
    assert unread(carl) == 1
    undo.take_back(done=done, by=bea)
    assert (unread(carl), unread(bea)) == (0, 0)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_ticket_that_a_rule_sends_tells_its_owner(bea: User, at_once: bool) -> None:
    survey = make_survey()
    RoutingRule.objects.create(name="All", to="person", person=bea)
    answer = make_answer(survey, 2)
    if at_once:
        opening.open_for_responses([answer.pk])
    else:
        opening.open_for_response(answer.pk)
    assert told(bea) == [(NoticeKind.GIVEN, Ticket.objects.get().pk, "")]


def test_nothing_is_told_of_what_did_not_happen(
    bea: User, carl: User, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.mentions.services.mails.notify", _fails)
    with pytest.raises(RuntimeError):
        actions.add_note(ticket_id=ticket.pk, by=bea, text="@carl look")
    assert told(carl) == []


def _fails(*_given: object, **_named: object) -> None:
    raise RuntimeError


def test_promises_are_told_on_their_day_until_they_are_kept(bea: User, ticket: Ticket) -> None:
    with time_machine.travel("2026-03-10 22:30+01:00", tick=False):
        due = timezone.now() + timedelta(hours=2)  # 00:30 of the next day, where Bea is
        made = promises.make(ticket_id=ticket.pk, by=bea, text="A new banner", due_at=due)
        assert unread(bea) == 0
    with time_machine.travel("2026-03-11 00:10+01:00", tick=False):
        assert unread(bea) == 1
        assert unread(make_user("dan")) == 0
        page = client_of(bea).get("/desk/notices/").content.decode()
        assert "Your promise is due: today 00:30" in page
        assert "A new banner" in page
        reading.mark_read(bea, timezone.now(), ticket_id=ticket.pk)
        assert unread(bea) == 0
        assert "A new banner" in client_of(bea).get("/desk/notices/").content.decode()
    with time_machine.travel("2026-03-12 08:00+01:00", tick=False):
        assert unread(bea) == 1, "each day anew"
        assert "Your promise was due" in client_of(bea).get("/desk/notices/").content.decode()
        promises.keep(ticket_id=ticket.pk, promise_id=made.pk, by=bea)
        assert unread(bea) == 0


def test_the_bell_of_every_page_counts_and_stops_at_99(bea: User, carl: User, ticket: Ticket) -> None:
    client = client_of(carl)

    def bell(address: str = "/contacts/") -> str:
        """What its number says; "" for one that is hidden."""
        found = re.search(r"data-unread( hidden)?>(.*?)</a>", client.get(address).content.decode(), re.DOTALL)
        assert found
        return "" if found[1] else " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())

    assert bell() == ""
    actions.assign(ticket_id=ticket.pk, by=bea, owner=carl)
    assert bell() == bell("/desk/") == bell(f"/desk/tickets/{ticket.pk}/") == "1 unread"
    note = actions.add_note(ticket_id=ticket.pk, by=bea, text="Hello")
    for _number in range(120):
        notices.tell_mentioned([carl], note, ticket=ticket, by=bea, at=timezone.now())
    assert bell() == "99+ unread"
    assert client.get("/desk/live/").json()["unread"] == 100


def test_an_open_ticket_is_read_and_looking_alone_marks_nothing(bea: User, carl: User, ticket: Ticket) -> None:
    other = make_ticket(ticket.survey, 3)
    for one in (ticket, other):
        actions.assign(ticket_id=one.pk, by=bea, owner=carl)
    client = client_of(carl)
    client.get(f"/desk/tickets/{ticket.pk}/")
    assert unread(carl) == 2
    here = client.post(f"/desk/tickets/{ticket.pk}/here/").json()
    assert (here["unread"], unread(carl)) == (1, 1)
    client.post(f"/desk/tickets/{other.pk}/notes/", {"text": "Without a script"})
    assert unread(carl) == 0


def test_all_that_was_shown_is_marked_at_once_and_one_by_itself(bea: User, carl: User, ticket: Ticket) -> None:
    other = make_ticket(ticket.survey, 3)
    client = client_of(carl)
    actions.assign(ticket_id=ticket.pk, by=bea, owner=carl)
    upto = re.search(r'name="upto" value="(\d+)"', client.get("/desk/notices/").content.decode())
    assert upto
    actions.assign(ticket_id=other.pk, by=bea, owner=carl)  # comes after the page was drawn
    done = client.post("/desk/notices/read/", {"upto": upto[1]})
    assert (done.status_code, done["Location"]) == (303, "/desk/notices/")
    assert told(carl) == [(NoticeKind.GIVEN, other.pk, "bea")]
    refused = client.post("/desk/notices/read/", {"ticket": "<b>x"})
    assert (refused.status_code, unread(carl)) == (422, 1)
    assert "“&lt;b&gt;x” cannot be marked as read: ticket is a number." in refused.content.decode()
    assert client_of(bea).post("/desk/notices/read/", {"ticket": other.pk}).status_code == 303
    assert unread(carl) == 1, "everybody marks their own"
    client.post("/desk/notices/read/", {"ticket": other.pk})
    assert unread(carl) == 0


def test_marking_in_place_reads_nothing_that_another_page_is_to_say(bea: User, carl: User, ticket: Ticket) -> None:
    client = client_of(carl)
    for number in (1, 2):
        actions.assign(ticket_id=make_ticket(ticket.survey, 3, contact=make_contact(number + 5)).pk, by=bea, owner=carl)
    upto = Notice.objects.earliest("pk").pk
    client.post(f"/desk/tickets/{ticket.pk}/claim/")  # says so on the next page
    done = client.post("/desk/notices/read/", {"upto": upto}, headers={"X-Requested-With": "fetch"})
    assert done.json() == {"unread": 1}
    assert "The ticket is yours." in client.get("/desk/").content.decode()


def test_nobody_is_told_of_what_they_may_no_longer_see(bea: User, ticket: Ticket) -> None:
    limited, north = make_user("limited", all_teams=False), Team.objects.create(name="North")
    north.members.add(limited)
    Ticket.objects.filter(pk=ticket.pk).update(team=north)
    actions.add_note(ticket_id=ticket.pk, by=bea, text="@limited@example.com look")
    promises.make(ticket_id=ticket.pk, by=limited, text="A call", due_at=timezone.now() + timedelta(seconds=1))
    assert unread(limited) == 2
    north.members.clear()
    assert unread(limited) == 0
    assert "mentioned you" not in client_of(limited).get("/desk/notices/").content.decode()


def test_the_page_goes_on_and_the_bell_shows_few(bea: User, carl: User, ticket: Ticket) -> None:
    note = actions.add_note(ticket_id=ticket.pk, by=bea, text="<b>Bold</b> {{ 7 }}")
    for _number in range(60):
        notices.tell_mentioned([carl], note, ticket=ticket, by=bea, at=timezone.now())
    client = client_of(carl)
    first = client.get("/desk/notices/").content.decode()
    more = re.search(r'href="(\?after=\d+)"', first)
    assert first.count('class="notice"') == 50
    assert "&lt;b&gt;Bold&lt;/b&gt; {{ 7 }}" in first
    assert more
    assert client.get("/desk/notices/" + more[1]).content.decode().count('class="notice"') == 10
    few = client.get("/desk/notices/?few").content.decode()
    assert (few.count('class="notice"'), "<html" in few) == (8, False)
    assert client.get("/desk/notices/?after=x").status_code == 400


def test_old_ones_are_deleted(bea: User, carl: User, ticket: Ticket) -> None:
    note, now = actions.add_note(ticket_id=ticket.pk, by=bea, text="Hello"), timezone.now()
    for days, was_read in [(1, True), (40, True), (41, False), (200, False)]:
        at = now - timedelta(days=days)
        notices.tell_mentioned([carl], note, ticket=ticket, by=bea, at=at)
        Notice.objects.filter(at=at).update(read_at=at if was_read else None)
    forget_notices()
    left = Notice.objects.order_by("at").values_list("at", "read_at")
    assert [((now - at).days, read_at is not None) for at, read_at in left] == [(41, False), (1, True)]


def test_a_day_full_of_promises_hides_no_other_notice_from_the_bell(bea: User, carl: User, ticket: Ticket) -> None:
    with time_machine.travel("2026-03-11 08:00+01:00", tick=False):
        for number in range(9):
            due = timezone.now() + timedelta(hours=1 + number)
            promises.make(ticket_id=ticket.pk, by=bea, text=f"Promise {number}", due_at=due)
        actions.assign(ticket_id=ticket.pk, by=carl, owner=bea)
        few = client_of(bea).get("/desk/notices/?few").content.decode()
        assert "carl gave you this ticket" in few
        assert few.count('class="notice"') == 8

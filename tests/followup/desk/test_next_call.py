"""The next call of each person: their own, else nobody's; never a colleague's, never one that waits."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.desk.queue.next_call import next_line
from followup.desk.queue.rows import Row, read_rows
from followup.models import Absence, Presence, Ticket
from followup.tickets import actions, attempts
from nps_project.accounts.models import Team, User
from surveys.models import Survey
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def next_of(user: User, query: str = "") -> int | None:
    """The id of the ticket that the desk offers."""
    page = client_of(user).get(f"/desk/?{query}").content.decode()
    section = page.split('<div id="next">')[1].split("</section>")[0]
    found = re.search(r'class="next-name"><a href="/desk/tickets/(\d+)/"', section)
    return int(found[1]) if found else None


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def bea() -> User:
    return make_user("bea")


def owned(survey: Survey, score: int, owner: User) -> Ticket:
    ticket = make_ticket(survey, score, contact=make_contact(Ticket.objects.count()))
    actions.claim(ticket_id=ticket.pk, by=owner)
    return ticket


def test_ones_own_come_before_nobodys_and_a_colleagues_never_comes(survey: Survey, bea: User) -> None:
    jonas = make_user("jonas")
    his, hers = owned(survey, 0, jonas), owned(survey, 5, bea)
    free = make_ticket(survey, 3, contact=make_contact(90))
    assert (next_of(bea), next_of(jonas)) == (hers.pk, his.pk)
    assert next_of(make_user("cas")) == free.pk
    actions.claim(ticket_id=free.pk, by=jonas)
    assert next_of(make_user("dan")) is None


def test_a_ticket_that_waits_is_not_called(survey: Survey, bea: User) -> None:
    waits, later = owned(survey, 0, bea), owned(survey, 5, bea)
    actions.wait(ticket_id=waits.pk, by=bea, until=timezone.now() + timedelta(days=2))
    assert next_of(bea) == later.pk
    actions.wait(ticket_id=later.pk, by=bea, until=timezone.now() + timedelta(days=2))
    page = client_of(bea).get("/desk/").content.decode()
    assert "No call waits for you" in page, "what is there waits, and the page says so"
    assert next_of(bea, "view=waiting") is None
    Ticket.objects.filter(pk=later.pk).update(waiting_until=timezone.now() - timedelta(minutes=1))
    assert next_of(bea) == later.pk, "its time has come, though nothing has woken it yet"


def test_who_stands_in_calls_for_the_colleague_who_is_away(survey: Survey, bea: User) -> None:
    jonas, today = make_user("jonas"), timezone.localdate()
    his, hers = owned(survey, 0, jonas), owned(survey, 5, bea)
    Absence.objects.create(person=jonas, first_day=today + timedelta(days=1), last_day=date(2099, 1, 1), stand_in=bea)
    assert next_of(bea) == hers.pk, "he is here today"
    Absence.objects.update(first_day=today)
    assert next_of(bea) == his.pk
    assert "You stand in for jonas" in client_of(bea).get("/desk/").content.decode()


def test_nobodys_of_ones_own_teams_come_first_and_then_all_that_one_sees(bea: User) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    limited, admin = make_user("limited", all_teams=False), make_user("admin", "admin")
    for person in (bea, limited):
        north.members.add(person)
    of_north = make_ticket(make_survey("north", north), 5, contact=make_contact(1))
    of_south = make_ticket(make_survey("south", south), 0, contact=make_contact(2))
    assert (next_of(bea), next_of(limited), next_of(admin)) == (of_north.pk, of_north.pk, of_south.pk)
    actions.claim(ticket_id=of_north.pk, by=admin)
    assert (next_of(bea), next_of(limited), next_of(admin)) == (of_south.pk, None, of_north.pk)


def test_the_tab_and_the_filters_hold_for_the_next_call_too(bea: User) -> None:
    autumn, winter = make_survey(), make_survey("winter")
    hers, free = owned(autumn, 5, bea), make_ticket(winter, 0, contact=make_contact(50))
    assert next_of(bea, "survey=winter") == free.pk
    assert next_of(bea, "view=nobody") == free.pk
    assert next_of(bea) == next_of(bea, "view=mine") == hers.pk
    for another in ("q=customer", "view=waiting", "view=resolved", "sort=newest"):
        assert next_of(bea, another) is None, another


def test_who_only_looks_is_not_told_to_call(survey: Survey) -> None:
    make_ticket(survey, 0, contact=make_contact(1))
    page = client_of(make_user("vera", "viewer")).get("/desk/").content.decode()
    assert "Next call" not in page
    assert "No call waits for you" not in page


def test_finding_it_takes_as_many_queries_wherever_it_stands(survey: Survey, bea: User) -> None:
    counts = []
    for upto in (1, 60):
        for _number in range(Ticket.objects.count(), upto):
            owned(survey, 0, bea)
        owned(survey, 0, make_user(f"colleague{upto}"))
        with CaptureQueriesContext(connection) as queries:
            assert next_of(bea) is not None
        counts.append(len(queries))
    last = owned(survey, 6, cas := make_user("cas"))
    with CaptureQueriesContext(connection) as queries:
        assert next_of(cas) == last.pk, "far behind the first page"
    assert {*counts, len(queries)} == {counts[0]}


@pytest.mark.parametrize(
    ("action", "data", "leads_on"),
    [
        ("resolve", {"outcome": "lost", "root_cause": "delivery", "no_attempt_reason": "Moved away"}, True),
        ("wait", {"until": "tomorrow", "reason": "On holiday"}, True),
        ("assign", {"owner": "jonas"}, True),
        ("attempts", {"result": "voicemail"}, True),
        ("attempts", {"result": "reached"}, False),
        ("notes", {"text": "A thought"}, False),
    ],
)
def test_what_ends_the_work_on_a_ticket_leads_to_the_next(
    survey: Survey, bea: User, action: str, data: dict[str, str], leads_on: bool
) -> None:
    done, following = owned(survey, 0, bea), owned(survey, 5, bea)
    tomorrow = timezone.now() + timedelta(days=1)
    typed = {"tomorrow": f"{tomorrow:%Y-%m-%dT%H:%M}", "jonas": str(make_user("jonas").pk)}
    client, data = client_of(bea), {name: typed.get(value, value) for name, value in data.items()}
    leads_to = "?next&again" if action == "attempts" else "?next"
    answer = client.post(f"/desk/tickets/{done.pk}/{action}/", data, follow=True)
    assert answer.redirect_chain == [(f"/desk/tickets/{done.pk}/{leads_to if leads_on else ''}", 303)]
    page = answer.content.decode()
    assert (f'<a href="/desk/tickets/{following.pk}/" autofocus' in page) is leads_on


def test_a_call_that_nobody_took_is_tried_again_with_one_press(survey: Survey, bea: User) -> None:
    ticket, client = owned(survey, 0, bea), client_of(bea)
    page = client.post(f"/desk/tickets/{ticket.pk}/attempts/", {"result": "voicemail"}, follow=True).content.decode()
    times = re.findall(r'name="until" value="([^"]+)"', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    client.post(f"/desk/tickets/{ticket.pk}/wait/", {"until": times[-1], "seen": seen[1]})
    ticket.refresh_from_db()
    assert ticket.waiting_until is not None
    assert timezone.localtime(ticket.waiting_until, bea.zone).strftime("%H:%M") == "09:00"
    assert "Try again" not in client.get(f"/desk/tickets/{ticket.pk}/?next").content.decode()


def test_a_wrong_number_is_not_tried_again(survey: Survey, bea: User) -> None:
    ticket, following = owned(survey, 0, bea), owned(survey, 5, bea)
    answer = client_of(bea).post(f"/desk/tickets/{ticket.pk}/attempts/", {"result": "wrong_number"}, follow=True)
    assert answer.redirect_chain == [(f"/desk/tickets/{ticket.pk}/?next", 303)]
    page = answer.content.decode()
    assert f'<a href="/desk/tickets/{following.pk}/" autofocus' in page
    assert "Try again" not in page


def test_after_the_last_call_the_way_leads_to_the_desk(survey: Survey, bea: User) -> None:
    only = owned(survey, 0, bea)
    page = client_of(bea).get(f"/desk/tickets/{only.pk}/?next").content.decode()
    assert "No other call waits for you." in page
    viewer = client_of(make_user("vic", "viewer")).get(f"/desk/tickets/{only.pk}/?next").content.decode()
    assert "leads-on" not in viewer


def test_a_line_says_how_often_nobody_was_reached(survey: Survey, bea: User) -> None:
    ticket = owned(survey, 0, bea)
    client = client_of(bea)
    assert " try, " not in client.get("/desk/").content.decode()
    for words in ("1 try, today", "2 tries, last today"):
        attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="no_answer")
        assert words in client.get("/desk/").content.decode()
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    assert "tries" not in client.get("/desk/").content.decode()


def test_the_mail_begins_as_on_the_ticket_and_its_logging_is_offered(survey: Survey, bea: User) -> None:
    ticket = make_ticket(survey, 3, contact=make_contact(1, phone=""), language="da")
    client = client_of(bea)
    desk = client.get("/desk/").content.decode()
    found = re.search(r'href="(mailto:[^"]+)"\s+data-then="([^"]+)"', desk)
    assert found
    url, then = found.groups()
    page = client.get(then).content.decode()
    assert f'href="{url}"' in page
    assert "subject=" in url
    form = page.split("data-mailed", 1)[1].split("</form>")[0]
    assert "hidden>" not in form.split(">", 1)[0] + ">"
    answer = client.post(f"/desk/tickets/{ticket.pk}/attempts/", {"result": "sent", "channel": "email"})
    assert answer.status_code == 303
    assert ticket.attempts.get().result == "sent"
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/")
    assert len([query for query in asked.captured_queries if "followup_play" in query["sql"]]) <= 1


def test_what_nobody_has_is_taken_and_opened_by_one_press(survey: Survey, bea: User) -> None:
    free = make_ticket(survey, 3, contact=make_contact(1))
    client, jonas = client_of(bea), make_user("jonas")
    assert f'action="/desk/tickets/{free.pk}/claim/"' in client.get("/desk/").content.decode()
    assert client.post(f"/desk/tickets/{free.pk}/claim/").status_code == 303
    assert "Open the ticket" in client.get("/desk/").content.decode(), "what is one's own is only opened"
    second = make_ticket(survey, 3, contact=make_contact(2))
    late = client_of(jonas).post(f"/desk/tickets/{free.pk}/claim/")
    assert late.status_code == 409
    assert f'action="/desk/tickets/{second.pk}/claim/"' in late.content.decode(), "who came late is led on"


def test_what_a_colleague_looks_at_is_offered_to_nobody_else(survey: Survey, bea: User) -> None:
    first, second = (make_ticket(survey, score, contact=make_contact(score)) for score in (1, 3))
    jonas = make_user("jonas")
    client_of(jonas).post(f"/desk/tickets/{first.pk}/here/")
    assert (next_of(bea), next_of(jonas)) == (second.pk, first.pk)
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert next_of(bea) == first.pk


def test_a_call_is_saved_and_leads_to_the_form_that_resolves(survey: Survey, bea: User) -> None:
    ticket, client = owned(survey, 0, bea), client_of(bea)
    answer = client.post(f"/desk/tickets/{ticket.pk}/attempts/", {"result": "reached", "then": "resolve"}, follow=True)
    assert answer.redirect_chain == [(f"/desk/tickets/{ticket.pk}/?resolve#resolve", 303)]
    assert re.search(r'class="panel is-open"\s+id="resolve"', answer.content.decode())


def test_one_that_a_colleague_takes_while_it_is_chosen_is_not_offered(
    survey: Survey, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing on the page of a colleague's ticket leads on to another one."""
    jonas = make_user("jonas")
    first, second, third = (make_ticket(survey, 1, contact=make_contact(number)) for number in range(3))

    def taken_before_it_is_read(ids: list[int], at: datetime) -> dict[int, Row]:
        if not taken:
            actions.claim(ticket_id=ids[-1], by=jonas)
            taken.append(ids[-1])
        return read_rows(ids, at)

    taken: list[int] = []
    monkeypatch.setattr("followup.desk.queue.next_call.read_rows", taken_before_it_is_read)
    line = next_line(bea, timezone.now(), besides=0)
    assert line is not None
    assert (taken, line.ticket.pk) == ([first.pk], second.pk)

    taken.clear()
    monkeypatch.setattr("followup.desk.queue.views.read_rows", taken_before_it_is_read)
    assert next_of(bea) == third.pk
    assert taken == [second.pk]

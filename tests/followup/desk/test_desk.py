"""The desk: figures, the queue in its order, tabs, filters, pages, and who sees what."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.desk.queue.query import select
from followup.escalation import services as escalation
from followup.models import Absence, RootCause, SavedView, Stage, Ticket
from followup.tickets import actions, attempts
from nps_project.accounts.models import Role, Team, User
from nps_project.common import paging
from surveys.campaigns.first_steps.company import services as company
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def shown(page: str) -> list[int]:
    """The ids of the tickets in the list, in its order."""
    rows = "".join(part.split("</ol>")[0] for part in page.split('<ol class="rows"')[1:])
    return [int(found) for found in re.findall(r'href="/desk/tickets/(\d+)/"', rows)]


def found(client: Client, **query: Any) -> list[int]:
    """The ids of the tickets that the desk shows for a query, in its order."""
    answer = client.get("/desk/", query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return shown(answer.content.decode())


def put(ticket: Ticket, hours_ago: float) -> Ticket:
    """Let its clock have started that long ago."""
    moved = timedelta(hours=hours_ago)
    for name in ("clock_from", "first_contact_due_at", "deadline", "warn_at", "first_contact_warn_at"):
        setattr(ticket, name, getattr(ticket, name) - moved)
    ticket.save()
    return ticket


def test_a_stranger_is_sent_to_the_login() -> None:
    answer = Client().get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/desk/")


def test_an_empty_desk_says_why_and_what_next() -> None:
    page = client_of(make_user("marit")).get("/desk/").content.decode()
    assert "Nobody is waiting for a call." in page
    assert "no answers yet, n 0" in page
    assert "Next call" not in page


def test_who_sees_answers_but_no_ticket_is_no_beginner() -> None:
    team = Team.objects.create(name="Shop")
    survey, marit = make_survey(team=team), make_user("marit", all_teams=False)
    marit.teams.add(team)
    make_answer(make_survey("other"), 9)
    assert client_of(marit).get("/desk/").context["is_new"], "those of others are none"
    make_answer(survey, 9)
    page = client_of(marit).get("/desk/").content.decode()
    assert "Nobody is waiting for a call." in page
    assert "Read the answers" in page
    assert "Give yourself a 2" not in page


def test_the_dashboard_of_eleven_answers() -> None:
    survey = make_survey()
    for score in range(11):
        if score <= 6:
            make_ticket(survey, score, contact=make_contact(score))
        else:
            make_answer(survey, score)
    late, soon, kept = Ticket.objects.order_by("score")[:3]
    agent = make_user("marit")
    put(late, 25)
    put(soon, 20)
    attempts.log_attempt(ticket_id=kept.pk, by=agent, result="reached")
    page = client_of(agent).get("/desk/").content.decode()
    figures = re.findall(r'<span class="figure">([^<]+)<', page)
    assert figures == ["−45", "7", "1", "1", "50\N{NO-BREAK SPACE}%"], "with a true minus"
    assert "n 11" in page
    assert "of n 2" in page
    low, high = re.findall(r"between (\S+) and (\S+), n 11", page)[0]
    assert (low, high) == ("−77", "6"), "(2.75 - 7.75) / 14 +- 1.96 x 0.211, in per cent"


def test_the_queue_stands_in_its_order_and_the_first_is_the_next_call() -> None:
    survey, agent = make_survey(), make_user("marit")
    calm = make_ticket(survey, 5, contact=make_contact(1))
    worse = make_ticket(survey, 2, contact=make_contact(2))
    dear = make_ticket(survey, 2, contact=make_contact(3, value=48000, traits={"company": "Nordlys Tryk"}))
    late = put(make_ticket(survey, 6, "Waited & waited", contact=make_contact(4)), 60)
    contacted = make_ticket(survey, 0, contact=make_contact(5))
    attempts.log_attempt(ticket_id=contacted.pk, by=agent, result="reached")
    escalation.move_clocks(timezone.now())
    page = client_of(agent).get("/desk/").content.decode()
    assert shown(page) == [late.pk, dear.pk, worse.pk, calm.pk, contacted.pk]
    following = page.split('id="next-label"')[1].split("</section>")[0]
    assert f"/desk/tickets/{late.pk}/" in following
    assert "Waited &amp; waited" in following
    assert "tel:+4533120000" in following
    assert "worth 48,000 a year" in page
    assert "12 h 00 m late" in page


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("", {"mine", "teams", "nobodys", "late", "soon", "waiting"}),
        ("for_me", {"mine", "teams", "nobodys", "late", "soon", "waiting"}),
        ("all", {"mine", "teams", "nobodys", "late", "soon", "waiting", "colleagues"}),
        ("mine", {"mine"}),
        ("team", {"teams"}),
        ("nobody", {"teams", "nobodys", "late", "soon", "waiting"}),
        ("due_soon", {"soon"}),
        ("overdue", {"late"}),
        ("waiting", {"waiting"}),
        ("resolved", {"resolved"}),
        ("promises", {"late", "resolved"}),
    ],
)
def test_each_tab_shows_its_tickets(view: str, expected: set[str]) -> None:
    agent, team = make_user("marit"), Team.objects.create(name="North")
    team.members.add(agent)
    survey, of_team = make_survey(), make_survey("team", team)
    made = {
        name: make_ticket(of_team if name == "teams" else survey, 3, contact=make_contact(number))
        for number, name in enumerate(["mine", "teams", "nobodys", "late", "soon", "waiting", "resolved", "colleagues"])
    }
    actions.claim(ticket_id=made["mine"].pk, by=agent)
    actions.claim(ticket_id=made["colleagues"].pk, by=make_user("jonas"))
    put(made["late"], 30)
    put(made["soon"], 20)
    actions.wait(ticket_id=made["waiting"].pk, by=agent, until=timezone.now() + timedelta(days=1))
    cause = RootCause.objects.get(slug="delivery")
    actions.resolve(ticket_id=made["resolved"].pk, by=agent, outcome="lost", root_cause=cause, note="Moved away")
    page = client_of(agent).get("/desk/", {"view": view} if view else {}).content.decode()
    assert {name for name, ticket in made.items() if ticket.pk in shown(page)} == expected


def test_an_agent_begins_with_what_is_to_do_and_others_with_everything() -> None:
    agent, jonas, ada = make_user("marit"), make_user("jonas"), make_user("ada", Role.MANAGER)
    ticket = make_ticket(make_survey(), 3, contact=make_contact(1))
    actions.claim(ticket_id=ticket.pk, by=jonas)
    page = client_of(agent).get("/desk/").content.decode()
    assert shown(page) == []
    assert ("Nothing waits for you." in page, 'href="?view=all"' in page) == (True, True)
    assert shown(client_of(agent).get("/desk/?view=all").content.decode()) == [ticket.pk]
    for asked in ("?score=3", "?q=customer", "?view=all&sort=score"):
        assert shown(client_of(agent).get(f"/desk/{asked}").content.decode()) == [ticket.pk]
    assert shown(client_of(agent).get("/desk/?sort=score").content.decode()) == []
    for person in (jonas, ada):
        assert shown(client_of(person).get("/desk/").content.decode()) == [ticket.pk]
    assert "Mine and nobody" not in client_of(ada).get("/desk/").content.decode()
    SavedView.objects.create(owner=ada, name="Of yore", query="score=3", is_shared=True)
    assert 'href="?view=all&amp;score=3"' in client_of(agent).get("/desk/").content.decode()


def test_an_agents_first_view_stands_in_the_order_of_the_queue_whoever_has_the_tickets() -> None:
    agent, jonas, away, gone = (make_user(name) for name in ("marit", "jonas", "eva", "tom"))
    today = timezone.localdate()
    Absence.objects.create(person=away, first_day=today, last_day=today, stand_in=agent)
    survey = make_survey()
    tickets = [make_ticket(survey, number % 7, contact=make_contact(number)) for number in range(20)]
    for number, ticket in enumerate(tickets):
        if owner := (None, agent, jonas, away, gone)[number % 5]:
            actions.claim(ticket_id=ticket.pk, by=owner)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    expected = sorted((ticket for number, ticket in enumerate(tickets) if number % 5 != 2), key=lambda one: one.score)
    scores, address, seen = [ticket.score for ticket in expected], QueryDict(mutable=True), list[Ticket]()
    for _page in range(4):
        selection = select(address, agent, timezone.now())
        seen += selection.first(4)
        assert list(selection.first(4)) == list(selection.rows[:4])
        address["after"] = selection.key_after(seen[-1])
    assert [ticket.score for ticket in seen] == scores
    assert {ticket.pk for ticket in seen} == {ticket.pk for ticket in expected}


def test_filters_choose_and_are_named() -> None:
    survey, other, agent = make_survey(), make_survey("winter"), make_user("marit")
    one = make_ticket(survey, 1, contact=make_contact(1), language="da")
    two = make_ticket(other, 4, contact=make_contact(2))
    actions.assign(ticket_id=two.pk, by=agent, owner=agent)
    client = client_of(agent)
    for query, wanted in [
        ({"score": "1"}, [one.pk]),
        ({"group": "detractor"}, [one.pk, two.pk]),
        ({"group": "promoter"}, []),
        ({"survey": "winter"}, [two.pk]),
        ({"owner": "me"}, [two.pk]),
        ({"owner": "none"}, [one.pk]),
        ({"owner": str(agent.pk)}, [two.pk]),
        ({"language": "da"}, [one.pk]),
        ({"language": "da", "score": "4"}, []),
    ]:
        page = client.get("/desk/", query)
        assert (page.status_code, shown(page.content.decode())) == (200, wanted), query
    assert "Survey: Winter" in client.get("/desk/", {"survey": "winter"}).content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"score": "77"}, "Score cannot be “77”. Allowed: 0, 1, 2"),
        ({"team": "x"}, "Team cannot be “x”"),
        ({"survey": "<b>"}, "Survey cannot be “&lt;b&gt;”"),
        ({"view": "bogus"}, "View cannot be “bogus”. Allowed: for_me, all, mine"),
        ({"owner": "\0"}, "Owner cannot be"),
        ({"after": "x"}, "This page of the queue does not exist."),
        ({"after": "2~3~NaN~2026-11-23T10:00:00+00:00~1"}, "This page of the queue does not exist."),
        ({"after": "2~3~0~2026-11-23T10:00:00~1"}, "This page of the queue does not exist."),
        ({"after": f"2~3~0~2026-11-23T10:00:00+00:00~{2**70}"}, "This page of the queue does not exist."),
        ({"view": "resolved", "after": "9" * 30}, "This page of the queue does not exist."),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(query: dict[str, str], words: str) -> None:
    page = client_of(make_user("marit")).get("/desk/", query)
    assert page.status_code == 400
    assert words in page.content.decode()


def test_pages_follow_each_other_without_a_gap_while_tickets_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.page, "__defaults__", (3,))
    survey, client = make_survey(), client_of(make_user("marit"))
    made = [make_ticket(survey, number % 4, contact=make_contact(number)).pk for number in range(8)]
    seen: list[int] = []
    address = "/desk/"
    while True:
        page = client.get(address).content.decode()
        seen += shown(page)
        more = re.search(r'href="(\?[^"]+)" rel="next"', page)
        if not more:
            break
        address = "/desk/" + more[1].replace("&amp;", "&")
        make_ticket(survey, 0, contact=make_contact(100 + len(seen)))  # the most urgent kind: before this page
    assert [pk for pk in seen if pk in made] == list(
        Ticket.objects.filter(pk__in=made).in_order("queue").values_list("pk", flat=True)
    )


def test_the_number_of_queries_is_fixed() -> None:
    survey, client = make_survey(), client_of(make_user("marit"))
    counts = []
    for upto in (1, 20):
        for number in range(Ticket.objects.count(), upto):
            make_ticket(survey, 3, contact=make_contact(number, account_manager="marit@example.com"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(shown(client.get("/desk/").content.decode())) == upto
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_the_queue_stands_under_the_headings_of_its_clocks() -> None:
    survey = make_survey()
    calm, late = (make_ticket(survey, score, contact=make_contact(score)) for score in (2, 5))
    put(late, 60)
    escalation.move_clocks(timezone.now())
    client = client_of(make_user("marit"))
    parts = client.get("/desk/").content.decode().split('<h2 class="rows-heading">')[1:]
    assert [(part.split("</h2>")[0], shown(part)) for part in parts] == [("Late", [late.pk]), ("In time", [calm.pk])]
    assert "rows-heading" not in client.get("/desk/?sort=newest").content.decode()


def test_heads_of_columns_sort_the_list() -> None:
    survey = make_survey()
    low, late = (make_ticket(survey, score, contact=make_contact(score)) for score in (2, 5))
    put(late, 60)
    escalation.move_clocks(timezone.now())
    client = client_of(make_user("marit"))
    page = client.get("/desk/?view=nobody&owner=none").content.decode()
    heads = dict(re.findall(r'<a href="(\?[^"]+)"[^>]*>(Score|Clock)</a>', page))
    orders = {
        name: shown(client.get("/desk/" + href.replace("&amp;", "&")).content.decode()) for href, name in heads.items()
    }
    assert orders == {"Score": [low.pk, late.pk], "Clock": [late.pk, low.pk]}
    assert all("view=nobody" in href for href in heads)


def test_filters_have_a_page_of_their_own_and_each_can_be_taken_off() -> None:
    survey, marit = make_survey(), make_user("marit")
    low, high = (make_ticket(survey, score, contact=make_contact(score)) for score in (2, 5))
    client, query = client_of(marit), "view=nobody&score=2&owner=none&q=customer"
    page = client.get(f"/desk/?{query}").content.decode()
    assert shown(page) == [low.pk]
    assert "<select" not in page.split("<main")[1]
    marks = re.findall(r'class="mark" href="([^"]+)"', page)
    assert [shown(client.get("/desk/" + mark.replace("&amp;", "&")).content.decode()) for mark in marks] == [
        [low.pk], [low.pk, high.pk], [low.pk]
    ]  # fmt: skip
    filters = client.get(f"/desk/filters/?{query}").content.decode()
    assert '<option value="2" selected>' in filters
    assert '<option value="none" selected>' in filters
    assert 'name="q" value="customer"' in filters
    assert 'name="view" value="nobody"' in filters
    wrong = client.get("/desk/filters/?score=x")
    assert (wrong.status_code, "Score cannot be" in wrong.content.decode()) == (400, True)


def test_counts_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = make_survey()
    for number in range(4):
        make_ticket(survey, 3, contact=make_contact(number))
    monkeypatch.setattr(paging, "COUNT_LIMIT", 2)
    with CaptureQueriesContext(connection) as queries:
        assert paging.bounded_count(Ticket.objects.all()) == 3
    assert "LIMIT 3" in queries[0]["sql"]


def test_people_see_their_teams_tickets_and_their_own() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    limited = make_user("limited", all_teams=False)
    north.members.add(limited)
    of_north, of_south = make_survey("north", north), make_survey("south", south)
    teams = make_ticket(of_north, 3, contact=make_contact(1))
    strangers = make_ticket(of_south, 3, contact=make_contact(2))
    own = make_ticket(of_south, 2, contact=make_contact(3))
    actions.assign(ticket_id=own.pk, by=limited, owner=limited)
    assert set(shown(client_of(limited).get("/desk/").content.decode())) == {teams.pk, own.pk}
    for role in ("admin", "viewer"):
        seen = shown(client_of(make_user(role, role)).get("/desk/").content.decode())
        assert set(seen) == {teams.pk, strangers.pk, own.pk}
    page = client_of(limited).get("/desk/").content.decode()
    assert "n 1<" in page.replace("\n", ""), "figures are of the answers that this person may see"


def test_what_customers_type_is_never_markup() -> None:
    survey = make_survey()
    make_ticket(
        survey, 0, "<script>alert(1)</script>", contact_name='<img src=x onerror="x">', contact_email="a@example.com"
    )
    page = client_of(make_user("marit")).get("/desk/").content.decode()
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_dead_beat_does_not_hide_lateness() -> None:
    ticket = put(make_ticket(make_survey(), 3, contact=make_contact(1)), 26)
    assert ticket.stage == Stage.ON_TIME, "nobody has moved it"
    page = client_of(make_user("marit")).get("/desk/", {"view": "overdue"}).content.decode()
    assert shown(page) == [ticket.pk]
    assert "2 h 00 m late" in page


def test_what_a_customer_is_worth_has_the_companys_currency() -> None:
    admin = make_user("own", role="admin")
    company.tell(name="Nordlys", language="en", time_zone="", currency="dkk", by=admin)
    ticket = make_ticket(make_survey(), 1, contact=make_contact(77, value=49_000))
    client = client_of(admin)
    assert "worth 49,000 DKK a year" in client.get("/desk/").content.decode()
    assert "49,000 DKK" in client.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_the_desk_finds_who_says_that_it_is_fixed_or_not() -> None:
    survey = make_survey()
    tickets = [make_ticket(survey, 2, contact=make_contact(number)) for number in range(3)]
    for ticket, said in zip(tickets, ("fixed", "not_fixed", None), strict=True):
        Ticket.objects.filter(pk=ticket.pk).update(customer_said=said)
    client = client_of(make_user("marit"))
    assert shown(client.get("/desk/?said=not_fixed").content.decode()) == [tickets[1].pk]
    assert shown(client.get("/desk/?said=fixed").content.decode()) == [tickets[0].pk]
    wrong = client.get("/desk/?said=maybe")
    assert "maybe" in wrong.content.decode()


def test_a_column_is_sorted_by_its_head() -> None:
    manager, survey = make_user("mia", Role.MANAGER), make_survey()
    urgent = make_ticket(survey, 3, contact=make_contact(1, value=10))
    low = make_ticket(survey, 0, contact=make_contact(2, value=20))
    dear = make_ticket(survey, 5, contact=make_contact(3, value=900))
    first = make_ticket(survey, 4, contact=make_contact(4, name="Aaltje"))
    owned = make_ticket(survey, 4, contact=make_contact(5))
    Ticket.objects.filter(pk=urgent.pk).update(stage=Stage.OVERDUE)
    Ticket.objects.filter(pk=owned.pk).update(owner=manager)
    client = client_of(manager)
    page = client.get("/desk/").content.decode()
    heads = dict(re.findall(r'<a href="(\?[^"]*)" title="[^"]+"[^>]*>([^<]+)</a>', page.split("rows-head")[1]))
    firsts = {name: shown(client.get(f"/desk/{href}").content.decode())[0] for href, name in heads.items()}
    assert firsts == {
        "Clock": urgent.pk, "Score": low.pk, "Why here": dear.pk, "Customer": first.pk, "Owner": owned.pk,
    }  # fmt: skip

"""Working in the queue: finding, ordering, doing one thing to many, keeping up to date, taking it away as a table."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client
from django.utils import timezone, translation

from followup.causes import services as causes
from followup.desk.queue import kept_views
from followup.history import chain
from followup.models import ActivityKind, RootCause, SavedView, Ticket
from followup.models.ticket import ORDERS
from followup.tickets import actions, attempts, promises, tags
from nps_project.accounts.models import Team, User
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.desk.test_desk import found, shown

pytestmark = pytest.mark.django_db


def test_filters_of_all_kinds(client: Client, bea: User) -> None:
    causes.ensure_defaults()
    survey = make_survey()
    gold = make_ticket(survey, 1, contact=make_contact(1, traits={"plan": "gold"}, value=5000))
    plain = make_ticket(survey, 2, traits={"plan": "basic"})
    done = make_ticket(survey, 3, contact=make_contact(3, value=100))
    attempts.log_attempt(ticket_id=done.pk, by=bea, result="reached")
    cause = RootCause.objects.filter(is_active=True)[0]
    actions.resolve(ticket_id=done.pk, by=bea, outcome="kept", root_cause=cause)
    tags.change_tags(ticket_id=plain.pk, by=bea, add=["VIP  list"])
    for query, wanted in [
        ({"trait": "plan=gold"}, [gold.pk]), ({"trait": "plan=basic"}, [plain.pk]), ({"tag": "vip list"}, [plain.pk]),
        ({"value_from": "1000"}, [gold.pk]), ({"value_to": "1000"}, [plain.pk]),
        ({"view": "resolved", "cause": cause.slug}, [done.pk]), ({"view": "resolved", "due_state": "met"}, [done.pk]),
        ({"due_state": "on_time"}, [gold.pk]), ({"sort": "newest"}, [plain.pk, gold.pk]),
        ({"sort": "oldest"}, [gold.pk, plain.pk]),
    ]:  # fmt: skip
        assert found(client, **query) == wanted, query
    for bad in ({"trait": "gold"}, {"cause": "nothing"}, {"value_from": "much"}, {"sort": "best"}, {"due_state": "x"}):
        assert client.get("/desk/", bad).status_code == 400, bad


def test_every_order_pages_without_a_gap(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = make_survey()
    for number in range(7):
        make_ticket(survey, number % 3, contact=make_contact(number))
    monkeypatch.setattr("nps_project.common.paging.page.__defaults__", (3,))
    for order in ORDERS:
        seen: list[int] = []
        query = f"?sort={order}"
        for _page in range(4):
            page = client.get(f"/desk/{query}").content.decode()
            seen += shown(page)
            if 'rel="next"' not in page:
                break
            query = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        assert seen == list(Ticket.objects.in_order(order).values_list("pk", flat=True)), order


@pytest.mark.parametrize("sort", ["queue", "value", "score", "newest", "oldest"])
@pytest.mark.parametrize(
    "after", ["", "~", "x", "1", "-1", "1~2", "NaN~1", "9~9~9~9~9", "1~2026-01-01~5", "1~" + "9" * 30]
)
def test_a_place_that_no_page_gave_is_refused(client: Client, sort: str, after: str) -> None:
    allowed = after == "" or ((sort, after) in (("newest", "1"), ("oldest", "1"), ("value", "1~2")))
    assert client.get("/desk/", {"sort": sort, "after": after}).status_code == (200 if allowed else 400)


def test_by_value_and_by_score(client: Client) -> None:
    survey = make_survey()
    rich = make_ticket(survey, 6, contact=make_contact(1, value=9000))
    poor = make_ticket(survey, 0, contact=make_contact(2, value=10))
    some = make_ticket(survey, 3, contact=make_contact(3, value=500))
    assert found(client, sort="value") == [rich.pk, some.pk, poor.pk]
    assert found(client, sort="score") == [poor.pk, some.pk, rich.pk]


def test_the_clocks_after_the_first_can_be_asked_for(client: Client, bea: User) -> None:
    survey, past = make_survey(), timezone.now() - timedelta(minutes=1)
    late, slow, _fine = (make_ticket(survey, 3, contact=make_contact(number)) for number in range(3))
    Ticket.objects.filter(pk=late.pk).update(next_contact_due_at=past)
    Ticket.objects.filter(pk=slow.pk).update(solve_due_at=past)
    assert found(client, due_state="next_overdue") == [late.pk]
    assert found(client, due_state="solve_overdue") == [slow.pk]


def test_a_row_says_what_was_promised_and_until_when_it_waits(bea: User) -> None:
    client, survey = client_of(make_user("eva", language="en")), make_survey()
    one, two = (make_ticket(survey, 3, contact=make_contact(number)) for number in range(2))
    due = timezone.now() + timedelta(days=20)
    for text, days in (("A second thing", 3), ("A new part " + "x" * 90, 0)):
        attempts.log_attempt(ticket_id=one.pk, by=bea, result="reached")
        promises.make(ticket_id=one.pk, by=bea, text=text, due_at=due + timedelta(days=days))
    actions.wait(ticket_id=two.pk, by=bea, until=due)
    page = client.get("/desk/").content.decode()
    assert "promised by" in page
    assert ": A new part xx" in page
    assert "x" * 60 not in page
    assert "waiting until" in page
    attempts.log_attempt(ticket_id=two.pk, by=bea, result="reached")
    actions.wait(ticket_id=two.pk, by=bea, until=due)
    assert client.get("/desk/").content.decode().count("waiting until") == 1  # by its clock


def test_promoters_stand_in_a_lane_of_their_own(client: Client, bea: User) -> None:
    from followup.tickets.opening import open_by_hand

    survey = make_survey()
    low = make_ticket(survey, 4, contact=make_contact(1))
    happy = open_by_hand(response_id=make_answer(survey, 9, contact=make_contact(2)).pk, by=bea)
    assert found(client) == [low.pk]
    assert found(client, view="promoters") == [happy.pk]
    assert found(client, view="passives") == []
    page = client.get("/desk/").content.decode()
    assert "view=promoters" in page
    assert "view=passives" not in page
    actions.claim(ticket_id=happy.pk, by=bea)
    assert found(client, view="mine") == [happy.pk]


def test_due_today_and_promises_due(client: Client, bea: User) -> None:
    survey = make_survey()
    soon, later = (make_ticket(survey, 5, contact=make_contact(number)) for number in (1, 2))
    Ticket.objects.filter(pk=soon.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    attempts.log_attempt(ticket_id=later.pk, by=bea, result="reached")
    made = promises.make(ticket_id=later.pk, by=bea, text="x", due_at=timezone.now() + timedelta(days=3))
    assert found(client, view="due_today") == [soon.pk]
    assert found(client, view="promised") == []
    type(made).objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert found(client, view="promised") == [later.pk]


def test_one_thing_is_done_to_many_and_what_is_refused_is_named(client: Client, bea: User) -> None:
    survey, jonas = make_survey(), make_user("jonas")
    mine, his = (make_ticket(survey, 3, contact=make_contact(number)) for number in (1, 2))
    actions.claim(ticket_id=his.pk, by=jonas)
    chosen = {"tickets": [mine.pk, his.pk], "query": "view=mine"}
    answer = client.post("/desk/bulk/", chosen | {"do": "claim"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/desk/?view=mine", 303)]
    assert "1 ticket" in page
    assert f"#{his.pk} Customer 2: " in page
    assert {ticket.owner for ticket in Ticket.objects.all()} == {bea, jonas}
    client.post("/desk/bulk/", chosen | {"do": "assign", "owner": jonas.pk})
    assert {ticket.owner for ticket in Ticket.objects.all()} == {jonas}
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    client.post("/desk/bulk/", chosen | {"do": "wait", "until": until})
    assert {ticket.status for ticket in Ticket.objects.all()} == {"waiting"}
    client.post("/desk/bulk/", chosen | {"do": "tag", "tags": "storm, North  sea"})
    client.post("/desk/bulk/", chosen | {"do": "untag", "tags": "storm"})
    assert {tuple(ticket.tags) for ticket in Ticket.objects.all()} == {("north sea",)}
    assert Ticket.objects.get(pk=mine.pk).activities.filter(kind=ActivityKind.TAGGED).count() == 2
    assert list(chain.verify()) == []


def test_what_was_so_already_is_not_counted_as_done() -> None:
    survey, bea = make_survey(), make_user("bea")
    client = client_of(bea)
    mine, nobodys = (make_ticket(survey, 3, contact=make_contact(number)) for number in (1, 2))
    actions.claim(ticket_id=mine.pk, by=bea)
    chosen = {"tickets": [mine.pk, nobodys.pk], "do": "claim"}
    page = client.post("/desk/bulk/", chosen, follow=True).content.decode()
    assert "1 ticket claimed. 1 was so already." in page
    page = client.post("/desk/bulk/", chosen, follow=True).content.decode()
    assert "2 were so already." in page
    assert "claimed" not in page
    client.post("/desk/bulk/", chosen | {"do": "tag", "tags": "storm", "tickets": [mine.pk]})
    page = client.post("/desk/bulk/", chosen | {"do": "tag", "tags": "storm"}, follow=True).content.decode()
    assert "1 ticket tagged. 1 was so already." in page
    actions.assign(ticket_id=mine.pk, by=bea, owner=make_user("jonas"))
    given = chosen | {"do": "assign", "owner": User.objects.get(name="jonas").pk}
    page = client.post("/desk/bulk/", given, follow=True).content.decode()
    assert "1 ticket handed over. 1 was so already." in page
    assert mine.activities.filter(kind=ActivityKind.ASSIGNED).count() == 1
    page = client.post("/desk/bulk/", given | {"reason": "both are yours"}, follow=True).content.decode()
    assert "2 tickets handed over." in page


def test_what_can_be_done_with_the_ticked_ones_has_a_page_of_its_own(client: Client, bea: User) -> None:
    survey = make_survey()
    one, other = (make_ticket(survey, 3, contact=make_contact(number)) for number in (1, 2))
    theirs = make_ticket(make_survey("south", Team.objects.create(name="South")), 3, contact=make_contact(3))
    asked = {"tickets": [one.pk, theirs.pk], "do": "choose", "query": "view=nobody"}
    limited = make_user("limited", all_teams=False)
    actions.assign(ticket_id=one.pk, by=bea, owner=limited)
    page = client_of(limited).post("/desk/bulk/", asked).content.decode()
    assert re.findall(r'name="tickets" value="(\d+)" checked', page) == [str(one.pk)]
    assert 'name="query" value="view=nobody"' in page
    assert all(f'value="{what}"' in page for what in ("assign", "wait", "tag", "untag"))
    part = client.get("/desk/bulk/").content.decode()
    assert 'id="bulk-fields"' in part
    assert 'name="tickets"' not in part
    assert client.post("/desk/bulk/", {"do": "choose"}).status_code == 303
    other.refresh_from_db()
    assert (other.owner, other.status) == (None, "open")


@pytest.mark.parametrize("form", [{}, {"do": "claim"}, {"tickets": ["x", "1' or 1"], "do": "claim"}])
def test_nothing_ticked_changes_nothing(client: Client, form: dict[str, Any]) -> None:
    assert client.post("/desk/bulk/", form).status_code == 303


def test_many_are_only_those_one_may_see(bea: User) -> None:
    team = Team.objects.create(name="South")
    ticket = make_ticket(make_survey(team=team), 1, contact=make_contact(1))
    stranger = client_of(make_user("sam", all_teams=False))
    stranger.post("/desk/bulk/", {"tickets": [ticket.pk], "do": "claim"})
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert client_of(make_user("vic", "viewer")).post("/desk/bulk/", {"tickets": [ticket.pk]}).status_code == 403


def test_more_than_can_be_done_at_once_is_said(bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followup.desk.queue.bulk.MOST", 2)
    survey = make_survey()
    ids = [make_ticket(survey, 3, contact=make_contact(number)).pk for number in range(3)]
    client = client_of(make_user("eva", language="en"))
    page = client.post("/desk/bulk/", {"tickets": ids, "do": "claim"}, follow=True).content.decode()
    assert "Nothing was changed: 3 tickets are ticked, at once go 2." in page
    assert not Ticket.objects.exclude(owner=None).exists()


def table(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_table_has_all_that_is_shown_and_no_formula(
    bea: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("followup.desk.queue.export.CHUNK", 2)
    survey = make_survey()
    for number in range(5):
        make_ticket(survey, 3, '=1+1\n"quoted"', contact=make_contact(number, name=f"@cmd{number}"))
    make_ticket(survey, 5, contact=make_contact(9))
    client = client_of(make_user("eva", language="en"))
    answer = client.get("/desk/tickets.csv?score=3")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = table(answer)
    assert rows[0][:4] == ["Ticket", "Score", "Survey", "Status"]
    assert len(rows) == 6
    assert {row[9] for row in rows[1:]} == {'\'=1+1\n"quoted"'}
    assert rows[1][7] == "'@cmd0"
    assert client.get("/desk/tickets.csv?score=77").status_code == 400
    assert f"tickets exported by user {User.objects.get(name='eva').pk}: view all, filters score" in caplog.messages
    assert len(table(client_of(make_user("sam", all_teams=False)).get("/desk/tickets.csv"))) == 1


@pytest.mark.parametrize("before", [";", "\t", "\r", "\n", "; ", '";"', ";\r\n"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula_where_semicolons_divide_them(bea: User, before: str, sign: str) -> None:
    make_ticket(make_survey(), 3, f"foo{before}{sign}1+1;bar", contact=make_contact(1))
    text = b"".join(client_of(bea).get("/desk/tickets.csv").streaming_content).decode()  # type: ignore[attr-defined]
    for line in csv.reader(text.splitlines(), delimiter=";"):
        for cell in line:
            assert not cell.lstrip(' "').startswith(("=", "+", "-", "@")), cell


def test_an_excel_file_has_texts_that_are_texts(bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = make_survey()
    make_ticket(survey, 3, "=1+1\x0b", contact=make_contact(1, name="@cmd", value=1200))
    make_ticket(survey, 4, "fine", contact=make_contact(2))
    client = client_of(make_user("eva", language="en"))
    assert "/desk/tickets.xlsx?score=3" in client.get("/desk/?score=3").content.decode()
    answer = client.get("/desk/tickets.xlsx?score=3")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    _head, row = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    assert (row[9].value, row[9].data_type) == ("=1+1", "s")
    assert (row[7].value, row[1].value, row[19].value) == ("@cmd", 3, 1200)
    monkeypatch.setattr("nps_project.common.tables.MOST_ROWS", 1)
    refused = client.get("/desk/tickets.xlsx")
    assert (refused.status_code, "Take the CSV" in refused.content.decode()) == (400, True)
    assert client_of(make_user("sam", all_teams=False)).get("/desk/tickets.xlsx?score=77").status_code == 400


def test_managers_share_views_with_those_of_their_teams_and_nobody_else_does(client: Client, bea: User) -> None:
    assert 'name="is_shared"' not in client.get("/desk/?score=1").content.decode()
    for user in (bea, make_user("vera", "viewer")):
        given = {"name": "Mine alone", "query": "score=1", "is_shared": "1"}
        assert client_of(user).post("/desk/views/", given).status_code == 403
    assert not SavedView.objects.exists()
    SavedView.objects.create(owner=bea, name="Of yore", query="score=1", is_shared=True)
    north = Team.objects.create(name="North")
    mona, max_, jonas = make_user("mona", "manager", all_teams=False), make_user("max", "manager"), make_user("jonas")
    north.members.add(mona, bea)
    assert 'name="is_shared"' in client_of(mona).get("/desk/?score=1").content.decode()
    for owner, name in ((mona, "Northern"), (max_, "Whole")):
        client_of(owner).post("/desk/views/", {"name": name, "query": "score=2", "is_shared": "1"})
    assert [view.name for view in kept_views.of(bea)] == ["Northern", "Of yore", "Whole"]
    assert [view.name for view in kept_views.of(jonas)] == ["Whole"]


def test_a_view_is_kept_shared_and_forgotten(client: Client, bea: User) -> None:
    User.objects.filter(pk=bea.pk).update(role="manager")
    low = make_ticket(make_survey(), 1, contact=make_contact(1))
    make_ticket(low.survey, 5, contact=make_contact(2))
    asked = "score=1&sort=newest&view=&after=9&csrfmiddlewaretoken=x&evil=1"
    answer = client.post("/desk/views/", {"name": "  Ones  ", "query": asked, "is_shared": "1"})
    assert answer["Location"] == "/desk/?score=1&sort=newest&view=all"
    view = SavedView.objects.get()
    assert (view.name, view.query, view.owner) == ("Ones", "score=1&sort=newest&view=all", bea)
    other = client_of(make_user("jonas"))
    assert "?score=1&amp;sort=newest&amp;view=all" in other.get("/desk/").content.decode()
    assert other.post(f"/desk/views/{view.pk}/delete/").status_code == 404
    client.post("/desk/views/", {"name": "Ones", "query": "score=2"})
    view.refresh_from_db()
    assert (view.query, view.is_shared) == ("score=2&view=all", False)
    assert "Ones" not in other.get("/desk/").content.decode()
    for name in ("", " ", "a\0b", "\u2800", "x" * 61):
        assert client.post("/desk/views/", {"name": name, "query": "score=2"}).status_code == 303
    assert SavedView.objects.count() == 1
    for number in range(30):
        client.post("/desk/views/", {"name": f"view {number}", "query": "score=3"})
    assert SavedView.objects.count() == 20
    client.post(f"/desk/views/{view.pk}/delete/")
    assert not SavedView.objects.filter(name="Ones").exists()


def test_a_table_that_is_not_read_to_its_end_leaves_the_language_alone(bea: User) -> None:
    make_ticket(make_survey(), 3, contact=make_contact(1))
    client = Client()  # one that leaves the stream to the test
    client.force_login(bea)
    answer: Any = client.get("/desk/tickets.csv")
    with translation.override("en"):
        parts = iter(answer.streaming_content)
        assert "Klant" in next(parts).decode()
        assert translation.get_language() == "en"
        next(parts)
        assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"do": "wait"}, "Choose a time in the next 90 days."),
        ({"do": "wait", "until": "tomorrow"}, "Allowed: a time such as"),
        ({"do": "assign"}, "Choose either a person who works on tickets, or a team."),
        ({"do": "assign", "owner": "0"}, "Choose either a person who works on tickets, or a team."),
        ({"do": "tag", "tags": " , "}, "Write one or more tags"),
        ({"do": "untag"}, "Write one or more tags"),
    ],
)
def test_what_is_missing_is_asked_once_of_all_of_them_and_what_was_typed_is_kept(
    form: dict[str, str], words: str
) -> None:
    ids = [make_ticket(make_survey(f"s{number}"), 3).pk for number in range(3)]
    client = client_of(make_user("bea"))
    answer = client.post("/desk/bulk/", form | {"reason": "I am away", "tickets": ids})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(words) == 1
    assert "Nothing is saved yet, and nothing is lost." in page
    assert "Left as they were" not in page
    assert re.findall(r'name="tickets" value="(\d+)" checked', page) == [str(pk) for pk in ids]
    assert 'value="I am away"' in page
    client.post("/desk/bulk/", {"do": "claim", "until": "tomorrow", "tickets": ids})
    assert not Ticket.objects.filter(owner=None).exists(), "the fields of other actions are no matter"

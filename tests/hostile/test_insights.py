"""Hostile words, double clicks, small groups and many televisions: the pages of insight hold."""

import csv
import re
import time
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.causes import services as causes
from followup.insights.events.models import Event
from followup.insights.figures.periods import Period
from followup.insights.pictures.drawing import as_file, as_png
from followup.insights.pictures.intervals import Row, Scale, intervals
from followup.insights.reports.models import Report
from followup.insights.risk import looking as risk_looking
from followup.insights.risk.money.gestures import LARGE, NOTHING, SMALL, Alike, Facts, gestures_of
from followup.insights.segments import dimensions
from followup.insights.silence.calls import frame, services
from followup.insights.silence.figures import weighing
from followup.insights.silence.figures.asked import Scope as AskedScope
from followup.insights.silence.figures.read import read as read_silence
from followup.insights.silence.models import Call, CallList
from followup.insights.themes import learning
from followup.insights.themes.models import Suggestion, Theme
from followup.insights.wall import figures, views
from followup.insights.wall.models import WallLink
from followup.insights.words import reading
from followup.insights.words.models import CommentTerms
from followup.insights.words.text.splitting import MOST_READ, sentences_of
from followup.models import RootCause, Ticket
from followup.tickets.resolving import naming
from nps_project.accounts.models import Team
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services.surveys import update_survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.insights.silence.cases import ASKED, ask, make_campaign
from tests.followup.insights.themes import making
from tests.hostile.test_races import at_once

SCALE = Scale(0, 1, [(0, "0"), (1, "1")])


# Pictures.


@pytest.mark.parametrize(
    "name", ["\x01", "\0", "\x0b", "\ufffe", "\ud800", "&#0;]]><script>", "\u202eabc", "W" * 20_000]
)
def test_no_name_keeps_a_picture_from_being_drawn(name: str) -> None:
    """A control character made the file no XML and the PNG an error; a long one took seconds."""
    drawn = intervals([Row(name, name, 0.5, 0.4, 0.6)] * 3, SCALE, title=name, description=name, notes=[name])
    begun = time.monotonic()
    assert as_png(drawn).startswith(b"\x89PNG")
    assert time.monotonic() - begun < 3
    assert "<script>" not in as_file(drawn)
    as_file(drawn).encode()


# Words.


@pytest.mark.parametrize("part", ["a_", "_", "!", "é!", "a,", "…", "(", "\u202ea", "e\u0301", "\u200d", "1a,", "1 @"])
def test_no_comment_takes_long_to_be_cut_into_words(part: str) -> None:
    """Forty of them stand on one page; each took half a second."""
    comment = (part * MOST_READ)[: 2 * MOST_READ]
    begun = time.monotonic()
    for _comment in range(40):
        sentences_of(comment)
    assert time.monotonic() - begun < 4


# Small groups.


def alike(dose: int, n: int) -> Alike:
    return Alike(3, 1, "2026-01-01", dose, n, n // 2, Decimal(n * 10 if dose else 0))


def test_all_who_were_given_something_do_not_tell_of_the_few_that_are_hidden() -> None:
    """12 got nothing and are hidden beside the 5 with little; 55 with anything less 50 with much were these 5."""
    found = gestures_of(Facts("EUR", Decimal(20), 0, [alike(NOTHING, 12), alike(SMALL, 5), alike(LARGE, 50)]))
    assert found.groups[SMALL].is_hidden
    assert found.any.is_hidden or found.groups[LARGE].is_hidden
    assert found.any.recovered is None
    assert found.price is None


def test_what_a_handful_was_given_is_told_by_no_median() -> None:
    assert gestures_of(Facts("EUR", Decimal(20), 0, [alike(NOTHING, 40), alike(SMALL, 3)])).middle is None


# Parameters.


@pytest.mark.django_db
def test_no_place_in_the_list_of_risk_is_more_than_the_database_can_hold() -> None:
    client = client_of(make_user("ada", "admin"))
    for after in ("1e-20000~5", "0.001~5", "1_0" * 9 + "~5", "-" + "0" * 5000 + "~1"):
        answer = client.get("/insights/risk/", {"after": after})
        assert answer.status_code == 400, after
        assert "Begin at its first page" in answer.content.decode()
    assert client.get("/insights/risk/", {"after": "-1200.00~5"}).status_code == 200


# Call lists.


@pytest.mark.django_db
def test_all_of_a_million_silent_customers_are_no_call_list(monkeypatch: Any) -> None:
    """A hundred per cent put everybody on a list, which every page about the silent counts."""
    monkeypatch.setattr(frame, "MOST_DRAWN", 3)
    survey = make_survey()
    ask(survey, [None] * 6)
    scope = AskedScope(Survey.objects.all(), Period(ASKED.date(), ASKED.date()))
    made = services.draw(name="All", scope=scope, survey=survey, by=make_user("mia", "manager"), share=1.0)
    assert (made.drawn, made.reachable, Call.objects.count()) == (3, 6, 3)


# Twice.


def submission_of(client: Client, page: str) -> str:
    found = set(re.findall(r'name="submission" value="([^"]+)"', client.get(page).content.decode()))
    assert len(found) == 1, page
    return str(found.pop())


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_next_customer_calls_one() -> None:
    """Both clicks claimed a customer, and the second one failed on the page that the agent saw."""
    survey, bea = make_survey(), make_user("bea")
    row = CallList.objects.create(name="Autumn", survey=survey, silent=6, reachable=6, drawn=6, asked=6)
    for place in range(1, 7):
        Call.objects.create(call_list=row, contact=make_contact(place), place=place)
    clients = [client_of(bea) for _click in range(3)]
    clicks = at_once(*(lambda client=one: client.post(f"/insights/silence/calls/{row.pk}/next/") for one in clients))
    assert [answer.status_code for answer in clicks] == [302, 302, 302]
    assert Call.objects.filter(state="claimed").count() == 1


@pytest.mark.django_db
def test_forms_of_insight_that_are_sent_twice_are_done_once() -> None:
    client = client_of(make_user("mia", "manager", all_teams=True))
    make_answer(make_survey(), 9)
    forms: list[tuple[str, str, dict[str, Any], Any]] = [
        ("/insights/wall/links/", "/insights/wall/links/", {"name": "Hall", "language": "en"}, WallLink),
        ("/insights/reports/", "/insights/reports/", {"every": "week", "weekday": 0, "at": "07:00"}, Report),
        ("/insights/", "/insights/days/", {"day": "2026-11-02", "words": "Strike"}, Event),
    ]
    for page, address, given, model in forms:
        form = given | {"submission": submission_of(client, page)}
        answers = [client.post(address, form) for _time in range(2)]
        assert [answer.status_code // 100 for answer in answers] == [3, 3], page
        assert model.objects.count() == 1, page
        client.post(address, given | {"submission": submission_of(client, page)})
        assert model.objects.count() == 2, page


# The wallboard.


def link_of(**fields: Any) -> WallLink:
    views.forget_all()
    return WallLink.objects.create(name="Hall", **fields)


@pytest.mark.django_db(transaction=True)
def test_televisions_that_ask_while_the_figures_are_read_have_them_read_once(monkeypatch: Any) -> None:
    link, read, counted, met = link_of(), figures.read, list[int](), list[int]()
    Client().get(link.get_absolute_url())
    monkeypatch.setattr(views, "FRESH_S", -1.0)

    def look() -> None:
        met.append(Client().get(link.get_absolute_url()).status_code)
        connection.close()

    def slow(*args: Any) -> Any:
        counted.append(1)
        others = [Thread(target=look) for _television in range(3)] if len(counted) == 1 else []
        for other in others:
            other.start()
        for other in others:
            other.join(20)
        return read(*args)

    monkeypatch.setattr(figures, "read", slow)
    assert Client().get(link.get_absolute_url()).status_code == 200
    assert met == [200] * 3
    assert len(counted) == 1


@pytest.mark.django_db
def test_a_link_of_a_teams_survey_does_not_count_the_tickets_of_another_team() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    survey = make_survey(team=north)
    for score in (1, 2, 3):
        make_ticket(survey, score)
    Ticket.objects.filter(score=3).update(team=south)
    Ticket.objects.update(first_contact_due_at=timezone.now() - timedelta(hours=1))
    page = Client().get(link_of(survey=survey).get_absolute_url()).content.decode()
    assert "0 of 2" in page
    of_all = Client().get(link_of().get_absolute_url()).content.decode()
    assert "0 of 3" in of_all


@pytest.mark.django_db
def test_a_link_that_is_taken_back_while_it_is_open_shows_nothing_more() -> None:
    link = link_of()
    assert Client().get(link.get_absolute_url()).status_code == 200
    WallLink.objects.update(revoked_at=timezone.now())
    answer = Client().get(link.get_absolute_url())
    assert answer.status_code == 410
    assert "NPS" not in answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


# Traits with a value for each customer.


@pytest.mark.django_db
def test_a_trait_with_a_value_for_each_answer_is_read_up_to_a_bound(monkeypatch: Any) -> None:
    """A million rows came into memory, on the page and by the API."""
    survey, client = make_survey(), client_of(make_user("ada", "admin"))
    for number in range(75):
        make_answer(survey, number % 11, traits={"order": f"A{number:03}"})
    for _answer in range(12):
        make_answer(survey, 10, traits={"order": "again"})
    whole = Program().get("stats/by/trait.order/")
    monkeypatch.setattr(dimensions, "MOST_PARTS", 70)
    with CaptureQueriesContext(connection) as captured:
        assert Program().get("stats/by/trait.order/") == whole
        assert client.get("/insights/compare/?by=trait.order").status_code == 200
        assert client.get("/insights/silence/?by=trait.order&weigh=trait.order").status_code == 200
    assert len(whole["results"]) == 60
    assert whole["others"]["responses"] == 87 - 12 - 59
    for statement in (query["sql"] for query in captured):
        divided = re.findall(r"jsonb_extract_path_text\([^)]*'order'\)", statement)
        assert not divided or "LIMIT" in statement, statement


@pytest.mark.django_db
def test_customers_that_are_divided_into_thousands_are_not_weighed(monkeypatch: Any) -> None:
    monkeypatch.setattr(weighing, "MOST_READ", 3)
    survey, client = make_survey(), client_of(make_user("ada", "admin"))
    for number in range(5):
        make_answer(survey, 9, contact=make_contact(number, traits={"number": str(number)}))
    page = client.get("/insights/silence/?weigh=trait.number").content.decode()
    assert "divides your customers into more than a thousand groups" in page
    assert Program().get("stats/silence/?weigh=trait.number")["weighted"]["nps"] is None


# Themes.


@pytest.mark.django_db
def test_one_customer_who_writes_a_hundred_times_teaches_no_more_than_twenty() -> None:
    tickets = making.make_chosen(make_survey(), per_cause=30)
    one = tickets[0].response.contact
    Response.objects.filter(pk__in=[ticket.response_id for ticket in tickets[:28]]).update(contact=one)
    reading.read_new(timezone.now())
    learning.learn_due(timezone.now())
    assert Theme.objects.get(language="en").n == 20 + 32


@pytest.mark.django_db
def test_what_is_learnt_from_is_bounded_by_its_words_too(monkeypatch: Any) -> None:
    """Twenty thousand comments of four hundred terms each would be some gigabytes."""
    making.make_chosen(make_survey(), per_cause=30)
    reading.read_new(timezone.now())
    counts = [len(terms) for terms in CommentTerms.objects.order_by("-response").values_list("terms", flat=True)]
    monkeypatch.setattr(learning, "MOST_TERMS_READ", sum(counts[:45]))
    learning.learn_due(timezone.now())
    assert Theme.objects.get(language="en").n == 45


@pytest.mark.django_db
def test_a_stale_page_puts_no_suggestion_in_place_of_the_cause_that_a_colleague_named() -> None:
    ticket = make_ticket(make_survey(), 2, "Too late")
    causes.ensure_defaults()
    first, second, *_more = RootCause.objects.filter(is_active=True)
    Suggestion.objects.create(response=ticket.response, cause=first, confidence=91, words=[], learnt_at=timezone.now())
    client, form = client_of(make_user("bea")), {"cause": first.slug, "submission": "a" * 22}
    naming.name_cause(ticket_id=ticket.pk, by=make_user("max"), cause=second)
    answer = client.post(f"/insights/themes/accept/{ticket.pk}/", form, follow=True)
    assert "Another cause was chosen meanwhile" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.root_cause == second


@pytest.mark.django_db
def test_who_sees_one_team_learns_no_figures_and_words_of_the_others() -> None:
    north = Team.objects.create(name="North")
    tickets = [make_ticket(make_survey(), 2, "Too late"), make_ticket(make_survey("winter"), 2, "Dear")]
    causes.ensure_defaults()
    making.make_theme(*tickets)
    mia = make_user("mia", "manager", all_teams=False)
    north.members.add(mia)
    page = client_of(mia).get("/insights/themes/").content.decode()
    assert "shown to people who see all teams" in page
    assert "driver" not in page
    assert "n 90" not in page
    assert "driver" in client_of(make_user("ada", "admin")).get("/insights/themes/").content.decode()


# Tables.


def table(client: Client, page: str) -> list[list[str]]:
    answer: Any = client.get(f"/insights/{page}")
    assert answer.status_code == 200, page
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


FORMULA = "=cmd|'/c calc'!A0"


@pytest.mark.django_db
@pytest.mark.usefixtures("no_limits")
def test_no_table_of_insight_holds_a_formula() -> None:
    survey = make_survey()
    update_survey(survey, {"name": FORMULA})
    campaign = make_campaign(survey, FORMULA)
    for number in range(12):
        make_contact(number, name=FORMULA, phone="+45", bounced_at=timezone.now(), traits={"plan": FORMULA})
    asked = ask(survey, [9, 2] * 10 + [None] * 5, campaign, traits={"plan": FORMULA})
    assert asked
    risk_looking.look(timezone.now())
    client = client_of(make_user("ada", "admin"))
    silence = "silence/silence.csv?from=2026-10-01&to=2026-11-20&by=trait.plan&weigh=trait.plan"
    risk, figures_csv = "risk/customers.csv", "fair-play/fair-play.csv"
    for page in (silence, risk, "risk/risk.csv", "words/words.csv", figures_csv, "causes/causes.csv"):
        cells = [cell for row in table(client, page) for cell in row]
        assert cells, page
        assert not [cell for cell in cells if cell.startswith("=")], page
        if page in (silence, risk):
            assert f"'{FORMULA}" in " ".join(cells), page


# Other teams.


@pytest.mark.django_db
def test_fair_play_does_not_tell_what_shared_customers_said_to_another_team() -> None:
    """Eleven who were asked on one day, and ten on another, told what the eleventh had said."""
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    mine, theirs = make_survey(team=north), make_survey("theirs", team=south)
    at = timezone.now()
    for number in range(24):
        contact = make_contact(number)
        answer = make_answer(theirs, 10, contact=contact)
        Response.objects.filter(pk=answer.pk).update(answered_at=at - timedelta(days=200))
        if number >= 12:
            continue
        sent = {"status": "delivered", "channel": "email", "sent_at": at - timedelta(days=1)}
        Invitation.objects.create(survey=mine, contact=contact, asked_at=at - timedelta(days=1), **sent)
    mia = make_user("mia", "manager", all_teams=False)
    north.members.add(mia)

    def share_of(client: Client) -> str:
        return next(row[1] for row in table(client, "fair-play/fair-play.csv") if row[0] == "picked-happy")

    assert share_of(client_of(mia)) == "few"
    assert share_of(client_of(make_user("ada", "admin"))) != "few"


@pytest.mark.django_db
def test_all_known_customers_less_the_groups_that_are_shown_are_no_few(monkeypatch: Any) -> None:
    """Beyond the groups that are told apart was one customer, whose score was the rest."""
    monkeypatch.setattr(weighing, "MOST", 2)
    survey, at = make_survey(), timezone.now()
    for plan, n in (("gold", 12), ("basic", 11), ("trial", 1)):
        for _number in range(n):
            contact = make_contact(Contact.objects.count(), traits={"plan": plan})
            make_answer(survey, 9, contact=contact)
    scope = AskedScope(Survey.objects.all(), Period(at.date() - timedelta(days=9), at.date() + timedelta(days=1)))
    found = read_silence(scope, make_user("ada", "admin"), by="channel", weigh="trait.plan").weighed
    shown = sum(group.figures.responses for group in found.groups)
    shown += found.together.figures.responses if found.together else 0
    assert found.known.responses - shown == 0 or found.known.responses - shown >= 10

"""Every answer of every group, its filters, and the ticket that is opened by hand."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followup.models import Ticket
from nps_project.accounts.models import Team
from nps_project.common import paging
from surveys.models import Response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def shown(page: str) -> list[int]:
    """The ids of the answers in the list, in its order."""
    return [int(found) for found in re.findall(r'<a href="/desk/answers/(\d+)/"', page)]


def test_all_groups_newest_first_with_their_counts() -> None:
    survey, client = make_survey(), client_of(make_user("marit"))
    made = [make_answer(survey, score, f"says {score}").pk for score in range(11)]
    page = client.get("/desk/answers/").content.decode()
    assert shown(page) == made[::-1]
    assert re.findall(r'<span class="count">(\d+)</span>', page) == ["11", "7", "2", "2"]
    assert shown(client.get("/desk/answers/", {"group": "passive"}).content.decode()) == [made[8], made[7]]


def test_filters() -> None:
    survey, winter, client = make_survey(), make_survey("winter"), client_of(make_user("marit"))
    danish = make_answer(survey, 2, "Fakturaerne var forkerte", language="da").pk
    dutch = make_answer(survey, 9, "De facturen klopten", language="nl").pk
    english = make_answer(winter, 9, "The invoices were right").pk
    for query, wanted in [
        ({"q": "faktura"}, [danish]),
        ({"q": "factuur kapot"}, []),
        ({"q": "factuur"}, [dutch]),
        ({"q": "invoice"}, [english]),
        ({"q": "\"; DROP TABLE ' & | !"}, []),
        ({"score": "9"}, [english, dutch]),
        ({"survey": "winter"}, [english]),
        ({"language": "nl"}, [dutch]),
        ({"language": "nl", "group": "detractor"}, []),
    ]:
        page = client.get("/desk/answers/", query)
        assert (page.status_code, shown(page.content.decode())) == (200, wanted), query


def test_days_are_those_of_the_company(settings: object) -> None:
    settings.TIME_ZONE = "Europe/Copenhagen"  # type: ignore[attr-defined]
    survey, client = make_survey(), client_of(make_user("marit"))
    zone = ZoneInfo("Europe/Copenhagen")
    times = [datetime(2026, 3, 9, 23, 59, tzinfo=zone), datetime(2026, 3, 10, 0, 0, tzinfo=zone)]
    before, after = (make_answer(survey, 9, answered_at=at).pk for at in times)
    assert shown(client.get("/desk/answers/", {"from": "2026-03-10"}).content.decode()) == [after]
    assert shown(client.get("/desk/answers/", {"to": "2026-03-09"}).content.decode()) == [before]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "tomorrow"}, "From cannot be “tomorrow”. Allowed: a day such as"),
        ({"score": "11"}, "Score cannot be “11”. Allowed: 0, 1"),
        ({"group": "critic"}, "Group cannot be “critic”. Allowed: detractor"),
        ({"language": "tlh"}, "Language cannot be “tlh”. Allowed: en, nl, da."),
        ({"q": "a\0b"}, "Search the words cannot be"),
        ({"after": "-1"}, "This page of the answers does not exist."),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(query: dict[str, str], words: str) -> None:
    page = client_of(make_user("marit")).get("/desk/answers/", query)
    assert page.status_code == 400
    assert words in page.content.decode()


def test_pages_reach_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.page, "__defaults__", (4,))
    survey, client = make_survey(), client_of(make_user("marit"))
    made = [make_answer(survey, 9).pk for _number in range(10)]
    seen: list[int] = []
    address = "/desk/answers/"
    while address:
        page = client.get(address).content.decode()
        seen += shown(page)
        more = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = "/desk/answers/" + more[1].replace("&amp;", "&") if more else ""
        make_answer(survey, 9)
    assert seen == made[::-1]


def test_the_number_of_queries_is_fixed() -> None:
    survey, client, counts = make_survey(), client_of(make_user("marit")), []
    for upto in (1, 20):
        for number in range(Response.objects.count(), upto):
            make_ticket(survey, 3, contact=make_contact(number))
        with CaptureQueriesContext(connection) as queries:
            assert len(shown(client.get("/desk/answers/").content.decode())) == upto
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


def test_a_ticket_is_opened_by_hand_once() -> None:
    answer, client = make_answer(make_survey(), 9, "Call me", contact=make_contact(1)), client_of(make_user("marit"))
    assert "Open a ticket" in client.get("/desk/answers/").content.decode()
    first = client.post(f"/desk/answers/{answer.pk}/ticket/")
    ticket = Ticket.objects.get(response=answer)
    assert (first.status_code, first["Location"]) == (303, f"/desk/tickets/{ticket.pk}/")
    assert ticket.is_by_hand
    again = client.post(f"/desk/answers/{answer.pk}/ticket/")
    assert (again.status_code, again["Location"]) == (303, f"/desk/tickets/{ticket.pk}/")
    assert Ticket.objects.count() == 1
    page = client.get("/desk/answers/").content.decode()
    assert f"/desk/tickets/{ticket.pk}/" in page
    assert "Open a ticket" not in page
    assert client.get(f"/desk/answers/{answer.pk}/ticket/").status_code == 405


def test_an_answer_that_does_not_count_gets_none() -> None:
    answer, client = make_answer(make_survey(), 9), client_of(make_user("marit"))
    Response.objects.filter(pk=answer.pk).update(state="discarded")
    refused = client.post(f"/desk/answers/{answer.pk}/ticket/")
    assert refused.status_code == 409
    assert "Only an answer that counts" in refused.content.decode()
    assert "Discarded" in client.get("/desk/answers/").content.decode()


def test_who_sees_and_who_may_open() -> None:
    north = Team.objects.create(name="North")
    member, stranger = make_user("member", all_teams=False), make_user("stranger", all_teams=False)
    north.members.add(member)
    answer = make_answer(make_survey("north", north), 9, "Secret words", contact=make_contact(1))
    address = f"/desk/answers/{answer.pk}/"
    viewer = make_user("vera", "viewer")
    for user, status, may_open in [
        (member, 200, True),
        (stranger, 404, False),
        (viewer, 200, False),
        (make_user("ada", "admin"), 200, True),
    ]:
        page = client_of(user).get(address)
        assert page.status_code == status, user
        assert ("Secret words" in client_of(user).get("/desk/answers/").content.decode()) == (status == 200)
        assert (b"Open a ticket" in page.content) == may_open, user
    assert client_of(stranger).post(f"{address}ticket/").status_code == 404
    assert client_of(viewer).post(f"{address}ticket/").status_code == 403
    assert not Ticket.objects.exists()
    assert client_of(member).post(f"{address}ticket/").status_code == 303


def test_another_teams_ticket_is_not_linked() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    member = make_user("member", all_teams=False)
    north.members.add(member)
    ticket = make_ticket(make_survey("north", north), 2, contact=make_contact(1))
    Ticket.objects.filter(pk=ticket.pk).update(team=south)
    page = client_of(member).get("/desk/answers/").content.decode()
    assert "with another team" in page
    assert f"/desk/tickets/{ticket.pk}/" not in page
    refused = client_of(member).post(f"/desk/answers/{ticket.response_id}/ticket/")
    assert refused.status_code == 409


def test_one_answer_is_shown_whole_and_escaped() -> None:
    words = "<b>bold</b>\n" + "long " * 300
    answer = make_answer(make_survey(), 10, words)
    page = client_of(make_user("marit")).get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert page.count("long ") == 300

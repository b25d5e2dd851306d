"""What comes above the usual number waits for a decision; from where answers came is a hash that is forgotten."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from followup.tasks import tell_of_floods
from followup.tickets import opening
from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from nps_project.web import rate_limit
from surveys.models import AnswerSource, BulkDecision, DecisionKind, Response, Survey
from surveys.services import bulk_decisions, flood, sources, tallies
from surveys.services.decisions import accept_response
from surveys.tasks import go_on_deciding, learn_and_forget
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_survey, make_user

pytestmark = pytest.mark.django_db

PHONE = {"contact_phone": "+45 33 12 00 00"}


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch, new_limits: None) -> Survey:
    monkeypatch.setattr(flood, "hourly_limit", rate_limit.BatchedLimit(window_s=3600))
    made = make_survey()
    Survey.objects.filter(pk=made.pk).update(flood_limit=3)
    return made


def send(score: int = 2, address: str = "192.0.2.7", **fields: str) -> Any:
    answer = Client(REMOTE_ADDR=address).post("/s/autumn/", {"score": str(score)} | PHONE | fields)
    assert answer.status_code == 303, answer.content[:300]
    return answer


def states() -> list[str]:
    return list(Response.objects.order_by("pk").values_list("state", flat=True))


def test_what_comes_above_the_limit_waits_and_promises_no_hour(survey: Survey) -> None:
    thanks = [Client().get(send().headers["Location"]).content for _number in range(5)]
    assert states() == ["confirmed"] * 3 + ["provisional"] * 2
    assert [b"We will contact you" in page for page in thanks] == [True] * 3 + [False] * 2
    assert all(b"Thank you" in page for page in thanks)
    opening.open_for_responses(list(Response.objects.values_list("pk", flat=True)))
    assert Ticket.objects.count() == 3
    assert tallies.differences() == []

    waiting = Response.objects.latest("pk")
    late = timezone.now()
    assert accept_response(response_id=waiting.pk, by=None)
    opening.open_for_response(waiting.pk)
    assert Ticket.objects.latest("pk").clock_from >= late, "its clock starts when a person accepts it"


def test_sending_it_again_does_not_accept_it(survey: Survey) -> None:
    for _number in range(3):
        send()
    page = Client().get("/s/autumn/").content.decode()
    found = re.search(r'name="submission" value="([^"]+)"', page)
    assert found is not None
    first = send(submission=found[1])
    again = send(score=9, submission=found[1])
    assert first.headers["Location"] == again.headers["Location"]
    assert states() == ["confirmed"] * 3 + ["provisional"]
    assert Response.objects.latest("pk").score == 9


def test_managers_of_its_team_are_told_once_and_the_desk_says_so(survey: Survey) -> None:
    team = Team.objects.create(name="North")
    Survey.objects.update(team=team)
    inside, outside = (make_user(name, "manager", all_teams=False) for name in ("ann", "bob"))
    agent = make_user("cee", all_teams=False)
    team.members.add(inside, agent)
    tell_of_floods()
    assert not Delivery.objects.exists()
    for _number in range(6):
        send()
    for _time in range(3):
        tell_of_floods()
    mail = Delivery.objects.get()
    assert (mail.to_address, mail.subject) == (inside.email, "Autumn: answers wait for your decision")
    assert "3 answers to Autumn wait for a decision." in mail.body_text
    link = "/desk/answers/?survey=autumn&amp;doubtful=true"
    page = client_of(inside).get("/desk/").content.decode()
    assert "3 answers to Autumn wait for a decision" in page
    assert link in page
    assert "wait for a decision" not in client_of(outside).get("/desk/").content.decode()
    answers = client_of(inside).get("/desk/answers/?survey=autumn&state=provisional").content.decode()
    assert "Accept …" in answers

    form = {"do": "accept", "query": "survey=autumn&state=provisional", "sure": "1"}
    assert client_of(inside).post("/desk/answers/decide/", form).status_code == 303
    go_on_deciding()
    assert BulkDecision.objects.get().done == 3
    assert states() == ["confirmed"] * 6
    assert tallies.differences() == []


def test_a_personal_link_and_no_limit_are_not_limited(survey: Survey) -> None:
    Survey.objects.update(flood_limit=0)
    for _number in range(5):
        send()
    assert states() == ["confirmed"] * 5


def test_without_a_store_nothing_waits(survey: Survey, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    rate_limit.store.reconnect()
    for _number in range(5):
        send()
    assert states() == ["confirmed"] * 5


def test_the_usual_number_is_learnt_and_a_flood_teaches_nothing() -> None:
    survey, now = make_survey(), timezone.now().replace(minute=30)
    busy, flooded, old = now - timedelta(days=3), now - timedelta(days=2), now - timedelta(days=40)
    for at, number in ((busy, 8), (flooded, 10), (old, 12)):
        made = [make_answer(survey, 9, answered_at=at) for _number in range(number)]
    Response.objects.filter(pk=Response.objects.filter(answered_at=flooded)[0].pk).update(state="discarded")
    flood.learn(now)
    survey.refresh_from_db()
    assert (survey.flood_limit_learnt, flood.limit_of(survey)) == (200, 200), "never below the least"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flood, "LEAST", 5)
        flood.learn(now)
    survey.refresh_from_db()
    assert survey.flood_limit_learnt == 24
    assert made


def test_the_set_up_page_says_what_is_usual_and_takes_a_number() -> None:
    survey, client = make_survey(), client_of(make_user("ada", "admin"))
    page = client.get("/setup/surveys/autumn/").content.decode()
    assert "the usual number, 200 now (3 times the busiest hour of the last 4 weeks, at least 200)" in page
    form = {
        "name": "Autumn", "brand": "Nordlys", "slug": "autumn", "status": "live", "languages": ["en"],
        "default_language": "en", "edit_days": "14",
    }  # fmt: skip
    for typed, kept in (("50", 50), ("0", 0), ("", None)):
        assert client.post("/setup/surveys/autumn/", form | {"flood_limit": typed}).status_code == 302
        survey.refresh_from_db()
        assert survey.flood_limit == kept
    assert client.post("/setup/surveys/autumn/", form | {"flood_limit": "-1"}).status_code == 422


def test_programs_see_which_answers_are_doubtful(survey: Survey) -> None:
    for _number in range(4):
        send()
    program = Program("read")
    found = program.every("responses/?doubtful=true")
    assert [(one["state"], one["evidence"], one["doubtful"]) for one in found] == [
        ("provisional", {"why": "flood"}, True)
    ]
    assert [one["doubtful"] for one in program.every("responses/?doubtful=false")] == [False] * 3
    assert program.get("responses/?doubtful=perhaps", 400)


def test_the_source_is_a_hash_that_finds_its_answers_and_is_forgotten(survey: Survey) -> None:
    Survey.objects.update(flood_limit=0)
    for address in ("192.0.2.7", "192.0.2.8", "192.0.2.7"):
        send(address=address)
    first, second, third = Response.objects.order_by("pk")
    chief = make_user("chief", "manager")
    assert "All answers from the same source" in client_of(chief).get(f"/desk/answers/{first.pk}/").content.decode()
    page = client_of(chief).get(f"/desk/answers/?same_source={first.pk}").content.decode()
    assert [int(pk) for pk in re.findall(r'<a href="/desk/answers/(\d+)/"', page)] == [third.pk, first.pk]
    bulk = bulk_decisions.ask(
        kind=DecisionKind.DISCARDED, chosen={"same_source": first.pk}, by=chief, reason="one source"
    )
    bulk_decisions.work(bulk.pk, timezone.now())
    assert states() == ["discarded", "confirmed", "discarded"]
    stranger = make_user("stranger", "manager", all_teams=False)
    assert client_of(stranger).get(f"/desk/answers/?same_source={first.pk}").status_code == 400

    AnswerSource.objects.filter(pk=second.pk).update(day=timezone.localdate() - timedelta(days=sources.DAYS + 1))
    learn_and_forget()
    assert set(AnswerSource.objects.values_list("pk", flat=True)) == {first.pk, third.pk}


def test_no_address_is_stored(survey: Survey) -> None:
    send(address="203.0.113.77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'surveys_%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', ["%203.0.113.77%"])
            assert cursor.fetchone() == (0,), table
    assert sources.source_of("203.0.113.77") == AnswerSource.objects.get().source
    assert sources.source_of("2001:db8::1") == sources.source_of("2001:db8::2")

"""What staff and programs see of answers that a program may have given: why they wait, and the figures with them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from followup.notify import floods
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from surveys.models import Invitation, Response, Survey
from surveys.scanners.models import Opening
from surveys.services import decisions
from surveys.statistics import nps_figures
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

BESIDE = {
    "why": "scanner",
    "signs": ["decoy", "many_links"],
    "links": ["decoy-1", "score-0"],
    "replaced": [{"score": 4, "comment": "<b>first</b>", "at": "2026-11-26T10:00:00+00:00"}],
}


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def doubtful(survey: Survey) -> Response:
    contact, now = make_contact(1), timezone.now()
    invitation = Invitation.objects.create(survey=survey, contact=contact, channel="email", status="sent", sent_at=now)
    for seconds, link, agent in ((0, "decoy-1", 1), (1, "score-0", 1), (40, "score-2", 2)):
        Opening.objects.create(invitation=invitation, at=now + timedelta(seconds=seconds), link=link, agent=agent)
    return make_answer(survey, 0, contact=contact, invitation_id=invitation.pk, state="provisional", evidence=BESIDE)


def page(answer: Response, name: str = "mia", role: str = "manager") -> str:
    found = client_of(make_user(name, role)).get(f"/desk/answers/{answer.pk}/")
    assert found.status_code == 200
    return str(found.content.decode())


def test_the_answers_page_says_why_it_waits_and_what_was_opened(doubtful: Response) -> None:
    html = page(doubtful)
    for words in (
        "Sent beside a program that checks mails",
        "A link was opened beside it that nobody sees",
        "Three links of the mail or more were opened within ten seconds",
        "4 of 10",
        "&lt;b&gt;first&lt;/b&gt;",
        "<td>a link that nobody sees</td>",
        "<td>the score 0</td>",
        "Accept the answer",
    ):
        assert words in html, words
    assert [html.count(f"<td>{client}</td>") for client in (1, 2, 3)] == [2, 1, 0]


def test_what_told_so_stays_with_an_accepted_answer(doubtful: Response) -> None:
    decisions.accept_response(response_id=doubtful.pk, by=None)
    assert "A link was opened beside it that nobody sees" in page(doubtful)


def test_a_change_that_was_not_taken_over_is_shown_with_its_words(survey: Survey) -> None:
    answer = make_answer(survey, 2, "very slow", contact=make_contact(1))
    said = {"score": 10, "comment": "splendid", "at": "2026-11-26T10:00:00+00:00"}
    Response.objects.update(evidence={"why": "scanner", "signs": ["decoy"], "set_aside": [said]})
    html = page(answer)
    assert "Changes that were not taken over" in html
    assert "10 of 10" in html
    assert "splendid" in html


def test_a_fresh_tap_says_that_it_counts_by_itself(survey: Survey) -> None:
    html = page(make_answer(survey, 3, contact=make_contact(1), state="provisional"))
    assert "It counts automatically after 30 quiet minutes" in html
    assert "Who gave it" not in html


def test_an_answer_of_which_nothing_is_known_says_nothing(survey: Survey) -> None:
    assert "Who gave it" not in page(make_answer(survey, 3))


def test_the_list_finds_those_that_wait(survey: Survey, doubtful: Response) -> None:
    counts, tapped = make_answer(survey, 9), make_answer(survey, 3, contact=make_contact(2), state="provisional")
    client = client_of(make_user("mia", "manager"))
    for chosen, expected in (("true", {doubtful.pk}), ("false", {counts.pk, tapped.pk})):
        html = client.get(f"/desk/answers/?doubtful={chosen}").content.decode()
        assert {pk for pk in (doubtful.pk, counts.pk, tapped.pk) if f'/desk/answers/{pk}/"' in html} == expected
    assert "waits for a decision" in client.get("/desk/answers/").content.decode()


def test_the_desk_says_how_many_wait_and_its_nps_with_them(survey: Survey, doubtful: Response) -> None:
    make_answer(survey, 10)
    client = client_of(make_user("mia", "manager"))
    html = client.get("/desk/").content.decode()
    assert "1 answer to Autumn waits for a decision" in html
    assert "with those that wait: 0, between" in html
    assert re.findall(r", n (\d+)\s*</span>", html) == ["1", "2"]

    decisions.discard_response(response_id=doubtful.pk, by=None, reason="a program")
    assert "with those that wait" not in client.get("/desk/").content.decode()


def test_programs_read_the_nps_with_and_without_them(survey: Survey, doubtful: Response) -> None:
    make_answer(survey, 10)
    program = Program("read")
    for query, expected in (("", (1, 100.0)), ("?doubtful=without", (1, 100.0)), ("?doubtful=with", (2, 0.0))):
        found = program.get(f"stats/nps/{query}")
        assert (found["responses"], found["nps"]) == expected
    refused: Any = program.get("stats/nps/?doubtful=perhaps", 400)
    assert "doubtful" in refused["detail"]
    assert program.get("stats/nps/?doubtful=with&trait.plan=gold")["responses"] == 0
    later = timezone.localdate() + timedelta(days=1)
    assert program.get(f"stats/nps/?doubtful=with&from={later}")["responses"] == 0


def test_programs_read_the_evidence(doubtful: Response) -> None:
    evidence = Program("read").get(f"responses/{doubtful.pk}/")["evidence"]
    assert evidence["why"] == "scanner"
    assert evidence["signs"] == ["decoy", "many_links"]
    assert evidence["links"] == ["decoy-1", "score-0"]
    assert [(said["score"], said["comment"]) for said in evidence["replaced"]] == [(4, "<b>first</b>")]


def test_the_figures_of_others_are_theirs(survey: Survey, doubtful: Response) -> None:
    other = make_survey("other")
    assert nps_figures(Survey.objects.filter(pk=other.pk), with_doubtful=True).responses == 0
    assert nps_figures(Survey.objects.filter(pk=survey.pk), with_doubtful=True).responses == 1


@pytest.mark.parametrize(
    ("evidence", "flood", "mail"),
    [({"why": "flood"}, True, False), (BESIDE, False, True), ({"why": "tap"}, False, True)],
)
def test_the_daily_mail_says_what_they_wait_for(
    survey: Survey, evidence: dict[str, Any], flood: bool, mail: bool
) -> None:
    make_user("mia", "manager")
    make_answer(survey, 2, state="provisional", evidence=evidence)
    assert sweep.run(floods.FLOODS, timezone.now()) == 1
    text = Delivery.objects.get().body_text
    assert ("More came in an hour than is usual" in text) is flood
    assert ("a program that checks mails may have given them" in text) is mail
    assert "doubtful=true" in text

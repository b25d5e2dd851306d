"""One page that is sent is one answer: going back, sending twice, correcting."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, quote

import pytest
from django.test import Client
from django.utils import timezone

from followup.playbooks import services as playbooks
from surveys.models import Answer, Question, Response, ResponseChange, Survey, Tally
from surveys.services.surveys import save_question, update_survey
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
SUBMISSION = re.compile(r'name="submission" value="([\w-]{43})"')


@pytest.fixture
def survey() -> Survey:
    playbooks.ensure_default()
    return make_survey("hello")


def page(client: Client, address: str = "/s/hello/", **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


@pytest.mark.parametrize("query", ["", "?score=7", "?lang=da", "?sent=1&lang=en", "?sent=2&lang=nl&score=3", "?sent=x"])
def test_the_form_posts_to_another_address_than_its_own(survey: Survey, client: Client, query: str) -> None:
    update_survey(survey, {"allowed_traits": ["plan"]})
    address = f"/s/hello/{query}{'&' if query else '?'}plan=" + quote('a"&b')

    asked = unescape(re.findall(r'<form id="answer" method="post" action="([^"]+)"', page(client, address))[0])

    assert f"/s/hello/{asked}" != address
    own, others = parse_qs(address.partition("?")[2]), parse_qs(asked[1:])
    assert own.get("sent") != others["sent"]
    assert others["lang"] == own.get("lang", ["en"])
    client.post(f"/s/hello/{asked}", {"score": "9"})
    assert Response.objects.get().traits == {"plan": 'a"&b'}


def test_the_same_submission_twice_is_one_answer(survey: Survey, client: Client) -> None:
    token = SUBMISSION.findall(page(client))[0]

    sent = [client.post("/s/hello/", {"score": "3", "submission": token})["Location"] for _time in range(2)]

    assert sent[0] == sent[1]
    assert Response.objects.count() == 1
    assert not ResponseChange.objects.exists()


def test_a_correction_after_back_changes_the_answer_and_the_figures(survey: Survey, client: Client) -> None:
    token = SUBMISSION.findall(page(client))[0]
    client.post("/s/hello/", {"score": "3", "comment": "late", "submission": token})

    client.post("/s/hello/", {"score": "9", "comment": "wrong number", "submission": token})

    assert list(Response.objects.values_list("score", "comment")) == [(9, "wrong number")]
    assert list(Tally.objects.filter(count__gt=0).values_list("score", "count")) == [(9, 1)]
    assert list(ResponseChange.objects.values_list("old_score", "new_score", "old_comment")) == [(3, 9, "late")]


@pytest.mark.parametrize("score", ["7", "9", "10"])
def test_a_better_score_takes_nothing_back_that_its_form_does_not_ask(
    survey: Survey, client: Client, score: str
) -> None:
    question = save_question(Question(survey=survey, kind="rating", texts={"en": "How easy?"}))
    token = SUBMISSION.findall(page(client))[0]
    contact = {"contact_name": "Ada", "contact_email": "ada@example.com", "contact_phone": "+45 33 12 00 00"}
    first = {"score": "3", "comment": "late", f"answer-{question.pk}": "2", "submission": token}
    client.post("/s/hello/", first | contact)

    client.post("/s/hello/", {"score": score, "submission": token} | dict.fromkeys(contact, ""))

    response = Response.objects.get()
    assert (response.score, response.comment) == (int(score), "late"), "a POST of the score alone changes the score"
    assert {name: getattr(response, name) for name in contact} == contact
    assert list(Answer.objects.values_list("value", flat=True)) == ["2"]


def test_what_was_asked_and_emptied_is_taken_back(survey: Survey, client: Client) -> None:
    token = SUBMISSION.findall(page(client))[0]
    client.post("/s/hello/", {"score": "3", "comment": "x", "contact_phone": "+45 33 12 00 00", "submission": token})

    client.post("/s/hello/", {"score": "4", "comment": "", "contact_phone": "", "submission": token})

    assert list(Response.objects.values_list("score", "comment", "contact_phone")) == [(4, "", "")]


def test_without_a_genuine_submission_every_post_is_an_answer_of_its_own(survey: Survey, client: Client) -> None:
    make_survey("other")
    foreign = SUBMISSION.findall(page(client, "/s/other/"))[0]
    for token in ("", "forged", foreign, foreign, "x" * 43):
        client.post("/s/hello/", {"score": "8", "submission": token})

    assert Response.objects.count() == 5


def test_a_submission_can_no_longer_change_the_answer_after_the_days_are_over(survey: Survey, client: Client) -> None:
    token = SUBMISSION.findall(page(client))[0]
    client.post("/s/hello/", {"score": "3", "submission": token})
    Response.objects.update(answered_at=timezone.now() - timedelta(days=survey.edit_days))

    late = client.post("/s/hello/", {"score": "9", "submission": token})

    assert late.status_code == 410
    assert "can no longer be changed" in late.content.decode()
    assert Response.objects.get().score == 3

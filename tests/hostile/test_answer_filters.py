"""Filters of the list of answers, in hands that mean harm."""

import re
from html import unescape

import pytest

from surveys.models import BulkDecision, Response
from surveys.tasks import decide_about_many
from tests.factories import client_of, make_answer, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("named", ["x", "", "9" * 30, "0"])
def test_answers_that_are_named_wrongly_are_not_all_answers(named: str) -> None:
    answer, client = make_answer(make_survey(), 0), client_of(make_user("chief", "manager"))
    given = {"do": "discard", "answers": named, "query": "", "sure": "1", "reason": "A flood"}
    assert client.post("/desk/answers/decide/", given).status_code == 303
    decide_about_many([BulkDecision.objects.get().pk])
    assert Response.objects.get() == answer
    assert Response.objects.get().state == "confirmed"


@pytest.mark.parametrize("last", ["group=detractor", "score=0", "said=pills"])
def test_a_long_filter_decides_about_what_it_says_and_no_more(last: str) -> None:
    """It was cut after 2,000 signs, and its last conditions with it."""
    client, survey = client_of(make_user("chief", "manager")), make_survey()
    kept, false = make_answer(survey, 9, "Fine"), make_answer(survey, 0, "pills")
    Response.objects.update(traits={"town": "æ" * 280})
    query = f"trait=town%3D{'%C3%A6' * 280}&from=2000-01-01&unread={'x' * 300}&{last}"
    page = client.post("/desk/answers/decide/", {"do": "discard", "query": query}).content.decode()
    assert "It is 1 answer." in page
    form = dict(re.findall(r'<input type="hidden" name="(query|upto|do|submission)" value="([^"]*)"', page))
    form = {name: unescape(value) for name, value in form.items()} | {"sure": "1", "reason": "A flood"}
    assert client.post("/desk/answers/decide/", form).status_code == 303
    decide_about_many([BulkDecision.objects.get().pk])
    states = dict(Response.objects.values_list("pk", "state"))
    assert states == {kept.pk: "confirmed", false.pk: "discarded"}

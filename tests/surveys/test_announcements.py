"""Announced is what has a follow-up to be decided, and nothing else."""

from typing import Any

import pytest
from django.db import connection

from surveys.models import Announcement, Response
from surveys.services import announcements
from surveys.services.decisions import accept_response, discard_response, restore_response
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_survey

pytestmark = pytest.mark.django_db


def announced() -> list[int]:
    return list(Announcement.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("of", "is_announced"), [({}, True), ({"state": "provisional"}, False), ({"is_imported": True}, False)]
)
def test_a_new_answer_is_announced_when_it_counts_and_is_new_to_us(of: dict[str, Any], is_announced: bool) -> None:
    answer = make_answer(make_survey(), 3, **of)
    assert announced() == ([answer.pk] if is_announced else [])


def test_whoever_takes_it_first_has_it() -> None:
    answer = make_answer(make_survey(), 3)
    assert announcements.take([answer.pk]) == 1
    assert announcements.take([answer.pk]) == 0


def test_changes_and_decisions_announce_it_again_once() -> None:
    survey = make_survey()
    changed, accepted, discarded = (
        make_answer(survey, 9), make_answer(survey, 2, state="provisional"), make_answer(survey, 1)
    )  # fmt: skip
    imported = make_answer(survey, 4, is_imported=True)
    announcements.take([changed.pk, discarded.pk])

    change_response(response_id=changed.pk, answer=NewAnswer(3))
    change_response(response_id=changed.pk, answer=NewAnswer(2))
    change_response(response_id=imported.pk, answer=NewAnswer(2))
    accept_response(response_id=accepted.pk, by=None)
    discard_response(response_id=discarded.pk, by=None, reason="spam")
    discard_response(response_id=imported.pk, by=None, reason="spam")
    assert announced() == [changed.pk, accepted.pk, discarded.pk]

    announcements.take([discarded.pk])
    restore_response(response_id=discarded.pk, by=None)
    assert announced() == [changed.pk, accepted.pk, discarded.pk]


def test_an_announcement_goes_with_its_answer() -> None:
    make_answer(make_survey(), 3)
    Response.objects.all().delete()
    assert not announced()


def test_what_the_release_before_left_undecided_is_adopted_once() -> None:
    answer, other = make_answer(make_survey(), 3), make_answer(make_survey("other"), 3)
    announcements.take([answer.pk, other.pk])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE surveys_response SET processed_at = NULL WHERE id = %s", [answer.pk])
    announcements.adopt()
    assert announced() == [answer.pk]
    announcements.take([answer.pk])
    announcements.adopt()
    assert not announced()

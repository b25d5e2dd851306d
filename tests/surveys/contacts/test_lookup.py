"""A survey is shown from memory for a second, and answered as the database has it now."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from surveys.models import Response, Survey
from surveys.services.surveys import update_survey
from tests.factories import make_survey
from tests.product import within

pytestmark = pytest.mark.django_db


def shown() -> int:
    return Client().get("/s/autumn/").status_code


def changed_elsewhere(status: str) -> None:
    """By another process, whose change this one hears nothing of."""
    Survey.objects.filter(slug="autumn").update(status=status)


def test_a_page_that_was_shown_a_moment_ago_asks_the_database_nothing() -> None:
    make_survey("autumn")
    assert shown() == 200
    with CaptureQueriesContext(connection) as queries:
        assert shown() == 200
    assert len(queries) == 0


def test_a_change_shows_within_a_second_and_ones_own_at_once() -> None:
    survey = make_survey("autumn")
    assert shown() == 200
    changed_elsewhere("paused")
    assert within(1.5, lambda: shown() == 503)
    update_survey(survey, {"status": "live"})
    assert shown() == 200


def test_an_answer_to_a_survey_that_was_paused_a_moment_ago_is_refused_at_once() -> None:
    make_survey("autumn")
    assert shown() == 200
    changed_elsewhere("paused")
    assert Client().post("/s/autumn/", {"score": "3"}).status_code == 503
    assert not Response.objects.exists()


def test_a_draft_is_not_shown_and_not_kept() -> None:
    survey = make_survey("autumn")
    update_survey(survey, {"status": "draft"})
    assert shown() == 404
    update_survey(survey, {"status": "live"})
    changed_elsewhere("draft")
    assert shown() == 404

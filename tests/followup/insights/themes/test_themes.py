"""What is learnt at night, what it suggests, and what people do with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.insights.themes import learning, services
from followup.insights.themes.models import CauseQuality, Learning, Suggestion, Theme
from followup.insights.words import reading
from followup.models import Activity, RootCause, Ticket
from surveys.models import Response, Survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.insights.themes.making import make_chosen
from tests.kept_rows import copy_of, kept_for_module

pytestmark = pytest.mark.django_db
ADDRESS = "/insights/themes/"
LATE = "The bookcase was delivered too late"
DAY = timedelta(days=1)


def make_asked() -> Survey:
    survey = make_survey()
    make_chosen(survey)
    return survey


kept_survey = kept_for_module(make_asked)


@pytest.fixture
def survey(db: None, kept_survey: Survey) -> Survey:
    return copy_of(kept_survey)


def learn(after: timedelta = timedelta()) -> None:
    at = timezone.now() + after
    reading.read_new(at)
    learning.learn_due(at)


# The first of the module: the others share their rows.
def test_the_page_before_anything_is_learnt_says_what_it_needs(db: None) -> None:
    assert "Nothing is learnt yet" in client_of(make_user("ada", "admin")).get(ADDRESS).content.decode()


def test_it_suggests_the_cause_on_a_new_ticket_and_says_which_words_decided(survey: Survey) -> None:
    learn()
    ticket = make_ticket(survey, 2, LATE, contact=make_contact(1))
    reading.read_new(timezone.now())

    suggestion = Suggestion.objects.get(response=ticket.response)
    assert suggestion.cause.slug == "delivery"
    assert suggestion.confidence >= services.precision()
    assert "too late" in [word for word, _weight in suggestion.words]
    agent = make_user("bea")
    client = client_of(agent)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Delivery: late, wrong or damaged" in page
    assert 'data-key="a"' in page
    assert len(asked) <= 12
    assert Program("read").get(f"tickets/{ticket.pk}/")["suggested_cause"] == "delivery"
    assert Program("read").get("tickets/")["results"][0]["suggested_cause"] == "delivery"


def test_one_press_names_the_cause_once_with_its_entry(survey: Survey) -> None:
    learn()
    ticket = make_ticket(survey, 2, LATE, contact=make_contact(1))
    reading.read_new(timezone.now())
    client, url = client_of(make_user("bea")), f"{ADDRESS}accept/{ticket.pk}/"

    client.post(url, {"cause": "billing"})  # the words suggest another one
    assert not Activity.objects.filter(ticket=ticket, kind="cause_named").exists()
    for _twice in range(2):
        answer: Any = client.post(url, {"cause": "delivery", "submission": "a" * 22})
        assert (answer.status_code, answer["Location"]) == (303, f"/desk/tickets/{ticket.pk}/")

    ticket.refresh_from_db()
    assert ticket.root_cause is not None
    assert ticket.root_cause.slug == "delivery"
    assert Activity.objects.filter(ticket=ticket, kind="cause_named").count() == 1
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert '<option value="delivery" selected>' in page
    assert 'data-key="a"' not in page
    client.post(url, {"cause": "nonsense"})
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=timezone.now(), outcome="kept", stage=3)
    client.post(url, {"cause": "billing"})
    ticket.refresh_from_db()
    assert ticket.root_cause.slug == "delivery"


def test_it_is_silent_below_the_precision_that_the_admin_sets(survey: Survey) -> None:
    learn()
    ticket = make_ticket(survey, 2, LATE, contact=make_contact(1))
    reading.read_new(timezone.now())
    admin, manager = client_of(make_user("ada", "admin")), client_of(make_user("max", "manager"))

    assert manager.post(f"{ADDRESS}precision/", {"precision": 99}).status_code == 403
    assert admin.post(f"{ADDRESS}precision/", {"precision": 100}).status_code == 422
    assert admin.post(f"{ADDRESS}precision/", {"precision": 99}).status_code == 302

    assert 'data-key="a"' not in admin.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert Program("read").get(f"tickets/{ticket.pk}/")["suggested_cause"] is None
    assert "No cause reaches 99" in admin.get(ADDRESS).content.decode()


def test_answers_without_a_ticket_are_tagged_apart_from_chosen_causes(survey: Survey) -> None:
    for number in range(10):
        make_answer(survey, 7, LATE, contact=make_contact(number))
    make_answer(survey, 10, LATE)
    learn()

    found = Program("read").get("stats/causes/")
    assert {row["root_cause"]: row["n"] for row in found["results"]} == {"delivery": 30, "billing": 30}
    assert found["suggested"] == [{"root_cause": "delivery", "n": 10}]
    answer = Response.objects.filter(score=7)[0]
    client = client_of(make_user("ada", "viewer"))
    assert "Nobody has chosen it" in client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "10 answers" in client.get("/insights/causes/").content.decode()
    assert not Suggestion.objects.filter(response__score=10).exists()


def test_where_people_chose_otherwise_is_a_list_for_the_manager(survey: Survey) -> None:
    odd = make_chosen(survey, 1, {"billing": (LATE,)})[0]
    learn()

    shown = client_of(make_user("max", "manager")).get(ADDRESS).content.decode()
    assert f"/desk/tickets/{odd.pk}/" in shown
    assert "Where people chose otherwise" in shown
    assert "Where people chose otherwise" not in client_of(make_user("bea")).get(ADDRESS).content.decode()


def test_it_is_learnt_once_a_night_with_its_progress_written_down(survey: Survey) -> None:
    learn()
    learn()
    run = Learning.objects.get()
    assert (run.done, run.n, run.ended_at is not None) == (run.steps, 60, True)
    theme = Theme.objects.get(n__gt=0)
    before = (theme.causes, theme.bias, theme.weights)

    learn(DAY)

    assert Learning.objects.count() == 2
    theme.refresh_from_db()
    assert (theme.causes, theme.bias, theme.weights) == before, "the same tickets teach the same"


def test_a_worker_that_has_it_in_hand_is_left_to_it(survey: Survey) -> None:
    at = timezone.now()
    reading.read_new(at)
    Theme.objects.create(language="en", claimed_at=at)
    learning.learn_due(at)
    assert not Learning.objects.exists()
    learning.learn_due(at + learning.IN_HAND + timedelta(minutes=1))
    assert Learning.objects.exists()


def test_the_words_of_erased_answers_are_gone_from_the_next_model(survey: Survey) -> None:
    learn()
    assert any("invoic" in term for term in Theme.objects.get(language="en").weights)
    Response.objects.filter(ticket__root_cause__slug="billing").update(comment="")

    learn(DAY)

    theme = Theme.objects.get(language="en")
    assert (theme.n, theme.weights, theme.causes) == (0, {}, [])
    assert not CauseQuality.objects.exists()
    assert not Suggestion.objects.exists()


def test_who_is_content_by_now_is_suggested_nothing(survey: Survey) -> None:
    learn()
    answer = make_answer(survey, 7, LATE)
    reading.read_new(timezone.now())
    assert Suggestion.objects.filter(response=answer).exists()

    Response.objects.filter(pk=answer.pk).update(score=10)
    reading.read_new(timezone.now())

    assert not Suggestion.objects.filter(response=answer).exists()


def test_a_retired_cause_is_not_suggested(survey: Survey) -> None:
    learn()
    ticket = make_ticket(survey, 2, LATE, contact=make_contact(1))
    reading.read_new(timezone.now())
    RootCause.objects.filter(slug="delivery").update(is_active=False)
    assert Program("read").get(f"tickets/{ticket.pk}/")["suggested_cause"] is None

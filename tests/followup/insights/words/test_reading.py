"""Comments are read in the background, once, again when they change, and forgotten with the answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from followup.insights.themes.models import Suggestion
from followup.insights.words import reading
from followup.insights.words.models import CommentTerms, Progress, ToRead
from followup.models import RootCause
from surveys.models import Response, Survey
from tests.factories import make_answer, make_contact, make_survey, make_ticket
from tests.followup.insights.themes.making import make_chosen

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def test_a_comment_is_read_once_without_the_customers_own_name(survey: Survey) -> None:
    contact = make_contact(1, name="Priya Berg")
    answer = make_answer(survey, 3, "priya berg here, the sofa came late", contact=contact)
    make_answer(survey, 9)
    make_answer(survey, 9, "De bank kwam snel, dank je wel", language="nl")

    assert reading.unread() == 2
    assert reading.read_new(timezone.now()) == 2
    assert reading.read_new(timezone.now()) == 0

    row = CommentTerms.objects.get(pk=answer.pk)
    assert (row.language, row.group, row.customer) == ("en", "detractor", contact.pk)
    assert {"sofa", "late"} <= set(row.terms)
    assert not {"priya", "berg"} & set(row.terms)
    assert CommentTerms.objects.filter(language="nl").count() == 1


def test_the_last_answers_are_looked_at_again_older_ones_are_not(survey: Survey) -> None:
    """An answer gets its number before it can be seen: one below those that were read may still appear."""
    first, second = (make_answer(survey, 3, "The sofa came late") for _number in range(2))
    at = timezone.now()
    reading.read_new(at)
    CommentTerms.objects.filter(pk=first.pk).delete()
    reading.read_new(at)
    assert CommentTerms.objects.filter(pk=first.pk).exists()

    reading.read_new(at + LATER)
    assert Progress.objects.get().last_id == second.pk
    CommentTerms.objects.filter(pk=first.pk).delete()
    assert reading.read_new(at + LATER) == 0


def change(answer: Response, **fields: str | int) -> None:
    """Whoever changes it, and by whatever way."""
    with connection.cursor() as cursor:
        for name, value in fields.items():
            cursor.execute(f"UPDATE surveys_response SET {name} = %s WHERE id = %s", [value, answer.pk])


def test_a_changed_comment_is_forgotten_at_once_and_read_again(survey: Survey) -> None:
    answer = make_answer(survey, 3, "The sofa came late")
    reading.read_new(timezone.now() + LATER)

    change(answer, comment="The invoice is wrong")
    assert not CommentTerms.objects.exists()
    reading.read_new(timezone.now() + LATER)
    assert "invoic" in CommentTerms.objects.get().terms

    change(answer, score=9)
    reading.read_new(timezone.now() + LATER)
    assert CommentTerms.objects.get().group == "promoter"


def test_nothing_remains_of_an_answer_that_is_erased(survey: Survey) -> None:
    make_chosen(survey, 12)
    erased = make_ticket(survey, 2, "The sofa came late, says Xylophia").response
    gone = make_answer(survey, 7, "The sofa came late, says Xylophia")
    reading.read_new(timezone.now() + LATER)
    cause = RootCause.objects.get(slug="delivery")
    for answer in (erased, gone):
        Suggestion.objects.create(
            response=answer, cause=cause, confidence=90, words=[["late", 1.0]], learnt_at=timezone.now()
        )

    change(erased, comment="")
    gone.delete()

    for model in (CommentTerms, Suggestion):
        assert not model._base_manager.filter(pk__in=[erased.pk, gone.pk]).exists()
    reading.read_new(timezone.now() + LATER)
    assert not CommentTerms.objects.filter(pk=erased.pk).exists()
    assert not ToRead.objects.exists()

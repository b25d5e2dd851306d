"""Recording, changing, confirming and discarding answers, on the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from surveys.errors import InvalidAnswer, TooLateToChange
from surveys.models import Invitation, Question, Response, ResponseChange, Survey, Tally
from surveys.services import announcements, tallies
from surveys.services.decisions import accept_response, discard_response
from surveys.services.invitations import create_invitation, revoke_invitation
from surveys.services.responses import NewAnswer, Origin, Recorded, change_response, record_response
from surveys.services.surveys import save_question
from surveys.signals import response_recorded
from tests.factories import make_answer, make_contact, make_survey

pytestmark = pytest.mark.django_db


def give(survey: Survey, score: int, comment: str = "", **fields: Any) -> Recorded:
    decided = {name: fields.pop(name) for name in ("state",) if name in fields}
    origin = Origin(**({"channel": "link", "language": "en"} | fields))
    return record_response(survey=survey, answer=NewAnswer(score, comment), origin=origin, **decided)


def counted(survey: Survey) -> dict[int, int]:
    """Score to count, as every figure reads it; a recount must agree."""
    assert tallies.differences() == []
    return {tally.score: tally.count for tally in Tally.objects.filter(survey=survey) if tally.count}


@pytest.mark.parametrize("score", range(11))
def test_the_database_gives_each_score_its_group(score: int) -> None:
    response = make_answer(make_survey(), score)
    assert response.group == ("detractor" if score <= 6 else "passive" if score <= 8 else "promoter")


def test_an_answer_is_stored_as_given_and_counted() -> None:
    survey, contact = make_survey(), make_contact(1)
    comment = "Ærlig talt 🚲 <b>nej</b> العربية " + "x" * 9_000
    recorded = give(survey, 4, comment, contact_id=contact.pk, traits={"plan": "pro", "seats": 3}, language="da")

    response = Response.objects.get()
    assert (recorded.response_id, recorded.public_id, recorded.is_new) == (response.pk, response.public_id, True)
    assert (response.comment, response.traits, response.language) == (comment, {"plan": "pro", "seats": 3}, "da")
    assert (response.state, response.contact) == ("confirmed", contact)
    assert Response.objects.unprocessed().get() == response
    assert response.answered_at == response.recorded_at
    assert counted(survey) == {4: 1}


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (NewAnswer(score=-1), "score"),
        (NewAnswer(score=11), "score"),
        (NewAnswer(score=3, comment="x" * 10_001), "comment"),
        (NewAnswer(score=3, comment="a\0b"), "comment"),
        (NewAnswer(score=3, contact_name="\0"), "contact_name"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(answer: NewAnswer, field: str) -> None:
    survey = make_survey()
    with pytest.raises(InvalidAnswer) as refused:
        record_response(survey=survey, answer=answer, origin=Origin("link", "en"))
    assert refused.value.field == field
    assert not Response.objects.exists()
    assert counted(survey) == {}


def test_the_database_refuses_a_score_that_the_services_let_through() -> None:
    response = make_answer(make_survey(), 3)
    with pytest.raises(IntegrityError, match="response_score_range"), transaction.atomic():
        Response.objects.filter(pk=response.pk).update(score=11)


def test_ten_characters_thousand_are_allowed_and_not_one_more() -> None:
    assert len(make_answer(make_survey(), 3, "é" * 10_000).comment) == 10_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("personal", [False, True])
def test_ten_submits_at_once_leave_one_answer(personal: bool) -> None:
    survey = make_survey()
    same: dict[str, Any] = {"submission": uuid4()}
    if personal:
        same = {"invitation_id": create_invitation(survey=survey, contact=make_contact(1)).pk}

    def submit(_number: int) -> Recorded:
        try:
            return give(survey, 2, "once", **same)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        recorded = list(pool.map(submit, range(10)))

    assert len({one.public_id for one in recorded}) == 1
    assert sorted(one.is_new for one in recorded) == [False] * 9 + [True]
    assert Response.objects.get().comment == "once"
    assert not ResponseChange.objects.exists()
    assert counted(survey) == {2: 1}


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_leave_tallies_that_a_recount_agrees_with() -> None:
    survey = make_survey()
    made = [make_answer(survey, score).pk for score in (0, 10, 5)]

    def change(number: int) -> None:
        try:
            change_response(response_id=made[number % 3], answer=NewAnswer(number % 11, str(number)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(60)))

    assert sum(counted(survey).values()) == 3
    for response in Response.objects.all():
        scores = [(row.old_score, row.new_score) for row in response.changes.all()]
        assert all(one[1] == other[0] for one, other in zip(scores, scores[1:], strict=False))
        assert scores[-1][1] == response.score


def test_the_same_answer_without_a_submission_is_another_one() -> None:
    survey = make_survey()
    assert give(survey, 2).public_id != give(survey, 2).public_id
    assert counted(survey) == {2: 2}


def test_a_personal_link_counts_once_and_is_marked() -> None:
    survey = make_survey()
    invitation = create_invitation(survey=survey, contact=make_contact(1))
    first = give(survey, 2, invitation_id=invitation.pk)
    second = give(survey, 9, invitation_id=invitation.pk)

    assert (first.public_id, second.is_new) == (second.public_id, False)
    marked = Invitation.objects.get()
    response = Response.objects.get()
    assert (marked.status, marked.answered_at) == ("answered", response.answered_at)
    assert counted(survey) == {9: 1}
    assert not revoke_invitation(invitation_id=invitation.pk), "an answered link is spent already"


def test_a_change_moves_the_count_and_keeps_the_old_answer() -> None:
    survey = make_survey()
    response = make_answer(survey, 9, "fine")
    announcements.take([response.pk])

    assert change_response(response_id=response.pk, answer=NewAnswer(3, "not fine"))

    changed = Response.objects.get()
    assert (changed.score, changed.comment, changed.answered_at) == (3, "not fine", response.answered_at)
    assert changed.changed_at is not None
    assert Response.objects.unprocessed().get() == changed, "its follow-up is to be decided anew"
    old = ResponseChange.objects.get()
    assert (old.old_score, old.new_score, old.old_comment, old.at) == (9, 3, "fine", changed.changed_at)
    assert counted(survey) == {3: 1}


def test_the_same_again_changes_nothing() -> None:
    response = make_answer(make_survey(), 9, "fine")
    assert not change_response(response_id=response.pk, answer=NewAnswer(9, "fine"))
    assert Response.objects.get().changed_at is None
    assert not ResponseChange.objects.exists()


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, True), (0, False), (1, False)])
def test_an_answer_can_be_changed_for_fourteen_days(seconds: int, allowed: bool) -> None:
    response = make_answer(make_survey(), 3)
    late = response.answered_at + timedelta(days=14, seconds=seconds)
    with time_machine.travel(late, tick=False):
        if allowed:
            assert change_response(response_id=response.pk, answer=NewAnswer(9))
        else:
            assert not change_response(response_id=response.pk, answer=NewAnswer(3)), "a reload is no change"
            with pytest.raises(TooLateToChange, match="14 days"):
                change_response(response_id=response.pk, answer=NewAnswer(9))
            assert counted(response.survey) == {3: 1}


def test_send_confirms_a_provisional_answer() -> None:
    survey = make_survey()
    provisional = give(survey, 7, state="provisional", submission=(submission := uuid4()))
    assert counted(survey) == {}

    sent = give(survey, 7, submission=submission)

    response = Response.objects.get()
    assert (sent.public_id, response.state, response.confirmed_at) == (provisional.public_id, "confirmed", None)
    assert counted(survey) == {7: 1}


def test_doubtful_answers_count_when_a_person_accepts_them_and_never_when_not() -> None:
    survey = make_survey()
    doubtful, spam = (give(survey, 2, state="provisional").response_id for _number in range(2))

    assert accept_response(response_id=doubtful, by=None)
    assert not accept_response(response_id=doubtful, by=None)
    assert discard_response(response_id=spam, by=None, reason="spam")
    assert counted(survey) == {2: 1}
    accepted = Response.objects.get(pk=doubtful)
    assert accepted.confirmed_at is not None
    assert accepted.counts_from == accepted.confirmed_at > accepted.answered_at

    assert discard_response(response_id=doubtful, by=None, reason="spam")
    assert counted(survey) == {}
    assert change_response(response_id=doubtful, answer=NewAnswer(9))
    assert counted(survey) == {}, "changing a discarded answer does not bring it back"


def test_extra_questions_are_answered_changed_and_taken_back() -> None:
    survey = make_survey()
    one, two = (save_question(Question(survey=survey, kind="text", texts={"en": word})).pk for word in ("a", "b"))

    def answers() -> dict[int, str]:
        return dict(Response.objects.get().answers.values_list("question", "value"))

    recorded = record_response(
        survey=survey, answer=NewAnswer(3, answers={one: "x", two: ""}), origin=Origin("link", "en")
    )
    assert answers() == {one: "x"}
    assert change_response(response_id=recorded.response_id, answer=NewAnswer(3, answers={one: "", two: "y"}))
    assert answers() == {two: "y"}
    assert not change_response(response_id=recorded.response_id, answer=NewAnswer(3, answers={one: "", two: "y"}))
    assert counted(survey) == {3: 1}


@pytest.fixture
def heard() -> Any:
    """Ids of announced answers."""
    ids: list[int] = []

    def hear(sender: type, *, response_id: int, **_kwargs: Any) -> None:
        ids.append(response_id)

    response_recorded.connect(hear)
    yield ids
    response_recorded.disconnect(hear)


def test_an_answer_is_announced_after_commit(
    heard: list[int], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    survey = make_survey()
    with django_capture_on_commit_callbacks(execute=True):
        recorded = give(survey, 3)
        assert heard == []
    assert heard == [recorded.response_id]


def test_a_listener_that_fails_does_not_take_the_answer_away(
    heard: list[int], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def fail(sender: type, **_kwargs: Any) -> None:
        raise ZeroDivisionError

    response_recorded.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            recorded = give(make_survey(), 3)
    finally:
        response_recorded.disconnect(fail)
    assert heard == [recorded.response_id]


def test_imported_answers_count_and_want_no_follow_up() -> None:
    survey = make_survey()
    long_ago = timezone.now() - timedelta(days=400)
    give(survey, 0, answered_at=long_ago, is_imported=True, channel="import")
    response = Response.objects.get()
    assert not Response.objects.unprocessed().exists()
    assert response.answered_at == long_ago
    assert counted(survey) == {0: 1}


def test_words_of_a_comment_are_found_in_its_own_language() -> None:
    survey = make_survey()
    english = make_answer(survey, 3, "The invoices were wrong", language="en")
    danish = make_answer(survey, 3, "Fakturaerne var forkerte", language="da")
    assert list(Response.objects.saying("invoice")) == [english]
    assert list(Response.objects.saying("faktura")) == [danish]
    assert list(Response.objects.saying("' OR 1=1 --")) == []

"""Record and change answers. Every answer is stored by this module, but for those of the demo, which come in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from surveys.errors import InvalidAnswer, TooLateToChange
from surveys.models import Answer, Channel, Response, ResponseChange, ResponseState, Survey
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.scoring import SCORES
from surveys.services import insert, tallies
from surveys.signals import response_recorded

_TEXTS = ("comment", "contact_name", "contact_email", "contact_phone")


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a customer gave. A text that the form did not ask for is None and changes nothing; an empty one clears it.

    `answers`: the id of an extra question that was asked to the text given, likewise.
    """

    score: int
    comment: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    answers: Mapping[int, str] = field(default_factory=dict)

    def check(self) -> None:
        """Check the values. Raises: InvalidAnswer for a score outside 0-10, too long a comment or a NUL character."""
        if self.score not in SCORES:
            raise InvalidAnswer("score", self.score, "0 to 10")
        length = len(self.comment or "")
        if length > COMMENT_MAX_LENGTH:
            raise InvalidAnswer("comment", f"{length} characters", f"at most {COMMENT_MAX_LENGTH} characters")
        for name in _TEXTS:
            if "\0" in (getattr(self, name) or ""):
                raise InvalidAnswer(name, "a NUL character", "text without NUL characters")


@dataclass(frozen=True, slots=True)
class Origin:
    """How an answer came in, from whom, and when.

    `channel` and `language` are those of the page or the program. `submission` is the form that was sent, and with
    `invitation_id` it makes a second answer a change of the first. `texts_id` is the version of the survey's texts that
    the customer read, `follows_id` the earlier answer whose ticket led to asking again, `source` the hash of the
    client's address (services/sources.py). `answered_at` and `recorded_at` are now when None. Nobody follows up what
    `is_imported`.
    """

    channel: str
    language: str
    submission: UUID | None = None
    invitation_id: int | None = None
    contact_id: int | None = None
    texts_id: int | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)
    follows_id: int | None = None
    source: int | None = None
    answered_at: datetime | None = None
    recorded_at: datetime | None = None
    is_imported: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an answer: its row, the id behind its thank-you link, and whether the row is new."""

    response_id: int
    public_id: UUID
    is_new: bool


def record_response(
    *,
    survey: Survey,
    answer: NewAnswer,
    origin: Origin,
    state: str = ResponseState.CONFIRMED,
    evidence: Mapping[str, Any] | None = None,
) -> Recorded:
    """Store one answer with its tally and mark its invitation, in one transaction; announce it after commit.

    The survey page, the API and the demo call it. A second answer to the same submission or invitation changes the
    first one (see `change_response`), so a double submit, a reload and a back button leave one response. A first answer
    without extra questions takes one statement. `evidence` says why a provisional answer waits for a person's decision.
    Raises: InvalidAnswer, TooLateToChange.
    """
    answer.check()
    at = origin.recorded_at or timezone.now()
    row = insert.Row(
        public_id=uuid4(),
        submission=origin.submission,
        survey_id=survey.pk,
        texts_id=origin.texts_id,
        invitation_id=origin.invitation_id,
        contact_id=origin.contact_id,
        follows_id=origin.follows_id,
        score=answer.score,
        comment=answer.comment or "",
        language=origin.language,
        channel=Channel(origin.channel),
        state=ResponseState(state),
        traits=dict(origin.traits),
        contact_name=answer.contact_name or "",
        contact_email=answer.contact_email or "",
        contact_phone=answer.contact_phone or "",
        answered_at=origin.answered_at or at,
        recorded_at=at,
        processed_at=at if origin.is_imported else None,
        is_imported=origin.is_imported,
        evidence=dict(evidence) if evidence else None,
    )
    if any(answer.answers.values()):
        with transaction.atomic():
            response_id = insert.insert_response(row, origin.source)
            if response_id is not None:
                _store_answers(response_id, answer.answers)
    else:
        response_id = insert.insert_response(row, origin.source)
    if response_id is None:
        return _answer_again(origin.submission, origin.invitation_id, answer, at)
    if row.state != ResponseState.PROVISIONAL:
        announce(response_id)
    return Recorded(response_id, row.public_id, is_new=True)


def announce(response_id: int) -> None:
    """Send response_recorded after commit; the sweep finds an answer whose signal is lost."""
    transaction.on_commit(partial(response_recorded.send_robust, Response, response_id=response_id))


def _store_answers(response_id: int, answers: Mapping[int, str]) -> None:
    """The response row is locked, or new."""
    given = [Answer(response_id=response_id, question_id=key, value=value) for key, value in answers.items() if value]
    Answer.objects.bulk_create(
        given, update_conflicts=True, unique_fields=["response", "question"], update_fields=["value"]
    )
    if len(given) < len(answers):
        taken_back = [key for key, value in answers.items() if not value]
        Answer.objects.filter(response=response_id, question__in=taken_back).delete()


@transaction.atomic
def _answer_again(submission: UUID | None, invitation_id: int | None, answer: NewAnswer, at: datetime) -> Recorded:
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey")
    response = rows.get(invitation=invitation_id) if invitation_id is not None else rows.get(submission=submission)
    _change(response, answer, at)
    return Recorded(response.pk, response.public_id, is_new=False)


@transaction.atomic
def change_response(*, response_id: int, answer: NewAnswer) -> bool:
    """Change an answer, keeping the old one in a row of its own; False when nothing differs.

    `answered_at` stays. A provisional answer becomes confirmed, unless it waits for a person's decision.
    Raises: InvalidAnswer, TooLateToChange.
    """
    answer.check()
    response = (
        Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey").get(pk=response_id)
    )
    return _change(response, answer, timezone.now())


def _change(response: Response, answer: NewAnswer, at: datetime) -> bool:
    """The response row is locked; the tally rows come last."""
    stored = dict(response.answers.values_list("question", "value")) if answer.answers else {}
    same_answers = all(stored.get(key, "") == value for key, value in answer.answers.items())
    before = (response.score, response.state)
    differing = [name for name in ("score", *_TEXTS) if getattr(answer, name) not in (None, getattr(response, name))]
    confirms = response.state == ResponseState.PROVISIONAL and not response.is_doubtful
    if not differing and same_answers and not confirms:
        return False
    if not response.may_change(at):
        raise TooLateToChange(
            "answer", response.answered_at.isoformat(), f"changes within {response.survey.edit_days} days"
        )
    if differing or not same_answers:
        ResponseChange.objects.create(
            response=response,
            at=at,
            old_score=response.score,
            new_score=answer.score,
            old_comment=response.comment,
            old_can_be_reached=response.can_be_reached,
        )
    for name in differing:
        setattr(response, name, getattr(answer, name))
    if confirms:
        response.state = ResponseState.CONFIRMED
    response.changed_at = at
    if not response.is_imported:
        response.processed_at = None
    response.save(update_fields=[*differing, "state", "changed_at", "processed_at"])
    if not same_answers:
        _store_answers(response.pk, answer.answers)
    tallies.move(response, before)
    announce(response.pk)
    return True


_MARK_PROCESSED = "UPDATE surveys_response SET processed_at = %s WHERE id = ANY (%s) AND processed_at IS NULL"


def mark_processed(response_ids: list[int], at: datetime) -> None:
    """Mark that the follow-up of these answers is decided; followup calls it in the transaction that decides."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_PROCESSED, [at, response_ids])

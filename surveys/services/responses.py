"""Record and change answers. Every answer is stored by this module, but for those of the demo, which come in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from surveys.errors import InvalidAnswer, NotStored, TooLateToChange
from surveys.models import Answer, Channel, Response, ResponseChange, ResponseState, Survey
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.scoring import SCORES
from surveys.services import announcements, insert, tallies
from surveys.services import evidence as evidence_kept

SAME_VISIT = timedelta(minutes=1)  # a doubtful change of an older answer is not taken over
PAGES = (Channel.LINK, Channel.PERSONAL)  # answers that customers gave on a survey's page
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
    client's address (services/sources.py). With `revision` the answer is stored only while the survey has this one and
    takes answers, and only as a first one. `answered_at` and `recorded_at` are now when None. Nobody follows up what
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
    revision: int | None = None
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
    without extra questions takes one statement. `evidence` says why a provisional answer waits for a person's decision;
    of one by a personal link, also a change of it waits.
    Raises: InvalidAnswer, TooLateToChange; NotStored, with nothing changed, where `origin` has a revision.
    """
    answer.check()
    at = origin.recorded_at or timezone.now()
    row = row_of(survey, answer, origin, at, state=state, evidence=evidence)
    if any(answer.answers.values()):
        with transaction.atomic():
            response_id = insert.insert_response(row, origin.source, revision=origin.revision)
            if response_id is not None:
                _store_answers(response_id, answer.answers)
    else:
        response_id = insert.insert_response(row, origin.source, revision=origin.revision)
    if response_id is None and origin.revision is not None:
        raise NotStored("revision", origin.revision, "the survey's present one, open, and a first answer")
    if response_id is None:
        return _answer_again(origin, answer, at, evidence)
    if row.is_announced:
        announcements.tell(response_id)
    return Recorded(response_id, row.public_id, is_new=True)


def row_of(
    survey: Survey,
    answer: NewAnswer,
    origin: Origin,
    at: datetime,
    *,
    state: str = ResponseState.CONFIRMED,
    evidence: Mapping[str, Any] | None = None,
) -> insert.Row:
    """The row of a new answer that came in at `at`."""
    return insert.Row(
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
        is_imported=origin.is_imported,
        evidence=dict(evidence) if evidence else None,
    )


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
def _answer_again(origin: Origin, answer: NewAnswer, at: datetime, evidence: Mapping[str, Any] | None) -> Recorded:
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey")
    if origin.invitation_id is not None:
        response = rows.get(invitation=origin.invitation_id)
        _change(response, answer, at, evidence)
    else:
        response = rows.get(submission=origin.submission)
        _change(response, answer, at)
    if origin.channel in PAGES:
        _move_language(response, origin.language, origin.texts_id)
    return Recorded(response.pk, response.public_id, is_new=False)


def _move_language(response: Response, language: str, texts_id: int | None) -> None:
    """The language of a locked answer is that of the page from which it was sent last."""
    if language != response.language and response.erased_at is None and response.may_change(timezone.now()):
        response.language, response.texts_id = language, texts_id
        response.save(update_fields=["language", "texts"])


@transaction.atomic
def change_response(*, response_id: int, answer: NewAnswer, language: str = "", texts_id: int | None = None) -> bool:
    """Change an answer, keeping the old one in a row of its own; False when nothing differs.

    `answered_at` stays. A provisional answer becomes confirmed, unless it waits because of a flood. `language` and
    `texts_id`: those of the page on which the customer changed it.
    Raises: InvalidAnswer, TooLateToChange.
    """
    answer.check()
    response = (
        Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey").get(pk=response_id)
    )
    is_changed = _change(response, answer, timezone.now())
    if language:
        _move_language(response, language, texts_id)
    return is_changed


@transaction.atomic
def give_reach(*, response_id: int, name: str = "", email: str = "", phone: str = "") -> bool:
    """Keep how the customer can be reached, also when the answer itself can be changed no longer.

    What is left empty stays as it was. False when nothing differs. Raises: InvalidAnswer.
    """
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey")
    response = rows.get(pk=response_id)
    given = NewAnswer(
        response.score, contact_name=name or None, contact_email=email or None, contact_phone=phone or None
    )
    given.check()
    return _change(response, given, timezone.now(), may_be_late=True)


def _change(
    response: Response,
    answer: NewAnswer,
    at: datetime,
    doubt: Mapping[str, Any] | None = None,
    *,
    may_be_late: bool = False,
) -> bool:
    """The response row is locked; the tally rows come last. `doubt`: why this change waits for a person's decision.
    `may_be_late`: also after the days in which an answer may be changed.

    What came before a person pressed Send is no history of the answer: it is kept with the evidence. A doubtful change
    of an answer that counts is kept there, too, and changes nothing. An erased answer takes no change.
    """
    if response.erased_at is not None:
        return False
    stored = dict(response.answers.values_list("question", "value")) if answer.answers else {}
    same_answers = all(stored.get(key, "") == value for key, value in answer.answers.items())
    before = (response.score, response.state)
    is_unsure, was_waiting = response.is_unsure, response.evidence is not None
    differing = [name for name in ("score", *_TEXTS) if getattr(answer, name) not in (None, getattr(response, name))]
    differs = bool(differing) or not same_answers
    if not differs and not is_unsure and doubt is None:
        return False
    if not may_be_late and not response.may_change(at):
        raise TooLateToChange(
            "answer", response.answered_at.isoformat(), f"changes within {response.survey.edit_days} days"
        )
    if doubt is not None and response.state == ResponseState.CONFIRMED and at - response.counts_from > SAME_VISIT:
        if differs:
            evidence_kept.set_aside(response, doubt, score=answer.score, comment=answer.comment or "", at=at)
            response.save(update_fields=["evidence"])
        return False
    if is_unsure or doubt is not None:
        evidence_kept.replace(response, doubt, is_kept=differs)
    elif differs:
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
    if doubt is None and is_unsure:
        response.state = ResponseState.CONFIRMED
        response.confirmed_at = at if was_waiting else response.confirmed_at
    elif doubt is not None and response.state == ResponseState.CONFIRMED:
        response.state = ResponseState.PROVISIONAL
    response.changed_at = at
    response.save(update_fields=[*differing, "state", "evidence", "confirmed_at", "changed_at"])
    if not same_answers:
        _store_answers(response.pk, answer.answers)
    tallies.move(response, before)
    announcements.announce(response)
    return True


def take_back_change(response: Response, doubt: Mapping[str, Any], at: datetime) -> bool:
    """Take the last change of a locked answer back, since a program may have made it; it is kept with the evidence.

    Returns: False, with nothing changed, when the answer is no older than a visit, and itself is in doubt.
    """
    changed = response.changes.order_by("-id").first()
    if changed is None or response.changed_at is None or response.changed_at - response.counts_from <= SAME_VISIT:
        return False
    given = NewAnswer(changed.old_score, changed.old_comment)
    evidence_kept.set_aside(response, doubt, score=response.score, comment=response.comment, at=response.changed_at)
    response.save(update_fields=["evidence"])
    _change(response, given, at)
    return True

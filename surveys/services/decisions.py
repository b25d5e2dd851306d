"""Decide about answers: accept a doubtful one, discard a false one, restore a discarded one.

The rows are locked first, in order of their ids, the tallies last; each decision leaves a row that says who and why.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from auditlog.models import LogEntry
from django.db import transaction
from django.utils import timezone

from nps_project.accounts.models import User
from surveys.errors import InvalidDecision
from surveys.models import BulkDecision, Decision, DecisionKind, Response, ResponseState
from surveys.models.decision import REASON_MAX_LENGTH
from surveys.services import announcements, tallies


def checked_reason(reason: str) -> str:
    """The reason, trimmed. Raises: InvalidDecision when it is empty, too long, or has a NUL character."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX_LENGTH or "\0" in reason:
        given = f"{len(reason)} characters" if len(reason) > REASON_MAX_LENGTH else reason
        raise InvalidDecision("reason", given, f"words that say why, at most {REASON_MAX_LENGTH} characters")
    return reason


def accept_response(*, response_id: int, by: User | None) -> bool:
    """Accept a doubtful answer: it counts, and its targets count from now. False when it counted already."""
    return _decide_one(response_id, DecisionKind.ACCEPTED, by)


def discard_response(*, response_id: int, by: User | None, reason: str) -> bool:
    """Discard an answer: it stays stored and no longer counts. False when it was discarded already.

    Raises: InvalidDecision without a reason.
    """
    return _decide_one(response_id, DecisionKind.DISCARDED, by, checked_reason(reason))


def restore_response(*, response_id: int, by: User | None) -> bool:
    """Take a discard back: the answer has its earlier state again. False when it is not discarded."""
    return _decide_one(response_id, DecisionKind.RESTORED, by)


@transaction.atomic
def _decide_one(response_id: int, kind: DecisionKind, by: User | None, reason: str = "") -> bool:
    found = decide([response_id], kind, by=by, reason=reason, at=timezone.now())
    for response, before in found:
        _log(response, before, by, reason)
        announcements.tell(response.pk)
    return bool(found)


def _log(response: Response, before: str, by: User | None, reason: str) -> None:
    """In the log of what people changed."""
    LogEntry.objects.log_create(
        response,
        action=LogEntry.Action.UPDATE,
        changes={"state": [before, str(response.state)]},
        actor=by,
        additional_data={"reason": reason} if reason else None,
    )


def decide(
    response_ids: Sequence[int],
    kind: DecisionKind,
    *,
    by: User | None,
    reason: str,
    at: datetime,
    bulk: BulkDecision | None = None,
) -> list[tuple[Response, str]]:
    """Decide about these answers, in the caller's transaction; a fixed number of statements, and one for each tally.

    Returns: the answers that changed, each with its state before; announced, and the caller tells of them.
    """
    locked = Response.objects.select_for_update(no_key=True).filter(pk__in=response_ids).order_by("pk")
    rows = list(locked.only("survey", "score", "state", "answered_at", "confirmed_at", "is_imported"))
    discarded = [row.pk for row in rows if row.state == ResponseState.DISCARDED]
    once = _states_before(discarded) if kind != DecisionKind.DISCARDED else {}
    changed: list[tuple[Response, str]] = []
    groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for row in rows:
        before, counted = row.state, once.get(row.pk, ResponseState.CONFIRMED)
        if kind == DecisionKind.DISCARDED:
            row.state = ResponseState.DISCARDED
        elif kind == DecisionKind.ACCEPTED:
            row.state = ResponseState.CONFIRMED
        elif before == ResponseState.DISCARDED:
            row.state = counted
        if row.state == before:
            continue
        was_doubtful = ResponseState.PROVISIONAL in (before, counted)
        starts_now = row.state == ResponseState.CONFIRMED and was_doubtful
        changed.append((row, before))
        groups[row.state, starts_now].append(row.pk)
    Decision.objects.bulk_create(
        Decision(response=row, kind=kind, before=before, by=by, reason=reason, at=at, bulk=bulk)
        for row, before in changed
    )
    for (state, starts_now), ids in groups.items():
        confirmed = {"confirmed_at": at} if starts_now else {}
        Response.objects.filter(pk__in=ids).update(state=state, **confirmed)
    announcements.store(row.pk for row, _before in changed if not row.is_imported)
    tallies.move_many((row, (row.score, before)) for row, before in changed)
    return changed


def _states_before(response_ids: Iterable[int]) -> dict[int, str]:
    """In which state the last discard found each of these discarded answers; one query."""
    rows = Decision.objects.filter(response__in=response_ids, kind=DecisionKind.DISCARDED)
    found = rows.order_by("response", "-id").distinct("response").values_list("response", "before")
    return dict(found)


def state_for_customer(response: Response) -> str:
    """The state that the customer's pages show: to them a discarded answer stays what it was. At most one query."""
    if response.state != ResponseState.DISCARDED:
        return response.state
    return _states_before([response.pk]).get(response.pk, ResponseState.CONFIRMED)

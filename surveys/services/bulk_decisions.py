"""Decide about many answers at once: a person asks, a worker does it in chunks, each in its own transaction.

It can be stopped, gone on with and undone; a worker that is killed loses one chunk, and the next one does it again.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from auditlog.models import LogEntry
from django.db import OperationalError, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from nps_project.accounts.models import Role, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.errors import NotNow
from surveys.models import BulkDecision, BulkState, Decision, DecisionKind, Response, ResponseState
from surveys.models.response import ResponseQuerySet
from surveys.services.answer_filter import filtered
from surveys.services.decisions import checked_reason, decide
from surveys.signals import responses_decided

logger = logging.getLogger(__name__)

CHUNK = 200
BUDGET_S = 15.0
_TAKES = {  # which answers a decision is about
    DecisionKind.ACCEPTED: (ResponseState.PROVISIONAL,),
    DecisionKind.DISCARDED: (ResponseState.PROVISIONAL, ResponseState.CONFIRMED),
    DecisionKind.RESTORED: (ResponseState.DISCARDED,),
}


def matching(kind: DecisionKind, chosen: Mapping[str, Any], by: User) -> ResponseQuerySet:
    """The answers that such a decision would be about, of those that this person may see: all, however many a list
    shows."""
    return filtered(Response.objects.visible_to(by), chosen, most=None).filter(state__in=_TAKES[kind])


def newest_id() -> int:
    """The id of the last answer. Later ones are left out, since nobody who decides now has seen them."""
    return Response.objects.aggregate(last=Max("pk"))["last"] or 0


@transaction.atomic
def ask(
    *, kind: DecisionKind, chosen: Mapping[str, Any], by: User, reason: str = "", upto_id: int | None = None
) -> BulkDecision:
    """Store a decision about all these answers, for a worker. Raises: InvalidDecision for a discard without reason."""
    reason = checked_reason(reason) if kind == DecisionKind.DISCARDED else ""
    upto_id = newest_id() if upto_id is None else upto_id
    total = matching(kind, chosen, by).filter(pk__lte=upto_id).count()
    return _begin(BulkDecision(kind=kind, chosen=dict(chosen), reason=reason, by=by, total=total, upto_id=upto_id))


@transaction.atomic
def undo(*, bulk_id: int, by: User) -> BulkDecision:
    """Bring back all that a decision about many discarded and that nobody decided about since; asked twice, it is
    done once. Raises: NotNow for what is no discard, or runs still.
    """
    bulk = BulkDecision.objects.select_for_update(no_key=True).get(pk=bulk_id)
    if bulk.kind != DecisionKind.DISCARDED or bulk.state == BulkState.RUNNING:
        raise NotNow("state", bulk.state, "discarding that is finished or stopped")
    if (known := BulkDecision.objects.filter(undoes=bulk).first()) is not None:
        return known
    return _begin(BulkDecision(kind=DecisionKind.RESTORED, undoes=bulk, by=by, total=bulk.done, upto_id=bulk.upto_id))


def _begin(bulk: BulkDecision) -> BulkDecision:
    bulk.asked_at = timezone.now()
    bulk.save()
    changes: dict[str, Any] = {
        "decision": ["", bulk.kind],
        "answers": ["", bulk.total],
        "filter": ["", bulk.chosen or f"undo of {bulk.undoes_id}"],
    }
    more = {"reason": bulk.reason} if bulk.reason else None
    LogEntry.objects.log_create(
        bulk, action=LogEntry.Action.CREATE, changes=changes, actor=bulk.by, additional_data=more
    )
    return bulk


@transaction.atomic
def stop(*, bulk_id: int) -> bool:
    """Stop a decision after the present chunk. Returns: False when it does not run."""
    running = BulkDecision.objects.filter(pk=bulk_id, state=BulkState.RUNNING)
    return bool(running.update(state=BulkState.STOPPED))


@transaction.atomic
def go_on(*, bulk_id: int) -> bool:
    """Resume a stopped decision. Returns: False when it is not stopped, or was undone."""
    stopped = BulkDecision.objects.filter(pk=bulk_id, state=BulkState.STOPPED, undone_by=None)
    return bool(stopped.update(state=BulkState.RUNNING))


def work(bulk_id: int, at: datetime) -> bool:
    """Work on a decision until it is done, stopped, or out of time. Returns: False when another worker has it."""
    ends = time.monotonic() + BUDGET_S
    while (found := decide_next_chunk(bulk_id)) and time.monotonic() < ends:
        pass
    return found is not None


BULK_DECISIONS = sweep.add(
    Sweep(
        "surveys.bulk_decisions", lambda at: BulkDecision.objects.filter(state=BulkState.RUNNING).order_by("pk"), work
    )
)


@transaction.atomic
def decide_next_chunk(bulk_id: int) -> bool | None:
    """One chunk; False when it was the last, None when it does not run or another worker is at it."""
    rows = BulkDecision.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("by")
    bulk = rows.filter(pk=bulk_id, state=BulkState.RUNNING).first()
    if bulk is None:
        return None
    ids = list(_left(bulk)[:CHUNK])
    if not bulk.by.is_at_least(Role.MANAGER):  # not any more
        bulk.state, ids = BulkState.STOPPED, []
    elif ids:
        _decide(bulk, ids)
        bulk.last_id = ids[-1]
    else:
        bulk.state, bulk.finished_at = BulkState.FINISHED, timezone.now()
        changes: dict[str, Any] = {name: ["", getattr(bulk, name)] for name in ("done", "left", "failed")}
        LogEntry.objects.log_create(bulk, action=LogEntry.Action.UPDATE, changes=changes, actor=bulk.by)
    bulk.save(update_fields=["last_id", "done", "left", "failed", "state", "finished_at"])
    return bool(ids)


def _left(bulk: BulkDecision) -> QuerySet[Response, int]:
    """The ids that it has not looked at yet, in order."""
    if bulk.undoes_id is None:
        found = matching(DecisionKind(bulk.kind), bulk.chosen, bulk.by)
    else:
        later = Decision.objects.filter(response=OuterRef("response"), pk__gt=OuterRef("pk"))
        undone = Decision.objects.filter(~Exists(later), bulk=bulk.undoes_id, response__gt=bulk.last_id)
        found = Response.objects.visible_to(bulk.by).filter(pk__in=undone.values("response"))
    return found.filter(pk__gt=bulk.last_id, pk__lte=bulk.upto_id).order_by("pk").values_list("pk", flat=True)


def _decide(bulk: BulkDecision, ids: list[int]) -> None:
    """All at once, or, when one of them raises, each by itself: it stops nobody else's."""
    try:
        with transaction.atomic():
            changed = _decide_some(bulk, ids)
    except OperationalError:
        raise  # a deadlock, or the database is gone: the whole chunk again
    except Exception:  # noqa: BLE001  (one by one it is seen which answer it was)
        changed = []
        for response_id in ids:
            try:
                with transaction.atomic():
                    changed += _decide_some(bulk, [response_id])
            except OperationalError:
                raise
            except Exception:  # whatever is wrong with this answer, the others go on
                logger.exception("decision %d: answer %d cannot be decided about", bulk.pk, response_id)
                bulk.failed += 1
                ids = [one for one in ids if one != response_id]
    bulk.done += len(changed)
    bulk.left += len(ids) - len(changed)
    if changed:
        transaction.on_commit(partial(responses_decided.send_robust, Response, response_ids=changed))


def _decide_some(bulk: BulkDecision, ids: list[int]) -> list[int]:
    at = timezone.now()
    kind = DecisionKind(bulk.kind)
    return [row.pk for row, _before in decide(ids, kind, by=bulk.by, reason=bulk.reason, at=at, bulk=bulk)]

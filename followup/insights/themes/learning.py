"""Learn the themes of each language from the causes that people chose on resolved tickets, each night."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from followup.insights.estimates.small_groups import LEAST
from followup.insights.themes.models import CauseQuality, Learning, Suggestion, Theme
from followup.insights.themes.suggesting import suggest_again
from followup.insights.words.models import LANGUAGES, CommentTerms
from followup.models import RootCause
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import ResponseState

NIGHT = time(3)  # in the company's zone
MOST_TICKETS = 20_000  # that are learnt from, the newest
MOST_OF_CUSTOMER = 20  # tickets of one customer, the newest: nobody teaches it alone
MOST_TERMS_READ = 1_000_000  # of all tickets together, which are in memory as a matrix
MOST_LOOKED_AT = 5 * MOST_TICKETS
MOST_WORDS = 8  # that are shown of a cause
IN_HAND = timedelta(hours=1)  # after which a worker that has it is taken for dead
TRIED_AGAIN = timedelta(minutes=10)  # where there was too little to learn from
KEPT = 60  # nights of history


def learn_due(at: datetime) -> int:
    """Learn the languages that were not learnt since last night. Returns: how many."""
    missing = set(LANGUAGES) - set(Theme.objects.values_list("language", flat=True))
    Theme.objects.bulk_create([Theme(language=language) for language in sorted(missing)], ignore_conflicts=True)
    return sweep.run(LEARN, at)


def _due(at: datetime) -> QuerySet[Theme]:
    """Languages that were not learnt since last night, or never; two workers do not have one at once."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - IN_HAND)
    is_old = Q(learnt_at=None) | Q(learnt_at__lt=_last_night(at)) | Q(n=0, learnt_at__lt=at - TRIED_AGAIN)
    return Theme.objects.filter(free, is_old).order_by("pk")


def _last_night(at: datetime) -> datetime:
    zone = ZoneInfo(settings.TIME_ZONE)
    local = at.astimezone(zone)
    day = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    return datetime.combine(day, NIGHT, zone)


def learn(theme_id: int, at: datetime) -> bool:
    """Learn one language, whose row is claimed first. Returns: False where another worker has it, or did it."""
    if not _due(at).filter(pk=theme_id).update(claimed_at=at):
        return False
    theme = Theme.objects.get(pk=theme_id)
    try:
        _learn(theme, at)
    finally:
        Theme.objects.filter(pk=theme_id, claimed_at=at).update(claimed_at=None)
    return True


LEARN = sweep.add(Sweep("themes.learn", _due, learn))


def _learn(theme: Theme, at: datetime) -> None:
    from followup.insights.themes.model import learnt  # numpy: no web process learns, so none loads it

    rows = _chosen(theme.language)
    if not rows and not theme.n:
        Theme.objects.filter(pk=theme.pk).update(learnt_at=at)  # nothing to write down each ten minutes
        return
    Learning.objects.filter(theme=theme, ended_at=None).delete()  # of a worker that died
    run = Learning.objects.create(theme=theme, began_at=at, steps=learnt.FOLDS + 2, n=len(rows))

    def step() -> None:
        Learning.objects.filter(pk=run.pk).update(done=F("done") + 1)

    examples = [learnt.Example(row["pk"], row["customer"], row["cause"], row["terms"]) for row in rows]
    found = learnt.learn(examples, step)
    if found is None and not theme.n:
        run.delete()  # as before, and tried again in a while: not worth a line of history
        Theme.objects.filter(pk=theme.pk).update(learnt_at=at)
        return
    count = 0
    with transaction.atomic():
        _store(theme, found, rows, at)
        if found is not None:
            guesses = {pk: (one.cause, one.share) for pk, one in found.by_id.items()}
            count = suggest_again(theme, guesses)
    done = {"ended_at": timezone.now(), "done": run.steps, "right": found.right if found else 0, "suggested": count}
    Learning.objects.filter(pk=run.pk).update(**done)
    old = Learning.objects.filter(theme=theme).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Learning.objects.filter(pk__in=list(old)).delete()


def _chosen(language: str) -> list[dict[str, Any]]:
    """The comments of resolved tickets in a language with the cause that people chose, the newest MOST_TICKETS; of each
    customer at most MOST_OF_CUSTOMER."""
    rows = CommentTerms.objects.filter(
        language=language, response__state=ResponseState.CONFIRMED, response__ticket__resolved_at__isnull=False,
        response__ticket__root_cause__isnull=False,
    )  # fmt: skip
    columns = ("pk", "customer", "terms", "surfaces")
    newest = rows.order_by("-response").values(*columns, cause=F("response__ticket__root_cause"))[:MOST_LOOKED_AT]
    found: list[dict[str, Any]] = []
    of_customer, terms = Counter[int](), 0
    for row in newest.iterator(chunk_size=2_000):
        of_customer[row["customer"]] += 1
        if of_customer[row["customer"]] <= MOST_OF_CUSTOMER:
            found.append(row)
            terms += len(row["terms"])
        if len(found) == MOST_TICKETS or terms >= MOST_TERMS_READ:
            break
    return found


def _store(theme: Theme, found: Any, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    """Put what was learnt in place of what was known; nothing of that remains. None: too little to learn from."""
    CauseQuality.objects.filter(theme=theme).delete()
    theme.learnt_at, theme.n, theme.right = at, found.n if found else 0, found.right if found else 0
    theme.causes, theme.bias = (list(found.causes), list(found.bias)) if found else ([], [])
    theme.weights = dict(found.weights) if found else {}
    theme.save(update_fields=["learnt_at", "n", "right", "causes", "bias", "weights"])
    if found is None:
        of_language = CommentTerms.objects.filter(language=theme.language).values("pk")
        Suggestion.objects.filter(response__in=of_language).delete()
        return
    active = set(RootCause.objects.filter(is_active=True).values_list("pk", flat=True))
    words = _words_of(found, rows)
    CauseQuality.objects.bulk_create(
        CauseQuality(
            theme=theme, cause_id=cause, n=found.counts[cause], words=words[cause],
            curve=[[point.share, point.n, point.right] for point in points] if cause in active else [],
        )
        for cause, points in found.curves.items()
    )  # fmt: skip


def _words_of(found: Any, rows: Sequence[dict[str, Any]]) -> dict[int, list[list[object]]]:
    """The words that speak for each cause most, as they are written most often; each of LEAST customers or more."""
    customers = Counter(term for _customer, term in {(row["customer"], term) for row in rows for term in row["terms"]})
    surfaces: dict[str, Counter[str]] = {}
    for row in sorted(rows, key=lambda one: one["pk"]):
        for term, surface in zip(row["terms"], row["surfaces"], strict=True):
            if customers[term] >= LEAST:
                surfaces.setdefault(term, Counter())[surface] += 1
    words: dict[int, list[list[object]]] = {}
    for place, cause in enumerate(found.causes):
        if cause is None:
            continue
        of_cause = {term: found.weights[term][place] for term in surfaces if term in found.weights}
        best = sorted(of_cause, key=lambda term: (-of_cause[term], term))[:MOST_WORDS]
        words[cause] = [
            [max(sorted(surfaces[term]), key=lambda one: surfaces[term][one]), round(of_cause[term], 2)]
            for term in best
            if of_cause[term] > 0
        ]
    return words

"""Suggest causes for answers, by what was learnt last."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from followup.insights.themes.model.guessing import Weights, deciding, guess
from followup.insights.themes.model.precision import Point, confidence
from followup.insights.themes.models import CauseQuality, Suggestion, Theme
from followup.insights.words.models import CommentTerms
from surveys.models.response import Group

UNHAPPY = (Group.DETRACTOR.value, Group.PASSIVE.value)  # a cause is why somebody was not content
SPAN = timedelta(days=400)  # before now, from which on answers are looked at again each night
MOST_AGAIN = 50_000
_CHUNK = 1_000

Guesses = Mapping[int, tuple[int | None, float]]  # (cause, share) by the answer


def suggest(rows: Sequence[CommentTerms]) -> None:
    """Suggest causes for comments that were just read, in place of what they suggested before; reading calls it in its
    transaction."""
    Suggestion.objects.filter(response__in=[row.pk for row in rows]).delete()  # some may be of promoters by now
    by_language: dict[str, list[CommentTerms]] = {}
    for row in rows:
        if row.group in UNHAPPY and row.language:
            by_language.setdefault(row.language, []).append(row)
    if by_language:
        for theme in Theme.objects.filter(language__in=by_language, n__gt=0).only("language", "learnt_at"):
            store(theme, by_language[theme.language], {})


def suggest_again(theme: Theme, of_models_without: Guesses) -> int:
    """Suggest anew for the newest answers of a language. Returns: for how many there is a cause.

    `of_models_without`: for answers with a chosen cause the guess of a model that did not learn from them.
    """
    rows = CommentTerms.objects.filter(language=theme.language, group__in=UNHAPPY)
    if theme.learnt_at is not None:
        rows = rows.filter(answered_at__gte=theme.learnt_at - SPAN)
    ids = list(rows.order_by("-answered_at", "-response").values_list("pk", flat=True)[:MOST_AGAIN])
    count = 0
    for begin in range(0, len(ids), _CHUNK):
        chunk = CommentTerms.objects.filter(pk__in=ids[begin : begin + _CHUNK]).order_by("pk")
        count += store(theme, list(chunk), of_models_without)
    return count


def store(theme: Theme, rows: Sequence[CommentTerms], known: Guesses) -> int:
    """Store what the words of these comments suggest, in place of what they suggested before. Returns: how many."""
    learnt_at = theme.learnt_at
    if learnt_at is None:
        return 0
    weights, curves = _learnt(theme.pk, learnt_at)
    made = []
    for row in rows:
        found = guess(row.terms, weights)
        cause, share = known.get(row.pk, (found.cause, found.share) if found else (None, 0.0))
        if cause is None or found is None:
            continue
        place = weights.causes.index(cause)
        percent = int(100 * confidence(curves.get(cause, ()), share))
        written = dict(zip(row.terms, row.surfaces, strict=True))
        terms = [term for term in sorted(written) if term in weights.by_term]
        words = [[written[term], weight] for term, weight in deciding(terms, weights, place)]
        if percent and words:  # what no word speaks for is no suggestion
            made.append(
                Suggestion(response_id=row.pk, cause_id=cause, confidence=percent, words=words, learnt_at=learnt_at)
            )
    Suggestion.objects.filter(response__in=[row.pk for row in rows]).delete()
    Suggestion.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


@lru_cache(maxsize=3)
def _learnt(theme_id: int, learnt_at: datetime) -> tuple[Weights, dict[int, list[Point]]]:
    """The weights and curves of a language, as they were learnt at a time; two queries the first time."""
    theme = Theme.objects.get(pk=theme_id)
    curves = CauseQuality.objects.filter(theme=theme_id).values_list("cause", "curve")
    by_cause = {cause: [Point(*point) for point in points] for cause, points in curves}
    return Weights(theme.causes, theme.bias, theme.weights), by_cause

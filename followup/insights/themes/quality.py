"""How well each cause is told from the words, by language: what page, table and API show of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from followup.insights.estimates.shares import Share, wilson
from followup.insights.themes.model.precision import Point, at_precision
from followup.insights.themes.models import CauseQuality, Theme
from followup.models import RootCause

HEAD = ("language", "root_cause", "n", "suggested", "right", "share", "low", "high", "found", "words")


@dataclass(frozen=True, slots=True)
class Quality:
    """One cause. n: tickets on which people chose it. right: of the suggestions of it; None where it is silent."""

    cause: RootCause
    n: int
    right: Share | None
    words: list[str]

    @property
    def found(self) -> float | None:
        """The share of its tickets that were suggested rightly, 0 to 1; None where it is silent."""
        return self.right.n / self.n if self.right else None


def qualities(precision: int) -> list[tuple[Theme, list[Quality]]]:
    """Each language that is learnt, the reader's first, with its causes, those on most tickets first. Two queries."""
    themes = [theme for theme in Theme.objects.order_by("pk").defer("weights") if theme.n]
    themes.sort(key=lambda theme: theme.language != get_language())
    rows = CauseQuality.objects.select_related("cause__parent").order_by("-n", "cause__position", "pk")
    known = list(rows.filter(theme__in=themes))
    return [(theme, [_quality(row, precision) for row in known if row.theme_id == theme.pk]) for theme in themes]


def _quality(row: CauseQuality, precision: int) -> Quality:
    found = at_precision([Point(*point) for point in row.curve], precision / 100)
    right = wilson(found.right, found.n) if found else None
    return Quality(row.cause, row.n, right, [word for word, _weight in row.words])


def table(precision: int) -> Iterator[list[object]]:
    """The head, then a row for each language and cause; a silent one has no figures. Shares are 0 to 1."""
    yield [*HEAD]
    for theme, rows in qualities(precision):
        for row in rows:
            right = row.right
            share: list[object] = [right.of, right.n, right.share, right.low, right.high] if right else [""] * 5
            found = "" if row.found is None else row.found
            yield [theme.language, row.cause.slug, row.n, *share, found, ", ".join(row.words)]

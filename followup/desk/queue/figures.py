"""The figures above the queue, and the counts of its tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from followup.desk.queue.query import FOR_ME, TABS, in_view, period
from followup.models.ticket import TicketQuerySet
from followup.notify import floods
from followup.notify.cover import Cover
from followup.presentation.addresses import counted_answers
from followup.presentation.wording import count_words, percent, signed
from followup.statistics import Promises, ask_promises, promises_of
from nps_project.accounts.models import User
from nps_project.common.paging import COUNT_LIMIT
from nps_project.common.together import Question, list_of, number_of
from surveys.models import Survey
from surveys.scoring import NpsFigures
from surveys.services import flood
from surveys.services.flood import Waiting
from surveys.statistics import doubtful_counts, tally

COUNTED = tuple(name for name in TABS if name not in (FOR_ME, "resolved"))


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands above the queue. `counts`: of each tab, at most COUNT_LIMIT + 1."""

    nps: NpsFigures
    with_doubtful: NpsFigures | None  # as if the answers that wait for a decision counted; None where none waits
    first_day: date
    last_day: date
    promises: Promises
    counts: Mapping[str, int]
    waiting: list[Waiting]


def questions(user: User, visible: TicketQuerySet, cover: Cover) -> dict[str, Question]:
    """What `figures_of` needs to know."""
    first_day, last_day = period(cover.at)
    return {
        "tally": list_of(tally(Survey.objects.visible_to(user), first_day, last_day)),
        "doubtful": list_of(flood.doubtful_rows(user)),
        **ask_promises(visible.of_detractors(), at=cover.at, first_day=first_day, last_day=last_day),
        **{name: number_of(in_view(visible, name, user, cover), COUNT_LIMIT + 1) for name in COUNTED},
    }


def figures_of(answers: Mapping[str, Any], user: User, at: datetime) -> Figures:
    """The figures, from the answers to `questions`; one query where answers wait for a decision and can be counted."""
    first_day, last_day = period(at)
    nps = NpsFigures.from_counts({row["score"]: row["answers"] for row in answers["tally"]})
    waiting = flood.waiting_of(answers["doubtful"])
    doubtful = {}
    if waiting and not any(one.is_more for one in waiting):
        doubtful = doubtful_counts(Survey.objects.visible_to(user), first_day=first_day, last_day=last_day)
    return Figures(
        nps=nps,
        with_doubtful=nps.plus(doubtful) if doubtful else None,
        first_day=first_day,
        last_day=last_day,
        promises=promises_of(answers),
        counts={name: answers[name] for name in COUNTED},
        waiting=waiting,
    )


def in_words(figures: Figures) -> dict[str, Any]:
    """The figures as the page shows them."""
    nps, kept, counts = figures.nps, figures.promises, figures.counts
    known = nps.nps is not None and nps.nps_low is not None and nps.nps_high is not None
    return {
        "nps": signed(nps.nps) if nps.nps is not None else "–",
        "nps_low": signed(nps.nps_low) if nps.nps_low is not None else "",
        "nps_high": signed(nps.nps_high) if nps.nps_high is not None else "",
        "nps_n": nps.responses,
        "with_doubtful": _doubtful_words(figures.with_doubtful),
        "range": {"low": nps.nps_low, "high": nps.nps_high, "dot": nps.nps - 1.5}
        if known and nps.nps is not None
        else None,
        "open": count_words(counts["all"], COUNT_LIMIT),
        "due_soon": count_words(counts["due_soon"], COUNT_LIMIT),
        "overdue": count_words(counts["overdue"], COUNT_LIMIT),
        "kept": percent(kept.met_share),
        "kept_n": kept.n,
        "answers_url": counted_answers({"from": figures.first_day, "to": figures.last_day}),
        "waiting": [(one, floods.waiting_url(one.slug)) for one in figures.waiting],
    }


def _doubtful_words(nps: NpsFigures | None) -> dict[str, Any] | None:
    if nps is None or nps.nps is None or nps.nps_low is None or nps.nps_high is None:
        return None
    known = {"nps": nps.nps, "low": nps.nps_low, "high": nps.nps_high}
    return {name: signed(value) for name, value in known.items()} | {"n": nps.responses}

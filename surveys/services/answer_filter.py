"""Which answers are meant: one reading of the filters that pages, programs and decisions about many share.

A filter is a mapping that can be kept as JSON. Its names: survey (slug), group, score, language, channel, state,
contact (an id), doubtful ("true" or "false"), q (words), from (a time, included), to (a time, left out), same_source
(the id of one of the answers that are looked through), ids (of answers). For the lists behind figures also: team (the
survey's, its name), company and account_manager (as figures divide by them), trait (such as plan=gold), follows (given
after a ticket: "true"), said (words of the comment alone, where q looks at the customer's name, too).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.models import AnswerSource
from surveys.models.response import DOUBTFUL, MOST_HITS, ResponseQuerySet
from surveys.scoring import SCORES, group_of
from surveys.statistics import of_groups

_PLAIN = {name: name for name in ("language", "channel", "state")} | {"survey": "survey__slug", "contact": "contact_id"}


def filtered(answers: ResponseQuerySet, chosen: Mapping[str, Any], *, most: int | None = MOST_HITS) -> ResponseQuerySet:
    """Those of `answers` that match all filters; with `q` the newest `most` of each kind, or all."""
    looked_through = answers
    for name, field in _PLAIN.items():
        if name in chosen:
            answers = answers.filter(**{field: chosen[name]})
    if "score" in chosen:
        answers = answers.filter(score=int(chosen["score"]))
    if "group" in chosen:  # by its scores, which have an index
        answers = answers.filter(score__in=[score for score in SCORES if group_of(score) == chosen["group"]])
    if "doubtful" in chosen:
        answers = answers.filter(DOUBTFUL) if chosen["doubtful"] == "true" else answers.exclude(DOUBTFUL)
    if "from" in chosen:
        answers = answers.filter(answered_at__gte=datetime.fromisoformat(chosen["from"]))
    if "to" in chosen:
        answers = answers.filter(answered_at__lt=datetime.fromisoformat(chosen["to"]))
    if "same_source" in chosen:
        known = looked_through.filter(pk=chosen["same_source"]).values("pk")
        source = AnswerSource.objects.filter(response__in=known).values("source")
        answers = answers.filter(pk__in=AnswerSource.objects.filter(source__in=source).values("response"))
    if "ids" in chosen:
        answers = answers.filter(pk__in=chosen["ids"])
    if "follows" in chosen:
        answers = answers.filter(follows__isnull=False)
    answers = of_groups(answers, chosen)
    if "said" in chosen:
        answers = answers.saying(chosen["said"])
    return answers.about(chosen["q"], most) if "q" in chosen else answers

"""Which answers are meant: one reading of the filters that pages, programs and decisions about many share.

A filter is a mapping that can be kept as JSON. Its names: survey (slug), group, score, language, channel, state, q
(words), from (a time, included), to (a time, left out), same_source (an answer's id), ids (of answers).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.models import AnswerSource
from surveys.models.response import ResponseQuerySet
from surveys.scoring import SCORES, group_of

_PLAIN = {"survey": "survey__slug", "language": "language", "channel": "channel", "state": "state"}


def filtered(answers: ResponseQuerySet, chosen: Mapping[str, Any]) -> ResponseQuerySet:
    """The answers that fit all of these."""
    for name, field in _PLAIN.items():
        if name in chosen:
            answers = answers.filter(**{field: chosen[name]})
    if "score" in chosen:
        answers = answers.filter(score=int(chosen["score"]))
    if "group" in chosen:  # by its scores, which have an index
        answers = answers.filter(score__in=[score for score in SCORES if group_of(score) == chosen["group"]])
    if "from" in chosen:
        answers = answers.filter(answered_at__gte=datetime.fromisoformat(chosen["from"]))
    if "to" in chosen:
        answers = answers.filter(answered_at__lt=datetime.fromisoformat(chosen["to"]))
    if "same_source" in chosen:
        source = AnswerSource.objects.filter(response=chosen["same_source"]).values("source")
        answers = answers.filter(pk__in=AnswerSource.objects.filter(source__in=source).values("response"))
    if "ids" in chosen:
        answers = answers.filter(pk__in=chosen["ids"])
    return answers.about(chosen["q"]) if "q" in chosen else answers

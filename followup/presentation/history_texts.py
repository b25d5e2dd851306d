"""A ticket's history, said to a reader: what happened, by whom, with the words that belong to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from followup.models import Activity, ActivityKind, AttemptChannel, AttemptResult, Outcome, RootCause, Step
from followup.presentation.wording import money, record_words, when
from nps_project.accounts.models import Team, User

SHORT_RECORD = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is drawn. `by` is empty when the product did it; `is_erased`: its words are gone."""

    number: int
    at: datetime
    time: str
    what: str
    by: str
    words: str
    is_erased: bool


class Describer:
    """Says entries of one ticket; looks names up once, in at most three queries."""

    def __init__(self, activities: Sequence[Activity], steps: Iterable[Step], at: datetime) -> None:
        self.at = at
        self.steps = {step.pk: step for step in steps}
        data = [activity.data for activity in activities]
        called = {pk for entry in data for pk in entry.get("mentions", ())}
        self.people = User.objects.in_bulk(_ids(data, "owner") | called)
        self.teams = Team.objects.in_bulk(_ids(data, "team"))
        slugs = {entry["root_cause"] for entry in data if "root_cause" in entry}
        self.causes = {cause.slug: cause for cause in RootCause.objects.filter(slug__in=slugs)}

    def entry(self, activity: Activity) -> Entry:
        """One entry; no query, for an activity read with its actor and text."""
        text = getattr(activity, "text_row", None)
        reason, words = activity.reason_and_words()
        if reason:
            words = "\n".join(filter(None, (_("Why nobody contacted the customer: %(why)s") % {"why": reason}, words)))
        what, words = self.what(activity, words)
        return Entry(
            number=activity.number,
            at=activity.at,
            time=when(activity.at, self.at),
            what=what,
            by=str(activity.actor) if activity.actor else "",
            words=words,
            is_erased=bool(text and text.erased_at),
        )

    def what(self, activity: Activity, words: str) -> tuple[str, str]:
        """What happened, with its codes in words; and the words that are not said by then."""
        kind, data = activity.kind, activity.data
        if kind == ActivityKind.STEP_DONE:
            short = words if len(words) <= SHORT_RECORD and "\n" not in words else ""
            if record := record_words(data.get("step_kind", ""), _sum_of(data), short):
                return record, "" if short else words
        label = activity.get_kind_display()
        detail = self._detail(kind, data)
        return f"{label}: {detail}" if detail else label, words

    def _detail(self, kind: str, data: dict[str, Any]) -> str:
        if kind == ActivityKind.ATTEMPT:
            parts = [_display(AttemptResult, data["result"]), _display(AttemptChannel, data["channel"])]
            return ", ".join(parts)
        if kind == ActivityKind.ASSIGNED:
            to = self.people.get(data.get("owner") or 0) or self.teams.get(data.get("team") or 0)
            return str(to) if to else ""
        if kind == ActivityKind.NOTE and data.get("mentions"):
            people = [str(self.people[pk]) for pk in data["mentions"] if pk in self.people]
            return _("for %(names)s") % {"names": ", ".join(people)}
        if kind in (ActivityKind.STEP_DONE, ActivityKind.STEP_UNDONE, ActivityKind.STEP_LEFT_OUT):
            return self._step(data)
        if kind in (ActivityKind.WAITING, ActivityKind.PROMISE_MADE, ActivityKind.PROMISE_MOVED):
            until = parse_datetime(data.get("until", ""))
            words = _("until %(time)s") if kind == ActivityKind.WAITING else _("by %(time)s")
            return words % {"time": when(until, self.at)} if until else ""
        if kind == ActivityKind.RESOLVED:
            cause = self.causes.get(data.get("root_cause", ""))
            parts = [_display(Outcome, data.get("outcome", "")), cause.name if cause else ""]
            return ", ".join(part for part in parts if part)
        return self._score(kind, data)

    def _step(self, data: dict[str, Any]) -> str:
        step = self.steps.get(data.get("step", 0))
        return ", ".join(part for part in (step.text() if step else "", _sum_of(data)) if part)

    def _score(self, kind: str, data: dict[str, Any]) -> str:
        if "old_score" in data and "new_score" in data:
            scores = {"old": data["old_score"], "new": data["new_score"]}
            return pgettext("scores", "from %(old)s to %(new)s") % scores
        if "score" in data and kind != ActivityKind.ANSWER_CHANGED:
            return pgettext("a score", "score %(score)s") % {"score": data["score"]}
        return ""


def _sum_of(data: dict[str, Any]) -> str:
    return money(Decimal(data["amount"]), data["currency"]) if "amount" in data else ""


def _ids(data: Iterable[dict[str, Any]], name: str) -> set[int]:
    return {entry[name] for entry in data if isinstance(entry.get(name), int)}


def _display(choices: Any, value: str) -> str:
    return str(dict(choices.choices).get(value, value))

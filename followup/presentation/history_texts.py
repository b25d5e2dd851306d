"""A ticket's history in words for a reader: what happened, who did it, and the text that belongs to it.

TEXTS has one entry for each ActivityKind: a new kind of entry is added there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from followup.models import (
    Activity,
    ActivityKind,
    AttemptChannel,
    AttemptResult,
    CustomerSaid,
    Outcome,
    RootCause,
    Step,
)
from followup.presentation.wording import money, record_words, when
from nps_project.accounts.models import Team, User
from surveys.models import AskReason

SHORT_RECORD = 200
MOST_TOLD = 5  # names in one entry
#: What customers do, and what nobody does: their words say so, and nothing stands behind of who did it.
SAY_WHO = frozenset({
    ActivityKind.CUSTOMER_WROTE, ActivityKind.CUSTOMER_SAID, ActivityKind.CALL_BOOKED, ActivityKind.CALL_CANCELLED,
    ActivityKind.AUTOMATIC_MAIL, ActivityKind.MAIL_COMPLAINED, ActivityKind.REACH_CHANGED, ActivityKind.ANSWER_WORSE,
    ActivityKind.ANSWER_BETTER, ActivityKind.ANSWER_CHANGED, ActivityKind.ASKED_AGAIN, ActivityKind.BOUNCED,
    ActivityKind.MAIL_NOT_SENT, ActivityKind.WARNED, ActivityKind.ESCALATED, ActivityKind.WAIT_OVER,
})  # fmt: skip
OF_CLOCK = frozenset({ActivityKind.WARNED, ActivityKind.ESCALATED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the page draws it. `by` is empty when no colleague acted; `says_who`: `what` says it all;
    `is_erased`: its text was erased; `is_of_clock`: time passed, and nobody did anything."""

    number: int
    at: datetime
    time: str
    what: str
    by: str
    words: str
    is_erased: bool
    says_who: bool = False
    is_of_clock: bool = False


class Describer:
    """Puts entries of one ticket into words; it looks names up once, in at most three queries."""

    def __init__(self, activities: Sequence[Activity], steps: Iterable[Step], at: datetime) -> None:
        self.at = at
        self.steps = {step.pk: step for step in steps}
        data = [activity.data for activity in activities]
        named = {pk for entry in data for name in ("mentions", "told") for pk in entry.get(name, ())}
        self.people = User.objects.in_bulk(_ids(data, "owner") | named)
        self.teams = Team.objects.in_bulk(_ids(data, "team"))
        slugs = {entry["root_cause"] for entry in data if "root_cause" in entry}
        self.causes = {cause.slug: cause for cause in RootCause.objects.filter(slug__in=slugs)}

    def entry(self, activity: Activity) -> Entry:
        """The words of one activity, which was read with its actor and text; no query."""
        text = getattr(activity, "text_row", None)
        reason, words = activity.reason_and_words()
        if reason:
            words = "\n".join(filter(None, (_("Why nobody contacted the customer: %(why)s") % {"why": reason}, words)))
        what, words = TEXTS.get(activity.kind, _label)(self, activity, words)  # a later release may have more kinds
        return Entry(
            number=activity.number,
            at=activity.at,
            time=when(activity.at, self.at),
            what=what,
            by=str(activity.actor) if activity.actor else "",
            words=words,
            is_erased=bool(text and text.erased_at),
            says_who=activity.kind in SAY_WHO,
            is_of_clock=activity.kind in OF_CLOCK,
        )


# Of one kind: what happened, and what is left of the entry's text when that has been said.
Texts = Callable[[Describer, Activity, str], tuple[str, str]]
Detail = Callable[[Describer, dict[str, Any]], str]


def _label_and(detail: Detail) -> Texts:
    def texts(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
        label, more = activity.get_kind_display(), detail(describer, activity.data)
        return f"{label}: {more}" if more else label, words

    return texts


def _discarded(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    if activity.data.get("waits"):
        return _("The answer came beside a program that checks mails, and waits for a decision"), words
    return _label(describer, activity, words)


def _changed(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    if "response" in activity.data and not activity.data.get("keeps_comment"):
        return _("The comment changed that was given when asked again"), words
    if activity.data.get("keeps_comment"):
        return _("The customer gave other details, such as a phone number"), words
    return _label(describer, activity, words)


def _score_changed(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    """Of the answer that followed when the customer was asked again, the score alone: the first one did not change."""
    if "response" in activity.data:
        return _("Asked again: %(score)s") % {"score": _scores(describer, activity.data)}, words
    return _label_and(_scores_and_reopened)(describer, activity, words)


def _label(_describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    return activity.get_kind_display(), words


def _step_done(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    """The record of the step says it all, with the text when that is short."""
    short = words if len(words) <= SHORT_RECORD and "\n" not in words else ""
    record = record_words(activity.data.get("step_kind", ""), _sum_of(activity.data), short)
    return (record, "" if short else words) if record else _label_and(_step)(describer, activity, words)


def _attempt(_describer: Describer, data: dict[str, Any]) -> str:
    return f"{_display(AttemptResult, data['result'])}, {_display(AttemptChannel, data['channel'])}"


def _new_owner(describer: Describer, data: dict[str, Any]) -> str:
    to = describer.people.get(data.get("owner") or 0) or describer.teams.get(data.get("team") or 0)
    return str(to) if to else ""


def _mentioned(describer: Describer, data: dict[str, Any]) -> str:
    people = [str(describer.people[pk]) for pk in data.get("mentions", ()) if pk in describer.people]
    return _("for %(names)s") % {"names": ", ".join(people)} if data.get("mentions") else ""


def _told(describer: Describer, data: dict[str, Any]) -> str:
    """An entry of an earlier release does not say who was told."""
    if "told" not in data:
        return ""
    people = [str(describer.people[pk]) for pk in data["told"] if pk in describer.people]
    names, more = people[:MOST_TOLD], len(people) - MOST_TOLD
    names += [_("and %(n)d more") % {"n": more}] if more > 0 else []
    return _("told %(names)s") % {"names": ", ".join(names)} if people else _("nobody is there to be told")


def _escalated(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    """Each level after the deadline has words of its own: it is not the deadline that passed twice."""
    if "level" not in activity.data:
        return _label_and(_told)(describer, activity, words)
    label, told = _("Still late"), _told(describer, activity.data)
    return f"{label}: {told}" if told else label, words


def _step(describer: Describer, data: dict[str, Any]) -> str:
    step = describer.steps.get(data.get("step", 0))
    return ", ".join(part for part in (step.text() if step else "", _sum_of(data)) if part)


def _until(describer: Describer, data: dict[str, Any]) -> str:
    until = parse_datetime(data.get("until", ""))
    return _("until %(time)s") % {"time": when(until, describer.at, is_inside=True)} if until else ""


def _due(describer: Describer, data: dict[str, Any]) -> str:
    due = parse_datetime(data.get("until", ""))
    return _("by %(time)s") % {"time": when(due, describer.at, is_inside=True)} if due else ""


def _at(describer: Describer, data: dict[str, Any]) -> str:
    at = parse_datetime(data.get("until", ""))
    return when(at, describer.at) if at else ""


def _outcome(describer: Describer, data: dict[str, Any]) -> str:
    parts = [_display(Outcome, data.get("outcome", "")), _cause(describer, data)]
    return ", ".join(part for part in parts if part)


def _cause(describer: Describer, data: dict[str, Any]) -> str:
    cause = describer.causes.get(data.get("root_cause", ""))
    return cause.name if cause else ""


def _scores(_describer: Describer, data: dict[str, Any]) -> str:
    if "old_score" in data and "new_score" in data:
        return pgettext("scores", "from %(old)s to %(new)s") % {"old": data["old_score"], "new": data["new_score"]}
    return pgettext("a score", "score %(score)s") % {"score": data["score"]} if "score" in data else ""


def _why_not_asked(_describer: Describer, data: dict[str, Any]) -> str:
    reason = data.get("reason", "")
    return _("no mail server is set") if reason == "no_mail_server" else _display(AskReason, reason)


def _said(_describer: Describer, data: dict[str, Any]) -> str:
    said = _display(CustomerSaid, data["said"]) if "said" in data else ""
    return ", ".join(filter(None, (said, _reopened(_describer, data))))


def _reopened(_describer: Describer, data: dict[str, Any]) -> str:
    return _("the ticket is open again") if data.get("was") else ""


def _scores_and_reopened(describer: Describer, data: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_scores(describer, data), _reopened(describer, data))))


def _leaves(describer: Describer, data: dict[str, Any]) -> str:
    at = parse_datetime(data.get("until", ""))
    return _("leaves %(time)s") % {"time": when(at, describer.at, is_inside=True)} if at else ""


def _mail_not_sent(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    if activity.data.get("status") == "unknown":
        return _("Nobody knows whether the mail left"), words
    return _label(describer, activity, words)


def _written(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    """A letter to the customer: by mail, or on their own page."""
    if activity.data.get("channel") == "case":
        return _("Answered on the customer’s page"), words
    return _label_and(_leaves)(describer, activity, words)


def _wrote(_describer: Describer, data: dict[str, Any]) -> str:
    return _("from another address, so it waits for a person") if data.get("is_other") else _reopened(_describer, data)


def _accepted(describer: Describer, activity: Activity, words: str) -> tuple[str, str]:
    if activity.data.get("is_thanks"):
        return _("The customer only said thanks"), words
    return _label_and(_reopened)(describer, activity, words)


def _version(_describer: Describer, data: dict[str, Any]) -> str:
    return _("the play with the change") if data.get("arm") == "b" else _("the play as it is")


def _left_on(_describer: Describer, data: dict[str, Any]) -> str:
    on = parse_date(data.get("on", ""))
    return date_format(on, "DAY") if on else ""


TEXTS: dict[str, Texts] = {
    ActivityKind.OPENED: _label_and(_scores),
    ActivityKind.OPENED_BY_HAND: _label_and(_scores),
    ActivityKind.CLAIMED: _label,
    ActivityKind.ASSIGNED: _label_and(_new_owner),
    ActivityKind.ATTEMPT: _label_and(_attempt),
    ActivityKind.BOUNCED: _label,
    ActivityKind.NOTE: _label_and(_mentioned),
    ActivityKind.STEP_DONE: _step_done,
    ActivityKind.STEP_UNDONE: _label_and(_step),
    ActivityKind.STEP_LEFT_OUT: _label_and(_step),
    ActivityKind.WAITING: _label_and(_until),
    ActivityKind.WAIT_OVER: _label,
    ActivityKind.RESOLVED: _label_and(_outcome),
    ActivityKind.REOPENED: _label,
    ActivityKind.ANSWER_WORSE: _score_changed,
    ActivityKind.ANSWER_BETTER: _score_changed,
    ActivityKind.ANSWER_CHANGED: _changed,
    ActivityKind.ANSWER_DISCARDED: _discarded,
    ActivityKind.ANSWER_RESTORED: _label,
    ActivityKind.REACH_CHANGED: _label_and(_reopened),
    ActivityKind.ASKED_AGAIN: _label_and(_scores_and_reopened),
    ActivityKind.ASKED_BY_MAIL: _label,
    ActivityKind.ASKING_HELD: _label_and(_why_not_asked),
    ActivityKind.NOT_ASKED_AGAIN: _label_and(_why_not_asked),
    ActivityKind.SECOND_DISCARDED: _label,
    ActivityKind.WARNED: _label_and(_told),
    ActivityKind.ESCALATED: _escalated,
    ActivityKind.CONTACT_CONFIRMED: _label,
    ActivityKind.TOLD: _label,
    ActivityKind.ERASED: _label,
    ActivityKind.ROUTED: _label,
    ActivityKind.TAGGED: _label,
    ActivityKind.PROMISE_MADE: _label_and(_due),
    ActivityKind.PROMISE_KEPT: _label,
    ActivityKind.PROMISE_MOVED: _label_and(_due),
    ActivityKind.PROMISE_WAIVED: _label,
    ActivityKind.REMINDER_SET: _label,
    ActivityKind.REMINDER_RAISED: _label,
    ActivityKind.MAIL_WRITTEN: _written,
    ActivityKind.MAIL_TAKEN_BACK: _label,
    ActivityKind.MAIL_NOT_SENT: _mail_not_sent,
    ActivityKind.CUSTOMER_WROTE: _label_and(_wrote),
    ActivityKind.MAIL_COMPLAINED: _label,
    ActivityKind.AUTOMATIC_MAIL: _label,
    ActivityKind.MAIL_ATTACHED: _label_and(_reopened),
    ActivityKind.MAIL_ACCEPTED: _accepted,
    ActivityKind.CUSTOMER_SAID: _label_and(_said),
    ActivityKind.CALL_BOOKED: _label_and(_at),
    ActivityKind.CALL_CANCELLED: _label,
    ActivityKind.TRIAL_DRAWN: _label_and(_version),
    ActivityKind.LEFT: _label_and(_left_on),
    ActivityKind.CAME_BACK: _label,
    ActivityKind.IMPROVEMENT_TOLD: _label,
    ActivityKind.CAUSE_NAMED: _label_and(_cause),
}


def _sum_of(data: dict[str, Any]) -> str:
    return money(Decimal(data["amount"]), data["currency"]) if "amount" in data else ""


def _ids(data: Iterable[dict[str, Any]], name: str) -> set[int]:
    return {entry[name] for entry in data if isinstance(entry.get(name), int)}


def _display(choices: Any, value: str) -> str:
    return str(dict(choices.choices).get(value, value))

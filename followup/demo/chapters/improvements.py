"""Improvements of the sample shop: one that is done, of which customers were told, and one under way.

The texts: improvements.json. Nobody is mailed: their addresses belong to nobody.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Max

from followup.history import chain
from followup.insights.improvements.letter.whom import language_for, newest_of_each
from followup.insights.improvements.models import Improvement, LetterTexts, State, Told, ToldStatus
from followup.insights.improvements.services import today_of
from followup.insights.praise import loved
from followup.models import ActivityKind, RootCause, Ticket
from nps_project.accounts.models import User
from surveys.models import AskReason, Survey

_TEXTS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text())
_DAY = timedelta(days=1)
_DONE, _TOLD, _DUE = 28 * _DAY, 27 * _DAY, 20 * _DAY  # ago, ago, ahead
_PAGE = timedelta(seconds=2)  # between two mails


def make_improvements(owners: Sequence[User], surveys: Sequence[Survey], now: datetime) -> list[int]:
    """Both, for these two owners. Returns: their ids."""
    done = _make("done", owners[0], now - _DONE - 40 * _DAY, due_on=today_of(now - _DONE + 5 * _DAY))
    doing = _make("doing", owners[1], now - 12 * _DAY, due_on=today_of(now + _DUE), state=State.DOING)
    for language, texts in _TEXTS["done"]["letters"].items():
        LetterTexts.objects.create(improvement=done, language=language, changed_at=now - _TOLD, **texts)
    told_at = now - _TOLD
    done.state, done.done_on, done.since = State.DONE, today_of(now - _DONE), today_of(now - _DONE - 180 * _DAY)
    done.reviewed_at = done.told_at = told_at
    done.reviewed_by = done.told_by = owners[0]
    done.save()
    _tell(done, surveys, told_at)
    for survey in surveys:
        loved.count(survey.pk, now)
    return [done.pk, doing.pk]


def _make(name: str, owner: User, at: datetime, **fields: Any) -> Improvement:
    texts = _TEXTS[name]
    made = Improvement.objects.create(
        title=texts["title"]["en"], note=texts["note"], owner=owner, created_by=owner, created_at=at, **fields
    )
    made.root_causes.set(RootCause.objects.filter(slug__in=texts["causes"]))
    return made


def _tell(improvement: Improvement, surveys: Sequence[Survey], at: datetime) -> None:
    """Customers of the sample surveys alone; each ticket has it in its history, unless something happened on it since.

    Some had unsubscribed, some mails came back.
    """
    of = {survey.pk: survey for survey in surveys}
    newest = {ticket: survey for ticket, survey in newest_of_each(improvement).values() if survey in of}
    last = dict(Ticket.objects.filter(pk__in=newest).annotate(last=Max("activities__at")).values_list("pk", "last"))
    tickets = Ticket.objects.select_related("response__contact").filter(pk__in=newest).order_by("pk")
    for number, ticket in enumerate(ticket for ticket in tickets if last[ticket.pk] < at):
        contact, survey, sent_at = ticket.response.contact, of[newest[ticket.pk]], at + number * _PAGE
        if contact is None:
            continue
        told = Told(improvement=improvement, contact=contact, ticket=ticket, survey=survey)
        if contact.do_not_contact or contact.unsubscribed_at is not None:
            told.status = ToldStatus.SKIPPED
            told.reason = AskReason.DO_NOT_CONTACT if contact.do_not_contact else AskReason.UNSUBSCRIBED
        else:
            told.address, told.language = contact.email or "", language_for(contact, survey)
            told.queued_at = told.sent_at = sent_at
            told.status = ToldStatus.SENT
            chain.append(ticket, ActivityKind.IMPROVEMENT_TOLD, at=sent_at, improvement=improvement.pk)
        told.save()

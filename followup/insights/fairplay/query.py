"""Counts what the checks are about; a fixed number of queries, each of them bounded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields import DateTimeField
from django.db.models.functions import Coalesce

from followup.insights.fairplay.begging import begging_in
from followup.insights.fairplay.checks import Check, Counted
from followup.insights.figures.periods import Period
from followup.insights.kept.reading import kept
from followup.models import Attempt, AttemptResult, Outcome
from followup.models.ticket import TicketQuerySet
from surveys.models import (
    AnswerSource,
    Contact,
    Invitation,
    MailTexts,
    Response,
    ResponseChange,
    ResponseState,
    Survey,
    SurveyStatus,
    SurveyTexts,
)
from surveys.models.contact import ContactQuerySet
from surveys.models.invitation import COUNT_AS_ASKED
from surveys.models.response import ResponseQuerySet
from surveys.scoring import HIGHEST_PASSIVE

MOST = 5_000  # customers who are looked at, asked ones and others
MOST_ANSWERS = 20_000  # of campaigns, the newest
BURST = 10  # answers from one source on one day
SOON = timedelta(hours=1)  # after a call
WINDOW_MINUTES = 60  # before a deadline, of which the last is looked at
_PROMOTER = Q(score__gt=HIGHEST_PASSIVE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: surveys, tickets and customers that the reader may see, and the days. `known`: all surveys
    that they may see, of which a customer's earlier answers are taken."""

    surveys: QuerySet[Survey]
    tickets: TicketQuerySet
    contacts: ContactQuerySet
    period: Period
    known: QuerySet[Survey]

    def answers(self) -> ResponseQuerySet:
        """The answers of the period that count."""
        period = self.period
        return Response.objects.confirmed().filter(
            survey__in=self.surveys, answered_at__gte=period.begins, answered_at__lt=period.ends
        )


@dataclass(frozen=True, slots=True)
class Begging:
    """Words of a survey that ask for a high score. `where`: the name of the text."""

    survey: str
    slug: str
    language: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was counted, and the words that were found."""

    counted: list[Counted]
    begging: list[Begging]


@kept
def read(asked: Asked) -> Read:
    """All counts; eleven queries."""
    begging, texts = begging_texts(asked)
    counted = [
        *_picked(asked),
        _by_hand(asked),
        Counted(Check.BEGGING, len(begging), texts, is_compared=False),
        _bursts(asked),
        _untried(asked),
        _after_call(asked),
        _last_minute(asked),
    ]
    return Read(counted, begging)


# Hand-picked recipients: of the newest asks, beside those of customers evenly spread over all who were not asked.


Known = tuple[Decimal | None, int | None]  # value a year, last score before the period


def _picked(asked: Asked) -> list[Counted]:
    """Three queries. Nobody is in both groups, as the test and the interval need it."""
    chosen: list[Known] = list(_recipients(asked))
    spread = list(_spread(asked))
    others: list[Known] = [(value, score) for is_asked, value, score in spread if not is_asked]
    values = [value for _is_asked, value, _score in spread if value is not None]
    middle = median(values) if values else Decimal(0)
    return [
        Counted(Check.PICKED_HAPPY, *_happy(chosen), *_happy(others)),
        Counted(Check.PICKED_WORTH, *_worth(chosen, middle), *_worth(others, middle)),
    ]


def _last_score(asked: Asked) -> Subquery:
    """Before the period, for both groups alike and however often somebody was asked: what came of asking is not in it.

    Before each ask, one asked twice would have two such scores, and those who were asked a later one than the others.
    """
    rows = Response.objects.confirmed().filter(contact=OuterRef("pk"), answered_at__lt=asked.period.begins)
    rows = rows.filter(survey__in=asked.known)
    return Subquery(rows.order_by("-answered_at", "-pk").values("score")[:1])


def _asks(asked: Asked) -> QuerySet[Invitation, Any]:
    """By an index of when they were asked, which these states and this expression have."""
    period = asked.period
    rows: QuerySet[Invitation, Any] = Invitation.objects.annotate(when=Coalesce("sent_at", "asked_at", "created_at"))
    return rows.filter(
        survey__in=asked.surveys, status__in=COUNT_AS_ASKED, when__gte=period.begins, when__lt=period.ends, follows=None
    )


def _recipients(asked: Asked) -> QuerySet[Contact, Any]:
    """The customers of the newest asks, each once."""
    newest = _asks(asked).order_by("-when", "-pk").values("contact")[:MOST]
    return asked.contacts.filter(pk__in=newest).values_list("value", _last_score(asked))


def _spread(asked: Asked) -> QuerySet[Contact, Any]:
    """One query beside it, of the first and last id: evenly spread ones are found by the key, however many there be."""
    ends = Contact.objects.aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"] or 1, ends["last"] or 0
    step = max(1, -(-(last - first + 1) // MOST))
    spread = asked.contacts.filter(pk__in=list(range(first, last + 1, step)))
    return spread.values_list(Exists(_asks(asked).filter(contact=OuterRef("pk"))), "value", _last_score(asked))


def _happy(found: Iterable[Known]) -> tuple[int, int]:
    return _share(score > HIGHEST_PASSIVE for _value, score in found if score is not None)


def _worth(found: Iterable[Known], middle: Decimal) -> tuple[int, int]:
    """Those worth more than half of all customers whose value is known."""
    return _share(value > middle for value, _score in found if value is not None)


def _share(found: Iterable[bool]) -> tuple[int, int]:
    known = list(found)
    return sum(known), len(known)


# Invitations made by hand.


def by_hand(asked: Asked) -> ResponseQuerySet:
    """The answers to invitations that a person made one by one, outside of a campaign."""
    mine = Invitation.objects.filter(
        created_by__isnull=False, created_by__is_service=False, campaign=None, follows=None, survey__in=asked.surveys
    )
    return asked.answers().filter(invitation__in=mine)


def of_one_hand(asked: Asked) -> ResponseQuerySet:
    """Those of them that the check counts: of the person whose invitations are answered best."""
    return by_hand(asked).filter(invitation__created_by=_by_hand(asked).person)


def _by_hand(asked: Asked) -> Counted:
    """The person whose invitations are answered best, beside the campaigns; two queries."""
    promoters = {"hits": Count("pk", filter=_PROMOTER), "of": Count("pk")}
    people = list(by_hand(asked).order_by().values(person=F("invitation__created_by")).annotate(**promoters))
    invited = asked.answers().filter(invitation__isnull=False)  # told apart, the database knows that they are few
    newest = invited.filter(invitation__campaign__isnull=False).order_by("-answered_at", "-pk")[:MOST_ANSWERS]
    campaigns = newest.aggregate(**promoters)
    enough = [row for row in people if row["of"] >= BURST]
    best = max(enough, key=lambda row: (row["hits"] / row["of"], row["of"]), default={"hits": 0, "of": 0})
    return Counted(
        Check.BY_HAND, best["hits"], best["of"], campaigns["hits"], campaigns["of"],
        among=max(1, len(enough)), person=best.get("person"),
    )  # fmt: skip


# Words.


def begging_texts(asked: Asked) -> tuple[list[Begging], int]:
    """The newest words of live surveys and of their mails that ask for a high score, and how many were looked through;
    two queries."""
    live = asked.surveys.filter(status=SurveyStatus.LIVE)
    pages = SurveyTexts.objects.filter(survey__in=live).order_by("survey_id", "language", "-version")
    rows: list[Any] = list(pages.distinct("survey_id", "language").select_related("survey"))
    rows += list(MailTexts.objects.filter(survey__in=live).select_related("survey").order_by("pk"))
    found, texts = [], 0
    for row in rows:
        for name in row.TEXTS:
            text = getattr(row, name)
            texts += bool(text)
            if words := begging_in(text, row.language):
                found.append(Begging(row.survey.name, row.survey.slug, row.language, name, words))
    return found, texts


# Bursts from one source.


def in_bursts(asked: Asked) -> ResponseQuerySet:
    """The answers that came BURST or more from one source on one day; sources are known for two weeks."""
    period = asked.period
    sources = AnswerSource.objects.filter(day__range=(period.first, period.last))
    many = sources.order_by().values("source", "day").annotate(n=Count("pk")).filter(n__gte=BURST)
    same = many.filter(source=OuterRef("source"), day=OuterRef("day"))
    return asked.answers().filter(pk__in=sources.filter(Exists(same)).values("response"))


def _bursts(asked: Asked) -> Counted:
    """One query."""
    period = asked.period
    known = AnswerSource.objects.filter(day__range=(period.first, period.last)).values("response")
    burst = Q(pk__in=in_bursts(asked).values("pk"))
    found = (
        asked.answers().filter(pk__in=known)
        .aggregate(
            hits=Count("pk", filter=burst & _PROMOTER), of=Count("pk", filter=burst),
            other_hits=Count("pk", filter=~burst & _PROMOTER), other_of=Count("pk", filter=~burst),
        )
    )  # fmt: skip
    return Counted(Check.BURSTS, found["hits"], found["of"], found["other_hits"], found["other_of"])


# Tickets.

_CLAIMED = (Outcome.RECOVERED, Outcome.KEPT, Outcome.LOST)  # ends that say somebody spoke with the customer


def _ended(tickets: TicketQuerySet, period: Period) -> TicketQuerySet:
    """Detractors' tickets of the period with such an end."""
    rows = tickets.of_detractors().of_real_answers().filter(outcome__in=_CLAIMED)
    return rows.filter(clock_from__gte=period.begins, clock_from__lt=period.ends)


def _never_tried() -> Q:
    return ~Q(Exists(Attempt.objects.filter(ticket=OuterRef("pk")))) & Q(first_contact_at=None)


def untried(asked: Asked) -> TicketQuerySet:
    """The tickets of the period that ended so without an attempt."""
    return _ended(asked.tickets, asked.period).filter(_never_tried())


def _untried(asked: Asked) -> Counted:
    """Beside the period before, in one query."""
    period = asked.period
    both = _ended(asked.tickets, Period(period.before.first, period.last))
    now, before = Q(clock_from__gte=period.begins), Q(clock_from__lt=period.begins)
    found = both.aggregate(
        hits=Count("pk", filter=now & _never_tried()), of=Count("pk", filter=now),
        other_hits=Count("pk", filter=before & _never_tried()), other_of=Count("pk", filter=before),
    )  # fmt: skip
    return Counted(Check.UNTRIED, found["hits"], found["of"], found["other_hits"], found["other_of"])


def _until(moment: str, minutes: int) -> Any:
    return ExpressionWrapper(F(moment) - timedelta(minutes=minutes), output_field=DateTimeField())


def _just_before(minutes: int) -> Q:
    """Contacted, or resolved, within so many minutes before the deadline of that."""
    contacted = Q(
        first_contact_at__lte=F("first_contact_due_at"), first_contact_at__gt=_until("first_contact_due_at", minutes)
    )
    resolved = Q(resolved_at__lte=F("solve_due_at"), resolved_at__gt=_until("solve_due_at", minutes))
    return contacted | resolved


def last_minute(asked: Asked) -> TicketQuerySet:
    """The tickets of the period that were contacted or closed in the last minute before the deadline."""
    period = asked.period
    rows = asked.tickets.of_real_answers().filter(clock_from__gte=period.begins, clock_from__lt=period.ends)
    return rows.filter(_just_before(1))


def _last_minute(asked: Asked) -> Counted:
    """One query. Of the last hour the last minute has a sixtieth by chance."""
    period = asked.period
    rows = asked.tickets.of_real_answers().filter(clock_from__gte=period.begins, clock_from__lt=period.ends)
    found = rows.aggregate(
        of=Count("pk", filter=_just_before(WINDOW_MINUTES)), hits=Count("pk", filter=_just_before(1))
    )
    return Counted(Check.LAST_MINUTE, found["hits"], found["of"], expected=1 / WINDOW_MINUTES)


# Scores changed right after a call.


def _changes(asked: Asked) -> QuerySet[ResponseChange, Any]:
    """Of answers that count."""
    period = asked.period
    reached = Attempt.objects.filter(
        ticket__response=OuterRef("response"), result=AttemptResult.REACHED, at__lte=OuterRef("at"),
        at__gt=ExpressionWrapper(OuterRef("at") - SOON, output_field=DateTimeField()),
    )  # fmt: skip
    rows = ResponseChange.objects.filter(
        response__survey__in=asked.surveys,
        response__state=ResponseState.CONFIRMED,
        at__gte=period.begins,
        at__lt=period.ends,
    ).exclude(new_score=F("old_score"))
    found: QuerySet[ResponseChange, Any] = rows.annotate(is_soon=Exists(reached))
    return found


def after_call(asked: Asked) -> ResponseQuerySet:
    """The answers whose score rose within an hour after a call."""
    risen: Any = _changes(asked)
    risen = risen.filter(is_soon=True, new_score__gt=F("old_score"))
    return Response.objects.confirmed().filter(pk__in=risen.values("response"))


def _after_call(asked: Asked) -> Counted:
    """Changes upwards, right after a call and otherwise; one query."""
    up = Q(new_score__gt=F("old_score"))
    asked_for: Mapping[str, Count] = {
        "hits": Count("pk", filter=up & Q(is_soon=True)), "of": Count("pk", filter=Q(is_soon=True)),
        "other_hits": Count("pk", filter=up & Q(is_soon=False)), "other_of": Count("pk", filter=Q(is_soon=False)),
    }  # fmt: skip
    found = _changes(asked).aggregate(**asked_for)
    return Counted(Check.AFTER_CALL, found["hits"], found["of"], found["other_hits"], found["other_of"])


BEHIND_TICKETS = {Check.UNTRIED: untried, Check.LAST_MINUTE: last_minute}
BEHIND_ANSWERS = {Check.BURSTS: in_bursts, Check.AFTER_CALL: after_call, Check.BY_HAND: of_one_hand}

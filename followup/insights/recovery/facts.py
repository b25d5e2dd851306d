"""What the figures need to know of each detractor's ticket, as annotations: how soon, and the second score."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least, TruncDay, TruncMonth, TruncQuarter
from django.db.models.lookups import IsNull

from followup.models import Attempt, SurveyFollowUp
from followup.models.ticket import TicketQuerySet
from followup.statistics import KEPT, ended_promises
from nps_project.accounts.models import User
from surveys.models import Response, Survey

# Hours to the first contact, as the plays promise them: from, and up to and with.
BUCKETS: tuple[tuple[int, int | None], ...] = ((0, 4), (4, 24), (24, 48), (48, 72), (72, None))
LATER = len(BUCKETS) - 1
NEVER_REACHED, UNTOUCHED = len(BUCKETS), len(BUCKETS) + 1  # tried in vain; never tried
SPEEDS = (*range(len(BUCKETS)), NEVER_REACHED, UNTOUCHED)
IN_TIME, LATE, NOT_CONTACTED = range(3)

MONTH = "month"
KEYS = (MONTH, "team", "owner", "survey", "root_cause")
FIRST_DAY_LATER, LAST_DAY_LATER = timedelta(days=14), timedelta(days=180)
RETAINED_DAYS = 90
WORTH = (1_000, 10_000)  # the bounds of the classes of a customer's value a year; 0 is an unknown value


class _WholeDays(Func):
    """The days between two times, rounded: _WholeDays(end, start, rounding="ceil")."""

    template = "%(rounding)s(extract(epoch FROM %(expressions)s) / 86400)::integer"
    arg_joiner = " - "
    output_field = IntegerField()


def detractors(tickets: TicketQuerySet) -> TicketQuerySet:
    """The tickets that the figures are of: detractors', whose answers count."""
    return tickets.of_detractors().of_real_answers()


def surveys_of_second_scores(user: User) -> QuerySet[Survey] | None:
    """The surveys whose answers are second scores for this reader: those that they may see, or None for all."""
    sees_all = user.sees_all_teams and user.survey_limit_id() is None
    return None if sees_all else Survey.objects.visible_to(user)


def with_facts(tickets: TicketQuerySet, seen: QuerySet[Survey] | None) -> QuerySet[Any, Any]:
    """With `speed` (one of SPEEDS), `kept`, `second` (score or null), `worth` (class) and `quarter`.

    `seen`, here and below: the surveys whose answers are second scores, as `surveys_of_second_scores` says.
    """
    found: QuerySet[Any, Any] = tickets.annotate(
        speed=_speed(seen), kept=_kept(seen), second=second_score(seen), worth=_worth(),
        quarter=TruncQuarter("clock_from", tzinfo=ZoneInfo(settings.TIME_ZONE)),
    )  # fmt: skip
    return found


def with_key_and_promise(rows: QuerySet[Any, Any], by: str, at: datetime) -> QuerySet[Any, Any]:
    """With `key`, the group of one of KEYS, and `promise`: 1 kept, 0 broken, null without one or while it runs."""
    key: Any = F(f"{by}_id") if by and by != MONTH else Value(0)
    if by == MONTH:
        key = TruncMonth("clock_from", tzinfo=ZoneInfo(settings.TIME_ZONE))
    promise = Case(When(KEPT, then=Value(1)), When(ended_promises(at), then=Value(0)), output_field=IntegerField())
    found: QuerySet[Any, Any] = rows.annotate(key=key, promise=promise)
    return found


def second_score(seen: QuerySet[Survey] | None) -> Coalesce:
    """The score of the answer that follows the ticket; without one, of the customer's first answer 14 to 180 days
    later, to any survey of `seen`, whether anybody had contacted them or not."""
    return Coalesce(F("score_after"), Subquery(_later_answers(seen).values("score")[:1]))


def second_at(seen: QuerySet[Survey] | None) -> Coalesce:
    """When the second score was given."""
    followed = Response.objects.confirmed().filter(follows=OuterRef("response")).order_by("-answered_at", "-pk")
    return Coalesce(
        Case(When(score_after__isnull=False, then=Subquery(followed.values("answered_at")[:1]))),
        Subquery(_later_answers(seen).values("answered_at")[:1]),
    )


def _later_answers(seen: QuerySet[Survey] | None, ticket: str = "") -> QuerySet[Response]:
    """The first one first. `ticket`: the way to the ticket of the outer query."""
    first = OuterRef(f"{ticket}response__answered_at")
    answers = Response.objects.confirmed() if seen is None else Response.objects.confirmed().filter(survey__in=seen)
    return answers.filter(
        contact=OuterRef(f"{ticket}response__contact"),
        answered_at__gte=_moved(first, FIRST_DAY_LATER),
        answered_at__lte=_moved(first, LAST_DAY_LATER),
    ).order_by("answered_at", "pk")


def _moved(moment: Any, by: timedelta) -> Any:
    return ExpressionWrapper(moment + Value(by), output_field=DateTimeField())


def _speed(seen: QuerySet[Survey] | None) -> Case:
    hours = [
        When(first_contact_at__lte=F("clock_from") + timedelta(hours=until), then=Value(place))
        for place, (_from, until) in enumerate(BUCKETS)
        if until is not None
    ]
    return Case(
        *hours,
        When(_HAS_CONTACT & ~_second_before("first_contact_at", seen), then=Value(LATER)),
        When(_tried(seen), then=Value(NEVER_REACHED)),
        default=Value(UNTOUCHED),
        output_field=IntegerField(),
    )


_HAS_CONTACT = Q(first_contact_at__isnull=False)


def _kept(seen: QuerySet[Survey] | None) -> Case:
    soon = Q(first_contact_at__lte=F("clock_from") + timedelta(hours=BUCKETS[LATER][0]))
    return Case(
        When(first_contact_at=None, then=Value(NOT_CONTACTED)),
        When(~soon & _second_before("first_contact_at", seen), then=Value(NOT_CONTACTED)),
        When(first_contact_at__gt=F("first_contact_due_at"), then=Value(LATE)),
        default=Value(IN_TIME),
        output_field=IntegerField(),
    )


def _second_before(moment: str, seen: QuerySet[Survey] | None) -> Q:
    """Whether the customer had answered again before a time: what was done then did not lead to that answer.

    A worse answer reopens its ticket. Counted as late, those calls would make late ones look worse than none.
    """
    followed = Response.objects.confirmed().filter(follows=OuterRef("response"), answered_at__lt=OuterRef(moment))
    later = _later_answers(seen).order_by().filter(answered_at__lt=OuterRef(moment))
    return Q(Exists(followed)) | Q(Q(score_after=None) & Exists(later))


def _tried(seen: QuerySet[Survey] | None) -> IsNull:
    """Whether anybody had tried before the second answer.

    The first such attempt of each ticket that is asked about: of EXISTS the database may make a table of all attempts.
    """
    of_ticket = OuterRef("ticket__response")
    followed = Response.objects.confirmed().filter(follows=of_ticket, answered_at__lt=OuterRef("at"))
    later = _later_answers(seen, "ticket__").order_by().filter(answered_at__lt=OuterRef("at"))
    early = Attempt.objects.filter(~Exists(followed), Q(ticket__score_after__isnull=False) | ~Exists(later))
    first_one = early.filter(ticket=OuterRef("pk")).order_by("at", "pk").values("pk")[:1]
    return IsNull(Subquery(first_one), False)


def _worth() -> Case:
    """The class of the customer's value when the ticket opened, which it stores negated."""
    bounds = [When(value_rank__gt=-bound, then=Value(place)) for place, bound in enumerate(WORTH, start=1)]
    return Case(When(value_rank=0, then=Value(0)), *bounds, default=Value(len(WORTH) + 1), output_field=IntegerField())


def watched(tickets: QuerySet[Any, Any], at: datetime) -> QuerySet[Any, Any]:
    """With `days` from the answer, and whether the customer had `left` then (1) or was last seen then (0).

    Both are null where nobody could watch: the customer is not known or had left before the answer, or the survey did
    not record churn then. One query, of the surveys that do.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    answered, churned = F("response__answered_at"), F("response__contact__churned_at")
    now = Cast(Value(at), DateTimeField())
    by_then = Least(_moved(answered, timedelta(days=RETAINED_DAYS)), now)
    is_watched = (
        _recorded()
        & Q(response__contact__isnull=False)
        & (Q(response__contact__churned_at=None) | Q(response__contact__churned_at__gte=F("answered_day")))
    )
    seen = Greatest(Value(0), Least(Value(RETAINED_DAYS), _WholeDays(now, answered, rounding="floor")))
    gone = Greatest(Value(1), _WholeDays(churned, answered, rounding="ceil"))
    has_left = Q(response__contact__churned_at__lte=by_then)
    rows: QuerySet[Any, Any] = tickets.alias(answered_day=TruncDay("response__answered_at", tzinfo=zone))
    found: QuerySet[Any, Any] = rows.annotate(
        left=Case(When(is_watched & has_left, then=Value(1)), When(is_watched, then=Value(0))),
        days=Case(When(is_watched & has_left, then=gone), When(is_watched, then=seen), output_field=IntegerField()),
    )
    return found


def _recorded() -> Q:
    """The answers since the day from which their survey records churn."""
    zone, found = ZoneInfo(settings.TIME_ZONE), Q(pk__in=[])
    recording = SurveyFollowUp.objects.filter(churn_recorded_since__isnull=False)
    for survey, since in recording.values_list("survey", "churn_recorded_since"):
        found |= Q(survey=survey, response__answered_at__gte=datetime.combine(since, time(), zone))  # type: ignore[arg-type]
    return found

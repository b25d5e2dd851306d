"""What compensation buys: how many more customers recover, for each unit of money given, among alike customers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import connection

from followup.insights.estimates.shares import Estimate, Share, wilson
from followup.insights.estimates.small_groups import LEAST, hidden
from followup.insights.estimates.strata import Stratum, pooled_difference
from followup.insights.kept.reading import kept
from followup.insights.recovery import facts
from followup.insights.recovery.facts import NEVER_REACHED
from followup.insights.recovery.query import Selection
from followup.models import Step, StepKind
from surveys.scoring import HIGHEST_DETRACTOR

NOTHING, SMALL, LARGE = DOSES = range(3)  # up to the median of what was given; more
UNITS = 100  # of money, to which a recovery is related

# Customers who were contacted and gave a second score, with what they had been given before it. Who got something in
# another currency too is left out: the product knows no rates. Facts that decide are computed once for each ticket, and
# when the second score was given only for the few with a gesture.
_GESTURES = """
WITH facts AS MATERIALIZED ({facts}), found AS MATERIALIZED (
    SELECT * FROM facts WHERE second IS NOT NULL AND speed < {never_reached}
), timed AS MATERIALIZED ({times}), given AS MATERIALIZED (
    SELECT found.id, step.currency, sum(step.amount) AS amount
    FROM timed JOIN found ON found.id = timed.id JOIN followup_step AS step ON step.ticket_id = timed.id
    WHERE step.kind = 'compensation' AND step.done_at IS NOT NULL AND step.amount > 0
        AND step.done_at <= coalesce(timed.second_time, 'infinity')
    GROUP BY found.id, step.currency
), chosen AS (
    SELECT currency FROM given GROUP BY currency
    ORDER BY currency = %s DESC, currency = (SELECT currency FROM first_steps_owncompany LIMIT 1) DESC NULLS LAST,
        count(*) DESC, currency LIMIT 1
), customer AS (
    SELECT found.*, coalesce(mine.amount, 0) AS amount
    FROM found LEFT JOIN given AS mine ON mine.id = found.id AND mine.currency = (SELECT currency FROM chosen)
    WHERE NOT EXISTS (
        SELECT FROM given AS other WHERE other.id = found.id AND other.currency <> (SELECT currency FROM chosen))
), middle AS (
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) AS amount FROM customer WHERE amount > 0
)
SELECT (SELECT currency FROM chosen), (SELECT amount FROM middle),
  (SELECT count(DISTINCT id) FROM given WHERE currency <> (SELECT currency FROM chosen)),
  (SELECT coalesce(json_agg(alike), '[]') FROM (
    SELECT score, worth, quarter,
      CASE WHEN amount = 0 THEN {nothing} WHEN amount <= (SELECT amount FROM middle) THEN {small} ELSE {large} END
        AS dose,
      count(*) AS n, count(*) FILTER (WHERE second > {cut}) AS recovered, sum(amount)::text AS amount
    FROM customer GROUP BY 1, 2, 3, 4) AS alike)
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """`n` customers of one score, class of value and quarter who were given as much (one of DOSES), in all `amount`."""

    score: int
    worth: int
    quarter: str
    dose: int
    n: int
    recovered: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows. `middle`: the median of what was given; `left_out`: customers of another currency."""

    currency: str
    middle: Decimal | None
    left_out: int
    alike: Sequence[Alike]


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who were given as much. The figures are None where they are too few, or where nobody compares.

    `mean`: what each was given. `compared`: the share recovered less that of those who were given nothing, of the same
    score, value and quarter, -1 to 1. `per_units`: that for each UNITS of money, in recovered customers.
    """

    dose: int | None  # None: all who were given something
    is_hidden: bool
    n: int
    mean: Decimal | None
    recovered: Share | None
    compared: Estimate | None
    per_units: Estimate | None


@dataclass(frozen=True, slots=True)
class Price:
    """What one more recovered customer costs, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Gestures:
    """The figures. `price`: None within the noise, where no sum says anything."""

    currency: str
    middle: Decimal | None
    left_out: int
    groups: Sequence[Group]
    any: Group
    price: Price | None


@kept
def read(chosen: Selection, currency: str = "") -> Facts:
    """The facts of a selection; one query. `currency`: the one wanted; else the company's, else that given most."""
    rows = chosen.detractors().filter(first_contact_at__isnull=False).order_by()
    gestures = Step.objects.filter(kind=StepKind.COMPENSATION, done_at__isnull=False, amount__gt=0)
    asked = (
        facts.with_facts(rows, chosen.seen).values("id", "score", "worth", "quarter", "second", "speed"),
        rows.filter(pk__in=gestures.values("ticket")).values("id", second_time=facts.second_at(chosen.seen)),
    )
    try:
        (compiled, given), (times, of_times) = (query.query.sql_with_params() for query in asked)
    except EmptyResultSet:  # a filter that nothing can match
        return Facts("", None, 0, [])
    numbers = {"nothing": NOTHING, "small": SMALL, "large": LARGE, "cut": HIGHEST_DETRACTOR}
    statement = _GESTURES.format(facts=compiled, times=times, never_reached=NEVER_REACHED, **numbers)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, *of_times, currency])
        known, middle, left_out, alike = cursor.fetchone()
    return Facts(known or "", middle, left_out, [Alike(**row | {"amount": Decimal(row["amount"])}) for row in alike])


def gestures_of(found: Facts) -> Gestures:
    """The figures, small groups hidden; pure. So are all who were given something, where they less those of a group
    that is shown would be few."""
    counts = [sum(one.n for one in found.alike if one.dose == dose) for dose in DOSES]
    away = hidden(counts)
    groups = [_group(found.alike, dose, is_hidden=dose in away, is_alone=NOTHING in away) for dose in DOSES]
    together = counts[SMALL] + counts[LARGE]
    is_rest_small = any(0 < counts[dose] < LEAST for dose in away - {NOTHING}) and not {SMALL, LARGE} <= away
    is_hidden = is_rest_small or bool(hidden([counts[NOTHING], together]))
    of_any = _group(found.alike, None, is_hidden=is_hidden, is_alone=NOTHING in away)
    middle = found.middle if together >= LEAST else None
    return Gestures(found.currency, middle, found.left_out, groups, of_any, _price(of_any))


def _group(alike: Sequence[Alike], dose: int | None, *, is_hidden: bool, is_alone: bool) -> Group:
    def is_in(one: Alike) -> bool:
        return one.dose == dose if dose is not None else one.dose != NOTHING

    own = [one for one in alike if is_in(one)]
    n = sum(one.n for one in own)
    if is_hidden or not n:
        return Group(dose, is_hidden, n, None, None, None, None)
    mean = sum((one.amount for one in own), Decimal(0)) / n
    compared = None if dose == NOTHING or is_alone else pooled_difference(_strata(alike, is_in))
    per_units = _per(compared, float(mean)) if compared is not None else None
    return Group(dose, False, n, mean, wilson(sum(one.recovered for one in own), n), compared, per_units)


def _strata(alike: Iterable[Alike], is_in: Callable[[Alike], bool]) -> list[Stratum]:
    """Those of a group beside those who were given nothing, of one score, class of value and quarter."""
    counts: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in alike:
        if is_in(one) or one.dose == NOTHING:
            of, at = counts[one.score, one.worth, one.quarter], 0 if is_in(one) else 2
            of[at] += one.recovered
            of[at + 1] += one.n
    return [Stratum(*of) for of in counts.values()]


def _per(compared: Estimate, mean: float) -> Estimate:
    """The mean sum is taken as known: the interval is that of the difference."""
    scale = UNITS / mean
    return Estimate(compared.n, compared.value * scale, compared.low * scale, compared.high * scale)


def _price(of_any: Group) -> Price | None:
    per = of_any.per_units
    if per is None or per.low <= 0:
        return None
    return Price(UNITS / per.value, UNITS / per.high, UNITS / per.low)

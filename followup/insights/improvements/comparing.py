"""What those who were told gave at their next answer, beside the other unhappy customers of the same time."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

from followup.insights.estimates.shares import Estimate, Share, difference, wilson
from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.periods import midnight
from followup.insights.improvements.models import Improvement
from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.models import Survey
from surveys.scoring import HIGHEST_DETRACTOR

LONGEST_DAYS = 365  # a next answer counts within so many days

# Each unhappy customer once, with the next answer that they gave: the first that counts and that the reader may see.
# For a customer who was told, answers count from the time when their letter left; for one who was not, or whose letter
# came back, from the time when the first letter of all left.
_NEXT = """
WITH first_letter AS (
    SELECT min(sent_at) AS at FROM improvements_told WHERE improvement_id = %s
), told AS (
    SELECT contact_id, sent_at FROM improvements_told WHERE improvement_id = %s AND status = 'sent'
), unhappy AS (
    SELECT DISTINCT ON (contact) contact, born FROM ({tickets}) AS found ORDER BY contact, born DESC
), people AS (
    SELECT unhappy.contact, coalesce(told.sent_at, first_letter.at) AS since, told.sent_at IS NOT NULL AS was_told
    FROM unhappy LEFT JOIN told ON told.contact_id = unhappy.contact CROSS JOIN first_letter
    WHERE first_letter.at IS NOT NULL
)
SELECT was_told, count(*), count(next.score), count(*) FILTER (WHERE next.score > %s)
FROM people LEFT JOIN LATERAL (
    SELECT score FROM surveys_response AS answer
    WHERE answer.contact_id = people.contact AND answer.state = 'confirmed' AND answer.answered_at > people.since
        AND answer.answered_at <= people.since + %s AND answer.survey_id IN ({surveys})
    ORDER BY answer.answered_at, answer.id LIMIT 1
) AS next ON true
GROUP BY was_told
"""


@dataclass(frozen=True, slots=True)
class Side:
    """`people`: how many there are; `better`: of those who answered again, the passives and promoters."""

    people: int
    better: Share

    @property
    def is_shown(self) -> bool:
        """Whether enough of them answered again."""
        return self.better.of >= LEAST


@dataclass(frozen=True, slots=True)
class Comparison:
    """Those who were told, and the others. `difference` is None while one side is too small."""

    told: Side
    others: Side
    difference: Estimate | None


def compare(improvement: Improvement, user: User) -> Comparison:
    """Over the detractors' tickets that this user may see, of the time about which customers were told, and the answers
    that they may see; one statement.

    It says who was told and how they went on, not that telling them was the reason.
    """
    tickets = Ticket.objects.visible_to(user).of_detractors().of_real_answers()
    tickets = tickets.filter(response__contact__isnull=False)
    if improvement.since is not None:
        tickets = tickets.filter(clock_from__gte=midnight(improvement.since))
    if improvement.done_on is not None:
        tickets = tickets.filter(clock_from__lt=midnight(improvement.done_on + timedelta(days=1)))
    if improvement.team_id is not None:
        tickets = tickets.filter(team=improvement.team_id)
    chosen = tickets.order_by().values(contact=F("response__contact_id"), born=F("clock_from"))
    seen = Survey.objects.visible_to(user).order_by().values("pk")
    found = {True: (0, 0, 0), False: (0, 0, 0)}
    try:
        compiled, given = chosen.query.sql_with_params()
        surveys, seen_by = seen.query.sql_with_params()
    except EmptyResultSet:  # somebody without a team
        compiled = ""
    if compiled:
        longest = timedelta(days=LONGEST_DAYS)
        values = [improvement.pk, improvement.pk, *given, HIGHEST_DETRACTOR, longest, *seen_by]
        with connection.cursor() as cursor:
            cursor.execute(_NEXT.format(tickets=compiled, surveys=surveys), values)
            found |= {row[0]: row[1:] for row in cursor.fetchall()}
    told, others = (Side(people, wilson(better, of)) for people, of, better in (found[True], found[False]))
    gap = difference(told.better, others.better) if told.is_shown and others.is_shown else None
    return Comparison(told, others, gap)

"""Looks through all contacts, some thousands in one statement, for those who turn away."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from followup.insights.risk.models import AtRisk
from surveys.models import Contact
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

AT_ONCE = 5_000  # ids of contacts in one transaction
FEWEST_ASKS = 2  # since the last answer: one mail may be missed
PATIENCE = timedelta(days=14)  # from the last ask: whoever answers does so by then
RECENT = timedelta(days=365)  # asks and falls before that say nothing of today

# A row for each contact between two ids who is at risk. A fall is between two answers to one survey, and a wish about
# one survey is about that of the last answer: so all of it is seen by the same people. Of those who never answered such
# a wish counts where nothing else does, and the row is of the survey that they left. Those who left are lost, not at
# risk. Those whose answer has a ticket are called because of that.
_LOOK = """
WITH contact AS (
    SELECT id, company_id, value, last_answered_at, bounced_at, unsubscribed_at FROM surveys_contact
    WHERE id > %(after)s AND id <= %(upto)s AND survey_id IS NULL AND erased_at IS NULL
        AND (churned_at IS NULL OR churned_at > %(at)s)
), answer AS (
    SELECT id, contact_id, survey_id, score, answered_at,
        row_number() OVER (PARTITION BY contact_id ORDER BY answered_at DESC, id DESC) AS place,
        lag(score) OVER (PARTITION BY contact_id, survey_id ORDER BY answered_at, id) AS before
    FROM surveys_response WHERE contact_id > %(after)s AND contact_id <= %(upto)s AND state = 'confirmed'
), asked AS (
    SELECT contact.id, count(*) AS asks, min(asked_at) AS since
    FROM contact JOIN surveys_invitation AS ask ON ask.contact_id = contact.id
    WHERE ask.contact_id > %(after)s AND ask.contact_id <= %(upto)s AND ask.channel = 'email'
        AND ask.status IN ('sent', 'delivered') AND ask.answered_at IS NULL
        AND ask.asked_at > contact.last_answered_at AND ask.asked_at > %(recent)s
    GROUP BY contact.id HAVING count(*) >= %(fewest)s AND max(asked_at) < %(patient)s
), found AS (
    SELECT contact.id AS contact_id, contact.company_id, last.id AS response_id,
        coalesce(last.survey_id, wish.survey_id) AS survey_id, -coalesce(contact.value, 0) AS rank,
        coalesce(asked.asks, 0) AS asks, asked.since AS silent_since, contact.bounced_at,
        least(contact.unsubscribed_at, wish.at) AS unsubscribed_at,
        CASE WHEN fell THEN last.answered_at END AS fell_at, CASE WHEN fell THEN last.before END AS score_before
    FROM contact LEFT JOIN answer AS last ON last.contact_id = contact.id AND last.place = 1
    CROSS JOIN LATERAL (SELECT last.before > %(passive)s AND last.score > %(detractor)s AND last.score <= %(passive)s
        AND last.answered_at > %(recent)s) AS turned (fell)
    LEFT JOIN asked ON asked.id = contact.id
    LEFT JOIN LATERAL (
        SELECT at, survey_id FROM surveys_unsubscription AS wish
        WHERE wish.contact_id = contact.id AND (wish.survey_id = last.survey_id
            OR (last.id IS NULL AND contact.bounced_at IS NULL AND contact.unsubscribed_at IS NULL))
        ORDER BY at, id LIMIT 1
    ) AS wish ON true
    WHERE (asked.since IS NOT NULL OR contact.bounced_at IS NOT NULL OR contact.unsubscribed_at IS NOT NULL
            OR wish.at IS NOT NULL OR fell)
        AND NOT EXISTS (SELECT FROM answer JOIN followup_ticket AS ticket ON ticket.response_id = answer.id
            WHERE answer.contact_id = contact.id AND (answer.place = 1 OR ticket.resolved_at IS NULL))
)
INSERT INTO risk_atrisk AS known (contact_id, company_id, response_id, survey_id, rank, asks, silent_since, bounced_at,
    unsubscribed_at, fell_at, score_before, looked_at)
SELECT *, %(at)s FROM found ORDER BY contact_id
ON CONFLICT (contact_id) DO UPDATE SET company_id = excluded.company_id, response_id = excluded.response_id,
    survey_id = excluded.survey_id, rank = excluded.rank, asks = excluded.asks, silent_since = excluded.silent_since,
    bounced_at = excluded.bounced_at, unsubscribed_at = excluded.unsubscribed_at, fell_at = excluded.fell_at,
    score_before = excluded.score_before, looked_at = excluded.looked_at
"""


def look(at: datetime) -> int:
    """Look through all contacts; stopped at any moment, the next look does it again. Returns: how many are at risk."""
    last = Contact.objects.aggregate(last=Max("pk"))["last"] or 0
    for after in range(0, last, AT_ONCE):
        _look_at(after, after + AT_ONCE, at)
    AtRisk.objects.filter(contact__gt=last, looked_at__lt=at).delete()
    return AtRisk.objects.count()


@transaction.atomic
def _look_at(after: int, upto: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK,
            {
                "after": after, "upto": upto, "at": at, "recent": at - RECENT, "patient": at - PATIENCE,
                "fewest": FEWEST_ASKS, "passive": HIGHEST_PASSIVE, "detractor": HIGHEST_DETRACTOR,
            },
        )  # fmt: skip
    AtRisk.objects.filter(contact__gt=after, contact__lte=upto, looked_at__lt=at).delete()


def looked_at() -> datetime | None:
    """When the rows were found; None without any."""
    found: datetime | None = AtRisk.objects.aggregate(at=Max("looked_at"))["at"]
    return found

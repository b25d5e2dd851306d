"""Count the words of promoters, in the background, and show them on the tickets of passives."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from followup.insights.estimates.small_groups import LEAST
from followup.insights.praise.models import LovedWords
from followup.models import Ticket
from followup.presentation.addresses import counted_answers
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.privacy.registry import Erasing, Subject
from surveys.languages import TEXT_SEARCH_CONFIGS
from surveys.models import Response, Survey
from surveys.privacy.parts import RESPONSE
from surveys.scoring import PASSIVE, PROMOTER, group_of
from surveys.text_search import folded_sql

MOST_WORDS, MOST_COMMENTS, SHORTEST = 6, 2000, 3
COUNTED_EVERY = timedelta(hours=20)

# A word counts once for each customer, so that none of them alone has it shown; forms of one word count together, as
# the search of the list that opens folds and stems them, and the form that most customers use stands for them.
_WORDS = """
WITH said AS (
    SELECT coalesce(contact_id, -id) AS customer, comment FROM surveys_response
    WHERE survey_id = %s AND language = %s AND "group" = 'promoter' AND state = 'confirmed' AND comment <> ''
    ORDER BY id DESC LIMIT %s
), words AS (
    SELECT DISTINCT customer, lower(token) AS word, ts_lexize(%s::regdictionary, {folded}) AS stem
    FROM said CROSS JOIN LATERAL ts_parse('default', said.comment) WHERE tokid IN (1, 2)
)
SELECT mode() WITHIN GROUP (ORDER BY word), count(DISTINCT customer), (SELECT count(*) FROM said) FROM words
WHERE stem <> '{{}}' AND ts_lexize(%s::regdictionary, word) <> '{{}}' AND length(word) >= %s
    AND NOT lower(word) = ANY(%s)
GROUP BY stem HAVING count(DISTINCT customer) >= %s
ORDER BY 2 DESC, 1 LIMIT %s
"""


def _due(at: datetime) -> QuerySet[Survey]:
    """Surveys whose words were not counted for a while."""
    fresh = LovedWords.objects.filter(counted_at__gt=at - COUNTED_EVERY)
    return Survey.objects.exclude(pk__in=fresh.values("survey")).order_by("pk")


def count(survey_id: int, at: datetime) -> bool:
    """Count the words of one survey, in each of its languages."""
    survey = Survey.objects.get(pk=survey_id)
    for language in survey.languages:
        words = _counted(survey, language)
        LovedWords.objects.update_or_create(
            survey=survey, language=language,
            defaults={"words": [[word, n] for word, n, _of in words], "n": words[0][2] if words else 0,
                      "counted_at": at},
        )  # fmt: skip
    return True


def _counted(survey: Survey, language: str) -> list[tuple[str, int, int]]:
    dictionary, brand = f"{TEXT_SEARCH_CONFIGS[language]}_stem", survey.brand.lower().split()
    folded, given = folded_sql("token")
    values: list[Any] = [
        survey.pk, language, MOST_COMMENTS, dictionary, *given, dictionary, SHORTEST, brand, LEAST, MOST_WORDS
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WORDS.format(folded=folded), values)
        return list(cursor.fetchall())


COUNT = sweep.add(Sweep("praise.count", _due, count))


def forget(subject: Subject, erasing: Erasing) -> None:
    """When somebody is erased, the words of the surveys that they answered go, and the next sweep counts them anew."""
    answered = Response.objects.filter(pk__in=subject.of(RESPONSE)).values("survey")
    LovedWords.objects.filter(survey__in=answered).delete()


def annotations() -> Mapping[str, Combinable]:
    """What the query of a ticket reads for it."""
    rows = LovedWords.objects.filter(survey=OuterRef("survey"), language=OuterRef("response__language"))
    return {"loved": Subquery(rows.values(found=JSONObject(words=F("words"), n=F("n")))[:1])}


def shown(user: User, ticket: Ticket, at: datetime) -> dict[str, Any] | None:
    """What promoters love most, on the ticket of a passive; None elsewhere, and where too few said anything."""
    found = getattr(ticket, "loved", None)
    if group_of(ticket.score) != PASSIVE or not found or not found["words"]:
        return None
    response = ticket.response
    counted = {"group": PROMOTER, "survey": response.survey.slug, "language": response.language}
    words = [{"word": word, "n": n, "url": counted_answers(counted | {"said": word})} for word, n in found["words"]]
    return {"words": words, "n": found["n"]}

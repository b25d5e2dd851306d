"""Which traits there are, and their usual values, so that people choose instead of typing."""

from collections import Counter, defaultdict

from django.db import connection

from nps_project.accounts.models import User
from surveys.contacts.trait_labels.labels import TraitLabels, readable
from surveys.contacts.traits import as_text
from surveys.models import Contact, Response

LOOKED_AT = 5000  # of contacts and of answers the newest: quick however many there are
LOOKED_AT_OF_TEAMS = 500  # of those that a person of some teams may see
MOST_TRAITS, MOST_VALUES, LONGEST_VALUE = 200, 30, 100
_SQL = """
SELECT key, value, count(*) FROM (
    (SELECT traits FROM surveys_contact ORDER BY id DESC LIMIT %(looked_at)s)
    UNION ALL (SELECT traits FROM surveys_response ORDER BY id DESC LIMIT %(looked_at)s)
) AS newest, jsonb_each_text(newest.traits)
WHERE value IS NOT NULL AND length(value) <= %(longest)s GROUP BY key, value
UNION ALL SELECT name, '', 0 FROM surveys_traitlabel
UNION ALL SELECT unnest(allowed_traits), '', 0 FROM surveys_survey
ORDER BY 3 DESC, 2
"""


def find_trait(typed: str, labels: TraitLabels) -> str:
    """The name of the trait that somebody typed, by its label or by its name; as it was typed where there is none."""
    name = labels.name_of(typed)
    if name != typed.strip():
        return name
    known = known_traits()
    same = (one for one in known if readable(one).casefold() == name.casefold())
    return name if name in known else next(same, name)


def known_traits() -> dict[str, list[str]]:
    """The values of each trait, the most frequent first, by the name of the trait in the order of names; one query.

    Of the newest contacts and answers. Traits that surveys take from links, or that have a label, may have no values.
    """
    values: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"looked_at": LOOKED_AT, "longest": LONGEST_VALUE})
        for name, value, _count in cursor.fetchall():
            of_name = values[name]
            if value.strip() and len(of_name) < MOST_VALUES:
                of_name.append(value)
    return {name: values[name] for name in sorted(values)[:MOST_TRAITS]}


def traits_seen_by(user: User) -> dict[str, list[str]]:
    """Those of `known_traits` that this person may know of: of other teams' customers nothing is told."""
    if user.sees_all_teams and user.survey_limit_id() is None:
        return known_traits()
    seen = (Contact.objects.visible_to(user), Response.objects.visible_to(user))
    newest = [rows.order_by("-pk").values_list("traits", flat=True)[:LOOKED_AT_OF_TEAMS] for rows in seen]
    found = Counter((name, as_text(value)) for rows in newest for traits in rows for name, value in traits.items())
    values: dict[str, list[str]] = defaultdict(list)
    for (name, value), _often in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        if value.strip() and len(value) <= LONGEST_VALUE and len(values[name]) < MOST_VALUES:
            values[name].append(value)
    return {name: values[name] for name in sorted(values)[:MOST_TRAITS]}

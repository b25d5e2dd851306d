"""Which traits there are, and their usual values, so that people choose instead of typing."""

from collections import defaultdict

from django.db import connection

from surveys.contacts.trait_labels.labels import TraitLabels, readable
from surveys.models import Survey, TraitLabel

LOOKED_AT = 5000  # of contacts and of answers the newest: quick however many there are
MOST_TRAITS, MOST_VALUES, LONGEST_VALUE = 200, 30, 100
_SQL = """
SELECT key, value, count(*) FROM (
    (SELECT traits FROM surveys_contact ORDER BY id DESC LIMIT %(looked_at)s)
    UNION ALL (SELECT traits FROM surveys_response ORDER BY id DESC LIMIT %(looked_at)s)
) AS newest, jsonb_each_text(newest.traits)
WHERE value IS NOT NULL AND length(value) <= %(longest)s GROUP BY key, value ORDER BY count(*) DESC, value
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
    """The values of each trait, the most frequent first, by the name of the trait in the order of names; three queries.

    Of the newest contacts and answers. Traits that surveys take from links, or that have a label, may have no values.
    """
    values: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"looked_at": LOOKED_AT, "longest": LONGEST_VALUE})
        for name, value, _count in cursor.fetchall():
            if value.strip() and len(values[name]) < MOST_VALUES:
                values[name].append(value)
    named = TraitLabel.objects.values_list("name", flat=True)
    linked = [name for names in Survey.objects.values_list("allowed_traits", flat=True) for name in names]
    return {name: values.get(name, []) for name in sorted({*values, *named, *linked})[:MOST_TRAITS]}

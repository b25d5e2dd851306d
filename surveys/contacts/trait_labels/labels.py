"""What a trait is called on screens: as an admin named it, else its name in readable form, never the key itself."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop

from nps_project.common.text import in_language
from nps_project.common.together import Question, list_of
from surveys.models import TraitLabel

# Names that many systems have; an admin may call them otherwise.
_USUAL = {
    "account_manager": gettext_noop("Account manager"),
    "branch": gettext_noop("Branch"),
    "city": gettext_noop("City"),
    "company": gettext_noop("Company"),
    "country": gettext_noop("Country"),
    "department": gettext_noop("Department"),
    "industry": gettext_noop("Industry"),
    "plan": gettext_noop("Plan"),
    "product": gettext_noop("Product"),
    "region": gettext_noop("Region"),
    "segment": gettext_noop("Segment"),
    "shop": gettext_noop("Shop"),
    "store": gettext_noop("Shop"),
}


def question() -> Question:
    """What TraitLabels needs to know, for a page that asks it together with others."""
    return list_of(TraitLabel.objects.values("name", "labels"))


class TraitLabels:
    """The labels of all traits in the reader's language.

    `rows`: the answer to `question`; without it one query, when the first label is asked for.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]] | None = None) -> None:
        self._rows = rows

    @cached_property
    def _labels(self) -> dict[str, str]:
        rows = TraitLabel.objects.values("name", "labels") if self._rows is None else self._rows
        return {row["name"]: label for row in rows if (label := in_language(row["labels"]))}

    def of(self, name: str) -> str:
        """What the trait is called."""
        return self._labels.get(name) or readable(name)

    def beside(self, name: str, others: Collection[object]) -> str:
        """What the trait is called in a list with `others`, one of which may be called the same."""
        label = self.of(name)
        return gettext("%(label)s (trait)") % {"label": label} if label in map(str, others) else label

    def name_of(self, typed: str) -> str:
        """The name of the trait that somebody typed: its label in any case, else the name as it was typed."""
        wanted = typed.strip().casefold()
        return next((name for name, label in self._labels.items() if label.casefold() == wanted), typed.strip())


def readable(name: str) -> str:
    """The name of a trait without a label, for people: `customer_since` as "Customer since"."""
    if usual := _USUAL.get(name.lower()):
        return gettext(usual)
    words = " ".join(name.replace("_", " ").replace("-", " ").split()) or name
    return words[:1].upper() + words[1:]


@transaction.atomic
def save_labels(labels: Mapping[str, Mapping[str, str]]) -> None:
    """Store the labels of these traits, by language; a trait without any is called by its name again."""
    for name, of_trait in sorted(labels.items()):
        if of_trait:
            TraitLabel.objects.update_or_create(name=name, defaults={"labels": dict(of_trait)})
        else:
            TraitLabel.objects.filter(name=name).delete()

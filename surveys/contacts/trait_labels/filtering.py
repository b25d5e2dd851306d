"""The filter by a trait: the known traits with their values to choose among, each as a pair such as `plan=gold`."""

from itertools import islice

from django.utils.translation import gettext as _

from nps_project.accounts.models import User
from surveys.contacts.trait_labels.known import traits_seen_by
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import read_pair
from surveys.models.contact import COMPANY_TRAIT

MOST_CHOICES = 500


def filter_choices(user: User, labels: TraitLabels, chosen: str) -> list[tuple[str, str]]:
    """The choices of a list, by the labels; `chosen`, a pair of an address, stands among them whether known or not.

    Companies are left out: there are many, and search finds them. At most four queries.
    """
    known = sorted(traits_seen_by(user).items(), key=lambda trait: labels.of(trait[0]).casefold())
    names = [(name, values) for name, values in known if name != COMPANY_TRAIT and "=" not in name]
    pairs = islice(((name, value) for name, values in names for value in values), MOST_CHOICES)
    choices = [("=".join(pair), trait_in_words(pair, labels)) for pair in pairs]
    if chosen and chosen not in dict(choices):
        choices.insert(0, (chosen, pair_in_words(chosen, labels)))
    return [("", _("All")), *choices]


def trait_in_words(pair: tuple[str, str], labels: TraitLabels) -> str:
    """A trait and its value for people: "Plan: gold"."""
    return f"{labels.of(pair[0])}: {pair[1]}"


def pair_in_words(typed: str, labels: TraitLabels) -> str:
    """The same of a pair as an address has it; a text that is none as it is."""
    pair = read_pair(typed)
    return trait_in_words((labels.name_of(pair[0]), pair[1]), labels) if pair else typed

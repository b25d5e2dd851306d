"""The conditions of a rule in words."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from followup.models import RoutingRule
from followup.presentation.wording import amount
from surveys.contacts.trait_labels.labels import TraitLabels


def conditions_in_words(rule: RoutingRule, labels: TraitLabels) -> list[str]:
    """Each condition of a rule that was read with its surveys; the one sentence "Every ticket" without any."""
    return list(_conditions(rule, labels)) or [_("Every ticket")]


def _conditions(rule: RoutingRule, labels: TraitLabels) -> Iterator[str]:
    languages = dict(settings.LANGUAGES)
    if rule.scores:
        yield _("Score: %(values)s") % {"values": ", ".join(str(score) for score in rule.scores)}
    if surveys := [survey.name for survey in rule.surveys.all()]:
        yield _("Survey: %(values)s") % {"values": _one_of(surveys)}
    if rule.languages:
        yield _("Language: %(values)s") % {"values": _one_of([languages.get(code, code) for code in rule.languages])}
    for name, values in sorted(rule.traits.items()):
        yield f"{labels.of(name)}: {_one_of([str(value) for value in values])}"
    if rule.value_from is not None:
        yield _("Value from %(value)s") % {"value": amount(rule.value_from)}
    if rule.value_to is not None:
        yield _("Value up to %(value)s") % {"value": amount(rule.value_to)}


def _one_of(values: list[str]) -> str:
    if len(values) < 2:
        return "".join(values)
    return _("%(some)s or %(last)s") % {"some": ", ".join(values[:-1]), "last": values[-1]}

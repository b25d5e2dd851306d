"""Keep who runs the installation, and put it where it counts."""

import time

from django.conf import settings
from django.db import transaction
from django.db.models import Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from nps_project.accounts.models import User
from nps_project.common import company_zone
from surveys.campaigns.first_steps.models import OwnCompany
from surveys.models import Survey, Tally
from surveys.services import tallies
from surveys.services.surveys import update_survey

MOST_TALLIES = 2_000  # with more, counting anew is the work of `manage.py rebuild_tallies`
_IN_FLIGHT_S = 1.0  # an answer that began in the days of the zone before is stored within it


def may_choose_zone() -> bool:
    """Whether the browser may choose the company's zone: TIME_ZONE does not give it, and little is counted yet."""
    return not settings.TIME_ZONE_IS_GIVEN and not Tally.objects.order_by("pk")[MOST_TALLIES:].exists()


def tell(*, name: str, language: str, time_zone: str, currency: str, by: User) -> OwnCompany:
    """Keep it. The starter survey gets the name and, while it is as it came, the language; the admin gets both, too.

    Another zone holds at once in every process, and what is counted is counted anew in its days. `time_zone`: empty
    leaves the zone as it is.
    """
    with transaction.atomic():
        facts = {"name": name, "currency": currency.upper(), "language": language, "by": by}
        company, _is_new = OwnCompany.objects.update_or_create(pk=1, defaults=facts)
        User.objects.filter(pk=by.pk).update(language=language)
        _name_starter(name, language, by)
    if time_zone and time_zone != settings.TIME_ZONE and may_choose_zone():
        company_zone.choose(time_zone)
        if Tally.objects.exists():
            time.sleep(_IN_FLIGHT_S)
        tallies.rebuild()
    return company


def _name_starter(name: str, language: str, by: User) -> None:
    starter = Survey.objects.exclude(pk__in=Survey.objects.samples().values("pk")).order_by("pk").first()
    if starter is None or starter.brand not in _unnamed():
        return
    changes: dict[str, str] = {"brand": name}
    if starter.revision == 1 and language in starter.languages:
        changes["default_language"] = language
    update_survey(starter, changes, by=by)


def _unnamed() -> set[str]:
    """What a survey's brand is called before anybody named it, in each language."""
    names = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names.add(_("Your company"))
    return names


def currency() -> Combinable:
    """The company's currency, empty when nobody told, as part of a query of others' rows: no query of its own."""
    return Coalesce(Subquery(OwnCompany.objects.values("currency")[:1]), Value(""))

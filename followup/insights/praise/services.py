"""Suggest whom a promoter's words praise, and pass them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from followup.errors import InvalidAction
from followup.insights.praise.models import Praise
from followup.insights.praise.names import named
from nps_project.accounts.models import Role, User
from nps_project.deliveries.queueing import queue_mail
from surveys.models import Response, ResponseState
from surveys.scoring import HIGHEST_PASSIVE

TEMPLATE = "praise"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Who is named and was not told yet; and what was passed on."""

    people: Sequence[User]
    passed_on: Sequence[Praise]


def is_praise(response: Response) -> bool:
    """Whether an answer can be passed on: a promoter's that counts, with words."""
    is_promoter = response.score > HIGHEST_PASSIVE and response.state == ResponseState.CONFIRMED
    return is_promoter and bool(response.comment.strip())


def suggestions(response: Response) -> Suggestions:
    """For an answer that is praise; two queries."""
    passed_on = list(Praise.objects.filter(response=response).select_related("person", "by").order_by("pk"))
    told = {praise.person_id for praise in passed_on}
    people = {person.pk: person for person in _who_may_read(response)}
    found = named(response.comment, {key: person.name for key, person in people.items()})
    return Suggestions([people[key] for key in found if key not in told], passed_on)


def _who_may_read(response: Response) -> Sequence[User]:
    """The people who see the answer's survey: nobody gets a customer's words whose teams do not allow it."""
    sees = Q(all_teams=True) | Q(role=Role.ADMIN)
    if response.survey.team_id is not None:
        sees |= Q(pk__in=User.objects.filter(teams=response.survey.team_id).values("pk"))
    return list(User.objects.people().filter(sees).exclude(name="").order_by("name", "pk"))


@transaction.atomic
def pass_on(response: Response, *, person_id: int, by: User, at: datetime) -> Praise:
    """Send the words to a colleague whom they name; a second time changes nothing. Raises: InvalidAction."""
    known = Praise.objects.filter(response=response, person=person_id).first()
    if known is not None:
        return known
    found = suggestions(response) if is_praise(response) else Suggestions([], [])
    person = next((one for one in found.people if one.pk == person_id), None)
    if person is None:
        raise InvalidAction("person", person_id, "a colleague whom the words name, and who may read them")
    praise, is_new = Praise.objects.get_or_create(response=response, person=person, defaults={"by": by, "at": at})
    if is_new and person.pk != by.pk:
        _mail(praise, response, person, by)
    return praise


def _mail(praise: Praise, response: Response, person: User, by: User) -> None:
    url = f"{settings.SITE_URL}/desk/answers/{response.pk}/"
    context = {
        "person": person, "by": by, "score": response.score, "comment": response.comment, "url": url,
        "customer": response.reach_name,
    }  # fmt: skip
    queue_mail(
        template=TEMPLATE, to=person.email, language=person.language, context=context, about=f"praise:{praise.pk}",
        dedupe_key=f"praise:{response.pk}:{person.pk}",
    )  # fmt: skip

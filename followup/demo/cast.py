"""Making the made-up shop: its people, teams and two surveys."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from followup.demo.people import COLLEAGUES, TEAMS
from nps_project.accounts.models import Team, User
from surveys.models import Survey, SurveyStatus
from surveys.services.surveys import create_survey

BRAND = "Lindehus"
SLUGS = ("demo-after-delivery", "demo-after-service")
_NAMES = (gettext_noop("Sample: after delivery"), gettext_noop("Sample: after service"))


@dataclass(frozen=True, slots=True)
class Shop:
    """Two surveys, each with a team and its agents."""

    surveys: tuple[Survey, ...]
    agents: dict[int, list[User]]  # by the id of the survey


def _address(name: str) -> str:
    return f"{name}@example.com"


def _team(name: str) -> Team:
    """A team of its own, also where a real one has the name."""
    return Team.objects.create(name=f"{name} (sample)" if Team.objects.filter(name=name).exists() else name)


def make_shop() -> Shop:
    """People without a usable password, so that nobody signs in as one of them."""
    people = {}
    for key, (name, role, language) in COLLEAGUES.items():
        found = User.objects.filter(email=_address(key)).first()
        people[key] = found or User.objects.create_user(_address(key), name=name, role=role, language=language)
    surveys, agents = [], {}
    for slug, name, (team_name, members) in zip(SLUGS, _NAMES, TEAMS.items(), strict=True):
        team = _team(team_name)
        team.lead = people[members[0]]
        team.save()
        team.members.set([people[member] for member in members])
        survey = create_survey(
            slug=slug,
            name=name,
            brand=BRAND,
            status=SurveyStatus.LIVE,
            languages=["en", "nl", "da"],
            team=team,
            allowed_traits=["country", "plan"],
        )
        surveys.append(survey)
        agents[survey.pk] = [people[member] for member in members]
    return Shop(tuple(surveys), agents)

"""Making the made-up shop: its people, teams, playbook and three surveys, all of them on the list of samples."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from followup.demo.people import COLLEAGUES, TEAMS
from followup.models import Playbook
from followup.playbooks import services as playbooks
from nps_project.accounts.models import Team, User
from surveys.models import Sample, Survey, SurveyStatus
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.services.surveys import create_survey

BRAND = "Lindehus"
SLUGS = ("demo-after-delivery", "demo-after-service", "demo-relationship")
LAST_RESPONSE, LAST_INVITATION = "last surveys.response", "last surveys.invitation"  # ids, on the list of samples
_NAMES = (
    gettext_noop("Sample: after delivery"),
    gettext_noop("Sample: after service"),
    gettext_noop("Sample: how are we doing"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """The three sample surveys, each with a team and its agents."""

    surveys: tuple[Survey, ...]
    agents: dict[int, list[User]]  # by the id of the survey, its lead last
    sample: Sample


def _address(name: str) -> str:
    return f"{name}@example.com"


def _free_name(name: str, taken: bool) -> str:
    """A name of its own, also where something real has it."""
    return f"{name} (sample)" if taken else name


def _offer_times(playbook: Playbook) -> None:
    """Let unhappy customers choose when to be called."""
    drafts = {
        score: playbooks.draft_of(play)
        for score, play in playbooks.plays_of(playbook).items()
        if score <= HIGHEST_DETRACTOR
    }
    offering = {
        score: replace(draft, fields={**draft.fields, "offers_call_slots": True}) for score, draft in drafts.items()
    }
    playbooks.save_plays(playbook=playbook, drafts=offering)


def make_shop() -> Shop:
    """Make the people, teams, playbook and surveys of the sample shop.

    The people have no usable password, so that nobody signs in as one of them. The playbook is their own, so that no
    real colleague whom a play names gets their tickets.
    """
    people, made_people, teams = {}, [], []
    for key, (name, role, language) in COLLEAGUES.items():
        found = User.objects.filter(email=_address(key)).first()
        if found is None:
            found = User.objects.create_user(_address(key), name=name, role=role, language=language)
            made_people.append(found.pk)
        people[key] = found
    playbook = playbooks.make_playbook(_free_name(BRAND, Playbook.objects.filter(name=BRAND).exists()))
    _offer_times(playbook)
    surveys, agents = [], {}
    for slug, name, (team_name, members) in zip(SLUGS, _NAMES, TEAMS.items(), strict=True):
        team = Team.objects.create(name=_free_name(team_name, Team.objects.filter(name=team_name).exists()))
        team.lead = people[members[0]]
        team.save()
        team.members.set([people[member] for member in members])
        teams.append(team.pk)
        survey = create_survey(
            slug=slug,
            name=name,
            brand=BRAND,
            status=SurveyStatus.LIVE,
            languages=["en", "nl", "da"],
            team=team,
            allowed_traits=["country", "region", "plan"],
        )
        playbooks.use_playbook(survey=survey, playbook=playbook)
        surveys.append(survey)
        agents[survey.pk] = [people[member] for member in (*members[1:], members[0])]
    sample = Sample.objects.create(
        survey_ids=[survey.pk for survey in surveys],
        made={"accounts.user": made_people, "accounts.team": teams, "followup.playbook": [playbook.pk]},
    )
    return Shop(tuple(surveys), agents, sample)

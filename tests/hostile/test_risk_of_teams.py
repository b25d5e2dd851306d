"""Silent risk: what a customer wished of another team's survey is told to nobody who does not see that survey."""

from typing import Any

import pytest
from django.utils import timezone

from followup.insights.risk import looking
from followup.insights.risk.models import AtRisk
from nps_project.accounts.models import Team
from surveys.models import Unsubscription
from surveys.services.invitations import create_invitation
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user


@pytest.mark.django_db
def test_a_wish_about_another_teams_survey_is_not_told() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    mine, theirs = make_survey(team=north), make_survey("theirs", team=south)
    for number, unwanted in enumerate([theirs, mine]):
        contact = make_contact(number)
        make_answer(mine, 9, contact=contact)
        Unsubscription.objects.create(contact=contact, survey=unwanted)
    looking.look(timezone.now())
    mia = make_user("mia", "manager", all_teams=False)
    north.members.add(mia)
    page = client_of(mia).get("/insights/risk/").content.decode()
    assert "Customer 1" in page
    assert "Customer 0" not in page


@pytest.mark.django_db
def test_who_left_another_teams_survey_and_never_answered_is_told_to_that_team_alone() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    mine, theirs = make_survey(team=north), make_survey("theirs", team=south)
    at = timezone.now()
    since: list[dict[str, Any]] = [{}, {}, {"bounced_at": at}, {"unsubscribed_at": at}]
    for number, (unwanted, fields) in enumerate(zip([theirs, mine, theirs, theirs], since, strict=True)):
        contact = make_contact(number, **fields)
        for survey in (mine, theirs):
            create_invitation(survey=survey, contact=contact)
        Unsubscription.objects.create(contact=contact, survey=unwanted)
    looking.look(at)
    seen = {}
    for name, teams in {"mia": [north], "sue": [south], "ada": []}.items():
        person = make_user(name, "manager", all_teams=not teams)
        person.teams.set(teams)
        found = AtRisk.objects.visible_to(person)
        seen[name] = {row.contact.name: {str(reason) for reason in row.reasons} for row in found}
        for address in ("/insights/risk/", "/insights/risk/customers.csv"):
            page = b"".join(client_of(person).get(address)).decode()
            assert {f"Customer {number}" for number in range(4) if f"Customer {number}" in page} == set(seen[name])
    of_the_company = {"Customer 2": {"bounced"}, "Customer 3": {"unsubscribed"}}
    assert seen["mia"] == {"Customer 1": {"unsubscribed"}} | of_the_company
    assert seen["sue"] == {"Customer 0": {"unsubscribed"}} | of_the_company
    assert seen["ada"] == seen["mia"] | seen["sue"]

"""Silent risk: what a customer wished of another team's survey is told to nobody who does not see that survey."""

import pytest
from django.utils import timezone

from followup.insights.risk import looking
from nps_project.accounts.models import Team
from surveys.models import Unsubscription
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

"""What a customer of two teams told one of them later is in no figure of the other one, however it is narrowed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.models import Attempt, Ticket
from nps_project.accounts.models import Team, User
from surveys.models import Invitation, Response, Survey
from surveys.services.invitations import create_invitation
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def beta() -> Survey:
    """Beta's survey, with one unhappy customer, who was happy with Alpha thirty days later, and then called."""
    survey = make_survey("beta", team=Team.objects.create(name="Beta"))
    other = make_survey("alpha", team=Team.objects.create(name="Alpha"))
    shared, at = make_contact(1), timezone.now() - 80 * DAY
    asked = create_invitation(survey=survey, contact=shared)
    ticket = make_ticket(survey, 2, contact=shared)
    Invitation.objects.filter(pk=asked.pk).update(asked_at=at, answered_at=at, channel="email", status="answered")
    Response.objects.filter(pk=ticket.response_id).update(answered_at=at, invitation=asked)
    Ticket.objects.update(clock_from=at, first_contact_at=at + 35 * DAY)
    Attempt.objects.create(
        ticket=ticket, by=make_user("bo"), result="reached", at=at + 35 * DAY, created_at=at + 35 * DAY
    )
    Response.objects.filter(pk=make_answer(other, 10, contact=shared).pk).update(answered_at=at + 30 * DAY)
    return survey


@pytest.fixture
def vic(beta: Survey) -> User:
    vic = make_user("vic", "viewer", all_teams=False)
    vic.teams.add(Team.objects.get(name="Beta"))
    return vic


def test_no_program_of_one_survey_reads_a_score_that_another_team_was_given(beta: Survey) -> None:
    """Of one ticket, the totals of recovery told its customer's exact score."""

    def read(program: Program) -> tuple[int, ...]:
        first = timezone.localdate() - 89 * DAY
        asked = program.get(f"stats/silence/?from={first}&to={timezone.localdate()}")["steps"]
        found = program.get("stats/recovery/")
        assert (found["n"], asked["tickets"]) == (1, 1)
        return found["recovered"]["of"], found["became_promoter"], found["pairs"]["n"], asked["second"]

    assert read(Program("read")) == (1, 1, 1, 1)
    assert read(Program("read", survey=beta)) == (0, 0, 0, 0)


def test_no_page_of_one_team_tells_a_score_that_another_team_was_given(vic: User) -> None:
    for user, shown in ((make_user("bea", "viewer"), ["1", "1"]), (vic, ["", ""])):
        table = b"".join(client_of(user).get("/insights/recovery/recovery.csv"))
        rows = [row.split(",") for row in table.decode().splitlines()]
        assert [row[5:] for row in rows if row[0] == "tickets"] == [["1", ""]]
        assert [row[5:] for row in rows if row[0] == "recovered"] == [shown]

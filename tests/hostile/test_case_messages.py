"""What a customer wrote on their page before there was a ticket shows to those alone who see their answer."""

import pytest
from django.utils import timezone

from followup.conversations.case import services
from followup.conversations.incoming import seen_by
from followup.conversations.models import Message
from nps_project.accounts.models import Team
from surveys.models import Contact, Response, Survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

SECRET = "Zarathustra"


def written(response: Response) -> Message:
    """A message of an answer that waits for a decision, so that it has no ticket."""
    services.write(response_id=response.pk, text=f"{SECRET} writes", submission=None, at=timezone.now())
    return Message.objects.get(ticket=None, case_message__response=response)


@pytest.fixture
def south(db: None) -> Team:
    return Team.objects.create(name="South")


@pytest.fixture
def shared(db: None) -> Contact:
    """A customer of both teams; North's ticket of theirs is there."""
    contact = make_contact(1)
    make_ticket(make_survey("north", team=Team.objects.create(name="North")), 2, contact=contact)
    return contact


def doubtful(team: Team, contact: Contact | None) -> Response:
    return make_answer(make_survey("south", team=team), 2, state="provisional", evidence={"why": "flood"},
                       contact=contact)  # fmt: skip


@pytest.mark.parametrize("role", ["agent", "manager"])
@pytest.mark.parametrize("whose", ["shared", "nameless"])
def test_another_team_sees_and_takes_nothing_of_it(shared: Contact, south: Team, role: str, whose: str) -> None:
    message = written(doubtful(south, shared if whose == "shared" else None))
    stranger, colleague = (make_user(name, role, all_teams=False) for name in ("cai", "dea"))
    stranger.teams.add(Team.objects.get(name="North"))
    colleague.teams.add(south)
    assert SECRET not in client_of(stranger).get("/desk/mail/").content.decode()
    assert client_of(stranger).get(f"/desk/mail/{message.pk}/").status_code == 404
    assert client_of(stranger).post(f"/desk/mail/{message.pk}/aside/").status_code == 404
    assert SECRET in client_of(colleague).get("/desk/mail/").content.decode()
    assert seen_by.waiting(make_user("ada", "manager")).get() == message


def test_nor_does_a_key_of_another_survey(shared: Contact, south: Team) -> None:
    message = written(doubtful(south, shared))
    program = Program("write", Survey.objects.get(slug="north"))
    assert program.get("messages/")["results"] == []
    program.get(f"messages/{message.pk}/", 404)

"""What was learnt of a domain is a page for managers, with the mails of their surveys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_project.accounts.models import Team, User
from surveys.models import Invitation, Survey
from surveys.scanners.domains import PAGE_SIZE, domains
from surveys.scanners.models import OpenedMail
from tests.factories import client_of, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def opened(survey: Survey, domain: str, recipient: int, *, burst: bool, days_ago: int = 0) -> None:
    number = Invitation.objects.count()
    invitation = Invitation.objects.create(survey=survey, contact=make_contact(number), channel="email", status="sent")
    at = timezone.now() - days_ago * DAY
    OpenedMail.objects.create(
        invitation=invitation, domain=domain, recipient=recipient, opened_at=at, burst_at=at if burst else None
    )


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def manager() -> User:
    return make_user("mia", "manager")


def test_it_tells_of_each_domain_whether_a_tap_counts_there(survey: Survey, manager: User) -> None:
    for recipient in (1, 2):
        opened(survey, "scanned.dk", recipient, burst=True)
        opened(survey, "gmail.com", recipient, burst=True)
    opened(survey, "once.dk", 1, burst=True)
    opened(survey, "quiet.dk", 1, burst=False)
    opened(survey, "before.dk", 1, burst=True, days_ago=91)

    found, has_more = domains(manager, timezone.now())

    assert [(one.name, one.opened, one.bursts, one.is_shared, one.is_scanned) for one in found] == [
        ("gmail.com", 2, 2, True, False),
        ("once.dk", 1, 1, False, False),
        ("scanned.dk", 2, 2, False, True),
    ]
    assert not has_more
    html = client_of(manager).get("/contacts/scanners/").content.decode()
    for words in ("scanned.dk", "each address by itself", "waits for a decision", "counts"):
        assert words in html
    assert "quiet.dk" not in html
    assert "before.dk" not in html


def test_nothing_learnt_says_when_something_will_stand_there(manager: User) -> None:
    assert "No program was seen." in client_of(manager).get("/contacts/scanners/").content.decode()


def test_it_pages_by_name_in_a_fixed_number_of_queries(survey: Survey, manager: User) -> None:
    for number in range(PAGE_SIZE + 1):
        opened(survey, f"d{number:03}.dk", number, burst=True)
    client = client_of(manager)
    html = client.get("/contacts/scanners/").content.decode()
    assert "after=d049.dk" in html
    following = client.get("/contacts/scanners/?after=d049.dk").content.decode()
    assert "d050.dk" in following
    assert "d049.dk</th>" not in following
    assert client.get("/contacts/scanners/?after=%00%FF<b>").status_code == 200


def test_a_manager_of_one_team_sees_the_mails_of_its_surveys(survey: Survey) -> None:
    north = Team.objects.create(name="North")
    theirs = make_survey("north", team=north)
    limited = make_user("nora", "manager", all_teams=False)
    north.members.add(limited)
    Survey.objects.filter(pk=survey.pk).update(team=Team.objects.create(name="South"))
    opened(theirs, "shared.dk", 1, burst=True)
    opened(survey, "shared.dk", 2, burst=True)
    opened(survey, "south.dk", 3, burst=True)

    found, _more = domains(limited, timezone.now())

    assert [(one.name, one.opened, one.bursts, one.is_scanned) for one in found] == [("shared.dk", 1, 1, True)]


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("agent", 403), ("manager", 200), ("admin", 200)])
def test_it_is_for_managers(survey: Survey, role: str, status: int) -> None:
    client = client_of(make_user("sam", role))
    assert client.get("/contacts/scanners/").status_code == status
    assert ("/contacts/scanners/" in client.get("/contacts/").content.decode()) is (status == 200)

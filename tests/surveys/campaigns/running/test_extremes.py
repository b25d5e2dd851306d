"""Times at the ends of the calendar, and values nobody sends on purpose."""

import pytest
from django.utils import timezone

from surveys.campaigns import tasks
from surveys.models import Contact
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.running.people import make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]
WEEK = {"days": [1, 3], "from": "09:00", "until": "17:00"}


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "9999-12-31T12:00:00+00:00", "0001-01-01T00:00:00Z"])
def test_a_campaign_at_the_end_of_the_calendar_is_tried_and_shown(server: MailServer, at: str) -> None:
    people = make_people(3)
    Contact.objects.filter(pk=people[0].pk).update(time_zone="Pacific/Kiritimati", last_asked_at=timezone.now())
    Contact.objects.filter(pk=people[1].pk).update(time_zone="Pacific/Pago_Pago")
    program = Program("admin")
    body = {"name": "A", "survey": make_survey().slug, "window": WEEK, "start_at": at, "daily_limit": 1}
    made = program.call("POST", "campaigns/", body)
    if made.status_code == 400 or made.status_code == 422:
        return
    path = f"campaigns/{made.json()['id']}/"
    assert program.call("POST", f"{path}dry-run/", {}).status_code == 200
    assert client_of(make_user("boss", "manager")).get(f"/{path}").status_code == 200
    assert client_of(make_user("chef", "manager")).get(f"/{path}dry-run/").status_code == 200
    assert client_of(make_user("chief", "manager")).get(f"/{path}edit/").status_code == 200
    program.call("POST", f"{path}start/", {"despite_findings": True})
    tasks.go_on(timezone.now())


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_an_ask_at_the_end_of_the_calendar_waits(server: MailServer, at: str) -> None:
    [person] = make_people(1)
    Contact.objects.update(last_asked_at=timezone.now(), ask_every_days=3650)
    program = Program("write")
    body = {"survey": make_survey().slug, "contact": person.pk, "channel": "email", "send_at": at}
    assert program.call("POST", "invitations/", body).status_code in (201, 400, 422)
    tasks.go_on(timezone.now())
    assert client_of(make_user("boss", "manager")).get(f"/contacts/{person.pk}/").status_code == 200

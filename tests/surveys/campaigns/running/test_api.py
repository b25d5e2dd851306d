"""Campaigns by the API: made, tried, started, looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from surveys.campaigns.running.dry_run import dry_run
from surveys.contacts.segments.services import save_segment
from surveys.models import AskDecision, Campaign, Contact, Invitation, Segment, Unsubscription
from tests.api_client import Program
from tests.factories import make_survey
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.running.people import DAY, make_campaign, make_people, run, start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]

WINDOW = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "23:59"}


def test_a_program_makes_a_campaign_tries_it_and_runs_it(server: MailServer) -> None:
    make_survey()
    save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}})
    make_people(3, language="da")
    make_people(1, language="da", do_not_contact=True)
    program = Program("admin")
    made = program.post("campaigns/", {"name": "Autumn", "survey": "autumn", "segment": "danes", "reminders": [3]})
    assert (made["status"], made["segment"], made["window"], made["repeat_days"]) == ("draft", "danes", None, None)
    path = f"campaigns/{made['id']}/"
    changed = program.patch(path, {"window": WINDOW, "daily_limit": 50, "sample_share": 1})
    assert (changed["window"], changed["daily_limit"], changed["sample_share"]) == (WINDOW, 50, 1.0)
    assert program.patch(path, {"window": None})["window"] is None
    today = timezone.now().date().isoformat()
    tried = program.post(f"{path}dry-run/", {}, 200)
    assert tried == {"asked": 3, "by_day": {today: 3}, "skipped": {"do_not_contact": 1}}
    assert not Invitation.objects.exists()
    assert program.post(f"{path}test/", {"to": "me@nordlys.dk"}, 200) == {"to": "me@nordlys.dk"}
    assert Delivery.objects.get().to_address == "me@nordlys.dk"
    assert not AskDecision.objects.exists()
    problem = program.post(f"{path}start/", {}, 409)  # the site of the tests has no https
    assert (problem["code"], problem["errors"][0]["field"]) == ("sender_at_fault", "despite_findings")
    assert "SITE_URL" in problem["errors"][0]["allowed"]
    assert program.get(path)["status"] == "draft"
    assert program.post(f"{path}start/", {"despite_findings": True}, 200)["status"] == "running"
    assert program.post(f"{path}pause/", {}, 200)["paused_because"] == "person"
    assert program.post(f"{path}resume/", {}, 200)["status"] == "running"
    run(Campaign.objects.get())
    counts = program.get(path)["counts"]
    assert counts == {
        "recipients": 4, "waiting": 0, "held": 0, "skipped": 1, "unknown": 0, "sent": 3, "delivered": 0, "bounced": 0,
        "complained": 0, "answered": 0,
    }  # fmt: skip
    rows = program.every(f"{path}recipients/?page_size=3")
    assert sorted((row["status"], row["reason"]) for row in rows) == [
        ("sent", ""), ("sent", ""), ("sent", ""), ("skipped", "do_not_contact"),
    ]  # fmt: skip
    asked = program.get(f"invitations/?contact={rows[-1]['contact']}")["results"]
    assert [row["campaign"] for row in asked] == [made["id"]]
    decided = program.get(f"contacts/{rows[-1]['contact']}/decisions/")["results"]
    assert [row["campaign"] for row in decided] == [made["id"]]
    assert program.post(f"{path}stop/", {}, 200)["status"] == "stopped"
    assert program.post(f"{path}stop/", {}, 409)["code"] == "wrong_state"
    assert [row["id"] for row in program.get("campaigns/?status=stopped&survey=autumn")["results"]] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"segment": "nobodys"}, "segment"),
        ({"sample_share": 0}, "sample_share"),
        ({"sample_share": 0.5, "sample_count": 3}, "sample_count"),
        ({"window": {"days": [1], "from": "10:00", "until": "09:00"}}, "window"),
        ({"window": {"days": [8], "from": "09:00", "until": "10:00"}}, "window"),
        ({"window": {"days": [1], "from": "09:00"}}, "window"),
        ({"reminders": [0]}, "reminders"),
        ({"status": "running"}, "status"),
    ],
)
def test_a_bad_field_is_named(body: dict[str, Any], field: str) -> None:
    make_survey()
    problem = Program("admin").post("campaigns/", {"name": "A", "survey": "autumn"} | body, 422)
    assert problem["errors"][0]["field"].startswith(field)


def test_a_refused_start_names_what_is_missing(settings: Any) -> None:
    campaign, program = make_campaign(), Program("admin")
    problem = program.post(f"campaigns/{campaign.pk}/start/", {}, 409)
    assert (problem["code"], problem["errors"][0]["field"]) == ("no_mail_server", "EMAIL_URL")
    settings.MAIL_IS_STORED_ONLY = False
    problem = program.post(f"campaigns/{campaign.pk}/start/", {"despite_findings": True}, 409)
    assert (problem["code"], problem["errors"][0]["field"]) == ("nobody_to_ask", "segment")
    program.call("DELETE", f"campaigns/{campaign.pk}/")
    assert not Campaign.objects.exists()


def test_who_may(server: MailServer) -> None:
    make_people(1)
    campaign = make_campaign(make_survey(team=Team.objects.create(name="North")))
    path = f"campaigns/{campaign.pk}/"
    for scope in ("read", "write"):
        assert Program(scope).get(path)["name"] == "Autumn"
        Program(scope).post(f"{path}start/", {}, 403)
    limited = Program("admin", survey=campaign.survey)
    limited.get("campaigns/", 403)
    limited.post("campaigns/", {"name": "A", "survey": "autumn"}, 403)
    outsider = Program("admin")
    assert outsider.user is not None
    outsider.user.all_teams, outsider.user.role = False, "manager"
    outsider.user.save()
    outsider.get(path, 404)
    outsider.post(f"{path}start/", {}, 404)


def test_a_dry_run_says_what_a_start_then_does(server: MailServer) -> None:
    now, survey = timezone.now(), make_survey()
    other = make_survey("other")
    make_people(40)
    make_people(3, do_not_contact=True, unsubscribed_at=now)
    make_people(4, unsubscribed_at=now)
    make_people(5, bounced_at=now)
    make_people(2, email=None)
    make_people(1, email="x@mail.example.com")
    make_people(1, email="X@Nordlys.TEST")
    make_people(6, last_asked_at=now - 29 * DAY)
    make_people(6, last_asked_at=now - 31 * DAY)
    make_people(2, last_asked_at=now - 31 * DAY, ask_every_days=90)
    make_people(2, last_asked_at=now - DAY, ask_every_days=0)
    people = list(Contact.objects.order_by("pk")[:10])
    Unsubscription.objects.bulk_create(Unsubscription(contact=person, survey=survey) for person in people[:3])
    Unsubscription.objects.create(contact=people[3], survey=other)
    Contact.objects.create(survey=other, email=people[4].email, last_asked_at=now)  # of a key, and the same person
    Contact.objects.create(survey=other, email=str(people[5].email).upper(), do_not_contact=True)
    Unsubscription.objects.create(contact=Contact.objects.create(survey=survey, email=people[6].email), survey=survey)
    campaign = make_campaign(survey)
    tried = dry_run(campaign, now)
    campaign = run(start(campaign))
    rows = Invitation.objects.filter(campaign=campaign).values_list("status", "reason")
    done: dict[str, int] = {}
    for status, reason in rows:
        if status != "sent":
            done[reason] = done.get(reason, 0) + 1
    assert tried.skipped == done
    assert tried.asked == len(server.taken) == 42
    assert done == {
        "do_not_contact": 4, "unsubscribed": 8, "bounced": 5, "no_address": 2, "reserved_address": 2, "quarantine": 9,
    }  # fmt: skip


def test_a_dry_run_spreads_a_limit_over_the_days_on_which_the_window_opens(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Amsterdam"
    make_people(25)
    window: dict[str, Any] = {"window_days": [1, 5], "window_from": "09:00", "window_until": "17:00"}
    campaign = make_campaign(daily_limit=10, **window)
    campaign.refresh_from_db()
    friday = timezone.now().replace(year=2026, month=11, day=27, hour=12)
    tried = dry_run(campaign, friday)
    assert {str(day): count for day, count in tried.by_day.items()} == {
        "2026-11-27": 10, "2026-11-30": 10, "2026-12-04": 5,
    }  # fmt: skip
    repeating = make_campaign(name="All year", repeat_days=5)
    spread = dry_run(repeating, friday).by_day
    assert list(spread.values()) == [5] * 5
    assert max(spread) == (friday + timedelta(days=4)).date()

"""A campaign from its start to its end: recipients are frozen, asked once, reminded, counted."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from surveys.campaigns import asking
from surveys.campaigns.running import services
from surveys.campaigns.running.audience import NobodyToAsk
from surveys.campaigns.running.dry_run import dry_run
from surveys.campaigns.running.progress import Counts, counts_of, recipients
from surveys.contacts.segments.services import save_segment
from surveys.models import Asking, Campaign, Contact, Invitation, Sample, Segment
from surveys.services.surveys import update_survey
from tests.factories import make_answer, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.running.people import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    decided,
    make_campaign,
    make_people,
    run,
    start,
    statuses,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]


def test_a_campaign_asks_everybody_of_its_segment_once_and_finishes(server: MailServer) -> None:
    segment = save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}})
    danes = make_people(3, language="da")
    make_people(2, language="nl")
    campaign = start(make_campaign(segment=segment))
    assert campaign.status == "running"
    assert counts_of([campaign])[campaign.pk] == Counts(recipients=3, waiting=3)
    make_people(1, language="da")  # comes too late: recipients are frozen at the start
    run(campaign)
    assert sorted(mail["To"] for mail in server.taken) == sorted(str(person.email) for person in danes)
    assert (campaign.status, campaign.ended_at is not None) == ("finished", True)
    run(campaign)
    assert len(server.taken) == 3
    counts = counts_of([campaign])[campaign.pk]
    assert counts == Counts(recipients=3, sent=3)
    assert decided(campaign) == [("asked", "")] * 3
    assert all(person.last_asked_at for person in Contact.objects.filter(language="da", name__in=("C 0", "C 1", "C 2")))


def test_who_may_not_be_asked_is_skipped_and_who_was_asked_lately_is_held(server: MailServer) -> None:
    now = timezone.now()
    make_people(1)
    make_people(1, do_not_contact=True)
    make_people(1, unsubscribed_at=now)
    make_people(1, email=None)
    make_people(1, bounced_at=now)
    make_people(1, email="a@example.com")
    make_people(1, last_asked_at=now - 29 * DAY)
    campaign = run(start(make_campaign()))
    assert statuses(campaign) == [
        ("sent", ""), ("skipped", "do_not_contact"), ("skipped", "unsubscribed"), ("skipped", "no_address"),
        ("skipped", "bounced"), ("skipped", "reserved_address"), ("held", "quarantine"),
    ]  # fmt: skip
    assert campaign.status == "running", "somebody waits for the end of the quarantine"
    assert counts_of([campaign])[campaign.pk] == Counts(recipients=7, held=1, skipped=5, sent=1)
    assert len(recipients(campaign)) == 7
    with time_machine.travel(now + DAY - MINUTE, tick=False):
        Asking.objects.update(looked_at=timezone.now())
        assert run(campaign).status == "running"
    with time_machine.travel(now + DAY + MINUTE, tick=False):
        assert run(campaign).status == "finished"
    assert [mail["To"] for mail in server.taken] == ["c0@nordlys.dk", "c6@nordlys.dk"]


def test_what_is_left_when_a_campaign_is_stopped_is_skipped(server: MailServer) -> None:
    make_people(1)
    make_people(1, last_asked_at=timezone.now())
    campaign = start(make_campaign(daily_limit=1))
    asking.ask_due(timezone.now())  # queued, and not sent yet
    campaign = services.stop(campaign_id=campaign.pk, at=timezone.now())
    run(campaign)
    assert (campaign.status, statuses(campaign)) == ("stopped", [("skipped", "ended")] * 2)
    assert server.taken == []
    with pytest.raises(services.WrongState):
        services.resume(campaign_id=campaign.pk, at=timezone.now())


def test_a_pause_calls_back_what_is_queued_and_a_resume_sends_it(server: MailServer) -> None:
    make_people(3)
    campaign = start(make_campaign())
    asking.ask_due(timezone.now())
    assert Delivery.objects.filter(status="queued").count() == 3
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    run(campaign)
    assert (server.taken, campaign.status, campaign.paused_because) == ([], "paused", "person")
    assert counts_of([campaign])[campaign.pk].waiting == 3
    services.resume(campaign_id=campaign.pk, at=timezone.now())
    assert run(campaign).status == "finished"
    assert len(server.taken) == 3


def test_a_daily_limit_is_kept_and_the_next_day_goes_on(server: MailServer, settings: Any) -> None:
    make_people(5)
    settings.TIME_ZONE = "UTC"
    with time_machine.travel("2026-11-23T12:00Z", tick=False):
        asking.look(timezone.now())
        campaign = start(make_campaign(daily_limit=2))
        run(campaign)
        run(campaign)
        assert len(server.taken) == 2
    for when, total in (("2026-11-23T13:30Z", 2), ("2026-11-24T00:00:01Z", 4), ("2026-11-25T00:00:01Z", 5)):
        with time_machine.travel(when, tick=False):
            Asking.objects.update(looked_at=timezone.now())
            run(campaign)
            assert len(server.taken) == total
    assert campaign.status == "finished"


def test_a_window_is_open_by_the_clock_of_each_recipient(server: MailServer, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Amsterdam"
    make_people(1, time_zone="America/New_York")
    make_people(1, time_zone="Asia/Tokyo")
    make_people(1)
    weekdays: dict[str, Any] = {"window_days": [1, 2, 3, 4, 5], "window_from": time(9), "window_until": time(17)}
    with time_machine.travel("2026-11-22T20:00Z", tick=False):  # a Sunday, and Monday 5 in the morning in Tokyo
        asking.look(timezone.now())
        campaign = run(start(make_campaign(**weekdays)))
        assert server.taken == []
    for when, to in (
        ("2026-11-22T23:59:59Z", []), ("2026-11-23T00:00Z", ["c1"]), ("2026-11-23T07:59Z", ["c1"]),
        ("2026-11-23T08:00Z", ["c1", "c2"]), ("2026-11-23T14:00Z", ["c1", "c2", "c0"]),
    ):  # fmt: skip
        with time_machine.travel(when, tick=False):
            Asking.objects.update(looked_at=timezone.now())
            run(campaign)
            assert [str(mail["To"]).partition("@")[0] for mail in server.taken] == to
    assert campaign.status == "finished"


def test_reminders_go_to_those_who_did_not_answer(server: MailServer) -> None:
    begin = timezone.now()
    make_people(4, language="da")
    campaign = run(start(make_campaign(reminders=[7, 3])))
    assert campaign.status == "running", "reminders are to come"
    silent, quick, gone, doubtful = list(recipients(campaign))
    make_answer(campaign.survey, 9, contact=quick.contact, invitation_id=quick.pk)
    make_answer(campaign.survey, 2, contact=doubtful.contact, invitation_id=doubtful.pk, state="provisional")
    Contact.objects.filter(pk=gone.contact_id).update(unsubscribed_at=begin)
    server.taken.clear()
    for after, total in ((3 * DAY - MINUTE, 0), (3 * DAY + MINUTE, 1), (7 * DAY + MINUTE, 2), (60 * DAY, 2)):
        with time_machine.travel(begin + after, tick=False):
            Asking.objects.update(looked_at=timezone.now())
            run(campaign)
            assert len(server.taken) == total
    assert {str(mail["To"]) for mail in server.taken} == {silent.contact.email}
    assert all(str(mail["Subject"]).startswith("Påmindelse: ") for mail in server.taken)
    assert campaign.status == "finished"
    silent.contact.refresh_from_db()
    assert silent.contact.last_asked_at is not None
    assert silent.contact.last_asked_at < begin + HOUR, "a reminder moves nothing"
    assert counts_of([campaign])[campaign.pk] == Counts(recipients=4, sent=4, answered=2)


def test_who_answered_by_another_door_since_the_mail_is_not_reminded(server: MailServer) -> None:
    begin = timezone.now()
    make_people(3)
    campaign = make_campaign(reminders=[3])
    before, on_the_phone, silent = Contact.objects.order_by("pk")
    with time_machine.travel(begin - 90 * DAY, tick=False):
        make_answer(campaign.survey, 9, contact=before)
    run(start(campaign))
    make_answer(campaign.survey, 6, contact=on_the_phone, channel="phone")
    server.taken.clear()
    with time_machine.travel(begin + 3 * DAY + MINUTE, tick=False):
        Asking.objects.update(looked_at=timezone.now())
        run(campaign)
    assert {str(mail["To"]) for mail in server.taken} == {before.email, silent.email}
    assert campaign.status == "finished"


@pytest.mark.parametrize(("fields", "size"), [({"sample_count": 7}, 7), ({"sample_share": Decimal("0.25")}, 0)])
def test_a_sample_is_drawn_by_the_seed(fields: dict[str, Any], size: int, server: MailServer) -> None:
    make_people(400)
    one, other = make_campaign(**fields), make_campaign(**fields)
    Campaign.objects.filter(pk=other.pk).update(seed=one.seed)
    drawn = []
    for campaign in (one, other):
        start(campaign)
        drawn.append(set(recipients(campaign).values_list("contact", flat=True)))
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == size or 60 < len(drawn[0]) < 140
    another = start(make_campaign(**fields))
    assert set(recipients(another).values_list("contact", flat=True)) != drawn[0]


def test_a_start_that_cannot_be_says_why(server: MailServer, settings: Any) -> None:
    survey = make_survey()
    campaign = make_campaign(survey)
    with pytest.raises(NobodyToAsk, match="at least one customer"):
        start(campaign)
    make_people(1)
    for name, value, words in (
        ("MAIL_IS_STORED_ONLY", True, "EMAIL_URL is ''"),
        ("BOUNCE_ADDRESS", f"{'b' * 22}@nordlys.dk", "at most 21 octets"),
    ):
        before = getattr(settings, name)
        setattr(settings, name, value)
        with pytest.raises((asking.NoMailServer, services.CannotStart), match=words):
            start(campaign)
        setattr(settings, name, before)
    update_survey(survey, {"status": "paused"})
    with pytest.raises(services.CannotStart, match="a survey that is live"):
        start(campaign)
    update_survey(survey, {"status": "live"})
    assert start(campaign).status == "running"
    with pytest.raises(services.WrongState):
        start(campaign)
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    settings.MAIL_IS_STORED_ONLY = True
    with pytest.raises(asking.NoMailServer):
        services.resume(campaign_id=campaign.pk, at=timezone.now())


def test_a_campaign_starts_at_its_time(server: MailServer) -> None:
    now = timezone.now()
    make_people(1)
    campaign = start(make_campaign(start_at=now + HOUR), now)
    assert (campaign.status, campaign.started_at, Invitation.objects.count()) == ("scheduled", None, 0)
    with time_machine.travel(now + HOUR - SECOND, tick=False):
        assert run(campaign).status == "scheduled"
    with time_machine.travel(now + HOUR, tick=False):
        assert run(campaign).status == "finished"
    assert len(server.taken) == 1


def test_a_time_at_which_it_cannot_start_pauses_it(server: MailServer, settings: Any) -> None:
    now = timezone.now()
    make_people(1)
    campaign = start(make_campaign(start_at=now + HOUR), now)
    settings.MAIL_IS_STORED_ONLY = True
    with time_machine.travel(now + HOUR, tick=False):
        run(campaign)
    assert (campaign.status, campaign.paused_because) == ("paused", "not_started")
    assert "EMAIL_URL" in campaign.paused_detail


def test_campaigns_of_samples_are_passed_by(server: MailServer) -> None:
    make_people(1)
    survey = make_survey()
    campaign = start(make_campaign(survey))
    Sample.objects.create(survey_ids=[survey.pk])
    run(campaign)
    assert (server.taken, statuses(campaign)) == ([], [("waiting", "")])
    with pytest.raises(services.CannotStart, match="no sample"):
        start(make_campaign(survey))


def test_a_repeating_campaign_asks_everybody_once_in_its_days(server: MailServer, settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    make_people(40)
    survey = make_survey()
    update_survey(survey, {"quarantine_days": 3})
    by_day = []
    with time_machine.travel("2026-11-23T12:00Z", tick=False) as clock:
        campaign = make_campaign(survey, repeat_days=4)
        asking.look(timezone.now())
        start(campaign)
        for day in range(8):
            if day == 2:
                make_people(8)
            Asking.objects.update(looked_at=timezone.now())
            before = len(server.taken)
            run(campaign)
            run(campaign)
            by_day.append(len(server.taken) - before)
            clock.shift(DAY)
    assert all(by_day), by_day
    assert sum(by_day[:2]) + sum(by_day[2:4]) >= 40
    assert sum(by_day[4:]) == 48, "the second round, with who came in the first"
    assert max(by_day) < 30
    assert campaign.status == "running"
    assert max(Invitation.objects.filter(campaign=campaign).values_list("round", flat=True)) == 1


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"sample_share": Decimal("1.5")}, "sample_share"),
        ({"sample_share": Decimal("0.5"), "sample_count": 3}, "sample_count"),
        ({"sample_count": 3, "repeat_days": 90}, "sample_count"),
        ({"daily_limit": 0}, "daily_limit"),
        ({"reminders": [0]}, "reminders"),
        ({"reminders": [1, 2, 3, 4, 5, 6]}, "reminders"),
        ({"reminders": [90], "repeat_days": 90}, "reminders"),
        ({"window_days": [1]}, "window"),
        ({"window_days": [], "window_from": time(9), "window_until": time(10)}, "window"),
        ({"window_days": [8], "window_from": time(9), "window_until": time(10)}, "window"),
        ({"window_days": [1], "window_from": time(10), "window_until": time(9)}, "window"),
        ({"name": " "}, "name"),
    ],
)
def test_what_a_campaign_cannot_be_is_refused_by_name(fields: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_campaign(**fields)
    assert set(refused.value.message_dict) == {fault}


def test_after_the_start_its_recipients_stay_and_its_pace_may_change(server: MailServer) -> None:
    make_people(1)
    campaign = start(make_campaign())
    with pytest.raises(services.WrongState, match="daily_limit, name, window"):
        services.save_campaign(campaign, {"sample_count": 3})
    saved = services.save_campaign(campaign, {"name": "Winter", "daily_limit": 5, "sample_count": None})
    assert (saved.name, saved.daily_limit) == ("Winter", 5)
    with pytest.raises(services.WrongState):
        services.delete_draft(campaign_id=campaign.pk)
    services.delete_draft(campaign_id=make_campaign().pk)
    assert Campaign.objects.count() == 1


def test_it_asks_only_customers_whom_its_maker_may_see(server: MailServer) -> None:
    team = Team.objects.create(name="North")
    manager = make_user("nina", "manager", all_teams=False)
    manager.teams.add(team)
    people = make_people(3)
    Contact.objects.filter(pk=people[0].pk).update(team=team)
    campaign = make_campaign()
    update_survey(campaign.survey, {"team": team})
    Campaign.objects.filter(pk=campaign.pk).update(created_by=manager)
    campaign = Campaign.objects.get(pk=campaign.pk)
    assert dry_run(campaign, timezone.now()).asked == 1
    start(campaign)
    assert list(recipients(campaign).values_list("contact", flat=True)) == [people[0].pk]

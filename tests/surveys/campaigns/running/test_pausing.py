"""A campaign pauses by itself, and a person lets it go on; whoever got no mail for sure can be asked still."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery
from surveys.campaigns import asking
from surveys.campaigns.pacing.guard import guard
from surveys.campaigns.running import services
from surveys.campaigns.running.audience import NobodyToAsk
from surveys.models import Asking, Campaign, Contact, Invitation
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.running.people import DAY, HOUR, MINUTE, SECOND, make_campaign, make_people, run, start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]


def recipients(campaign: Campaign, count: int, **fields: object) -> None:
    Invitation.objects.bulk_create(
        Invitation(campaign=campaign, survey=campaign.survey, contact=person, channel="email", **fields)
        for person in make_people(count)
    )


def running(**fields: object) -> Campaign:
    campaign = make_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(status="running", started_at=timezone.now(), **fields)
    campaign.refresh_from_db()
    return campaign


def resume(campaign: Campaign, at: datetime | None = None) -> Campaign:
    return services.resume(campaign_id=campaign.pk, at=at or timezone.now())


def test_who_was_queued_when_it_is_stopped_was_not_asked_and_can_be_asked_by_the_next(server: MailServer) -> None:
    before = timezone.now() - 60 * DAY
    people = make_people(3)
    Contact.objects.filter(pk=people[0].pk).update(last_asked_at=before)
    campaign, now = start(make_campaign()), timezone.now()
    assert asking.ask_due(now)
    assert set(Contact.objects.values_list("last_asked_at", flat=True)) == {now}
    in_flight = Delivery.objects.get(to_address="c2@nordlys.dk")
    Delivery.objects.filter(pk=in_flight.pk).update(status="in_flight", claimed_at=now)
    services.stop(campaign_id=campaign.pk, at=now)
    asked = list(Contact.objects.order_by("pk").values_list("last_asked_at", flat=True))
    assert asked == [before, None, now]  # the last one's mail may leave still
    other = run(start(make_campaign(name="Winter")))
    assert sorted(str(mail["To"]) for mail in server.taken) == ["c0@nordlys.dk", "c1@nordlys.dk"]
    assert services.send_to_missing(campaign_id=campaign.pk, at=timezone.now()) == 3
    run(campaign)
    assert len(server.taken) == 2  # the rules hold whom the other one asked
    assert Invitation.objects.filter(campaign=campaign, status="held", reason="quarantine").count() == 2
    assert other.status == "running"


def test_who_is_sent_to_after_a_stop_gets_one_mail_and_counts_as_asked(server: MailServer) -> None:
    make_people(2)
    campaign, now = start(make_campaign()), timezone.now()
    asking.ask_due(now)
    services.stop(campaign_id=campaign.pk, at=now)
    assert not Contact.objects.exclude(last_asked_at=None).exists()
    assert services.send_to_missing(campaign_id=campaign.pk, at=timezone.now()) == 2
    assert run(campaign).status == "finished"
    assert sorted(str(mail["To"]) for mail in server.taken) == ["c0@nordlys.dk", "c1@nordlys.dk"]
    assert not Contact.objects.filter(last_asked_at=None).exists()


def test_who_is_refused_for_good_was_not_asked_and_who_waits_for_a_person_still_is(server: MailServer) -> None:
    refusals = {"c0@nordlys.dk": "550 5.1.1 Nobody", "c1@nordlys.dk": "550 5.2.2 Full"}
    server.on_rcpt = lambda address: refusals.get(address, "250 OK")
    make_people(3)
    run(start(make_campaign()))
    asked = list(Contact.objects.order_by("pk").values_list("last_asked_at", flat=True))
    assert asked[:2] == [None, None]
    assert asked[2] is not None


def test_a_refusal_by_policy_pauses_it_in_the_servers_words_and_marks_nobody(server: MailServer) -> None:
    server.on_rcpt = lambda _address: "550 5.7.26 Unauthenticated sender"
    make_people(3)
    campaign = run(start(make_campaign()))
    assert (campaign.status, campaign.paused_because) == ("paused", "policy")
    assert "5.7.26 Unauthenticated sender" in campaign.paused_detail
    assert not Contact.objects.exclude(bounced_at=None).exists()
    server.on_rcpt = lambda _address: "250 OK"
    resume(campaign)
    assert run(campaign).status == "finished"
    assert sorted(str(mail["To"]) for mail in server.taken) == ["c0@nordlys.dk", "c1@nordlys.dk", "c2@nordlys.dk"]


@pytest.mark.parametrize(
    ("sent", "bounced", "cause"), [(46, 3, ""), (47, 3, "bounces"), (57, 3, ""), (56, 4, "bounces")]
)
def test_more_than_five_in_a_hundred_of_fifty_that_came_back_pause_it(sent: int, bounced: int, cause: str) -> None:
    campaign, now = running(), timezone.now()
    recipients(campaign, sent, status="sent", sent_at=now)
    recipients(campaign, bounced, status="bounced", reason="bounced")
    assert guard(campaign.pk, now) == cause
    campaign.refresh_from_db()
    assert (campaign.status, campaign.paused_because) == (("paused", cause) if cause else ("running", ""))


@pytest.mark.parametrize(("sent", "cause"), [(998, ""), (999, "complaints"), (1000, "")])
def test_a_complaint_of_a_thousand_pauses_it_once(sent: int, cause: str, server: MailServer) -> None:
    campaign, now = running(), timezone.now()
    recipients(campaign, sent, status="sent", sent_at=now, asked_at=now - MINUTE)
    recipients(campaign, 1, status="sent", sent_at=now, asked_at=now - MINUTE, complained_at=now)
    assert guard(campaign.pk, now) == cause
    if cause:
        resume(campaign)
        assert guard(campaign.pk, now) == "", "a person has seen it"


def test_what_nobody_looked_at_for_two_hours_waits_for_a_person(server: MailServer) -> None:
    now = timezone.now()
    make_people(2)
    campaign, later = start(make_campaign(), now), start(make_campaign(start_at=now + HOUR), now)
    for after, statuses in ((2 * HOUR, ["running", "scheduled"]), (2 * HOUR + MINUTE, ["paused", "scheduled"])):
        Asking.objects.update(looked_at=now)
        with time_machine.travel(now + after, tick=False):
            asking.look(timezone.now())
        campaign.refresh_from_db()
        later.refresh_from_db()
        assert [campaign.status, later.status] == statuses
    Asking.objects.update(looked_at=now)
    with time_machine.travel(now + 3 * HOUR + MINUTE, tick=False):
        run(later)
        assert (later.status, later.paused_because, campaign.paused_because) == ("paused", "late", "late")
        assert server.taken == []
        resume(campaign)
        assert run(campaign).status == "finished"
        assert resume(later).status == "running"


def test_a_closed_window_a_limit_and_a_pause_are_not_late(server: MailServer) -> None:
    with time_machine.travel("2026-11-27T18:00Z", tick=False):
        now = timezone.now()
        make_people(3)
        Asking.objects.update(looked_at=now)
        closed = start(make_campaign(window_days=[1], window_from="09:00", window_until="10:00"), now)
        limited = run(start(make_campaign(daily_limit=1), now))
        assert len(server.taken) == 1
    with time_machine.travel("2026-11-27T22:00Z", tick=False):
        Asking.objects.update(looked_at=now)
        asking.look(timezone.now())
    for campaign in (closed, limited):
        campaign.refresh_from_db()
        assert campaign.status == "running"


def test_a_restore_pauses_everything(server: MailServer) -> None:
    make_people(2)
    campaign = start(make_campaign())
    asking.ask_due(timezone.now())
    asking.hold_everything(timezone.now())
    run(campaign)
    assert (campaign.status, campaign.paused_because, server.taken) == ("paused", "restored", [])
    resume(campaign)
    assert run(campaign).status == "finished"
    assert len(server.taken) == 2


def test_send_to_the_missing_asks_whom_nothing_speaks_against_and_never_the_unknown(server: MailServer) -> None:
    campaign, now = running(), timezone.now()
    for fields in (
        {"status": "skipped", "reason": "ended"}, {"status": "skipped", "reason": "survey_not_live"},
        {"status": "bounced", "reason": "refused", "bounced_at": now}, {"status": "unknown"},
        {"status": "skipped", "reason": "unsubscribed"}, {"status": "sent", "sent_at": now}, {"status": "revoked"},
    ):  # fmt: skip
        recipients(campaign, 1, **fields)
    Contact.objects.filter(invitations__reason="unsubscribed").update(unsubscribed_at=now)
    assert run(campaign).status == "finished"
    assert services.send_to_missing(campaign_id=campaign.pk, at=timezone.now()) == 3
    assert run(campaign).status == "finished"
    assert [str(mail["To"]) for mail in server.taken] == ["c0@nordlys.dk", "c1@nordlys.dk", "c2@nordlys.dk"]
    with pytest.raises(NobodyToAsk):
        services.send_to_missing(campaign_id=campaign.pk, at=timezone.now())


def test_two_campaigns_ask_a_person_once(server: MailServer) -> None:
    make_people(1)
    one, other = start(make_campaign()), start(make_campaign())
    run(one)
    run(other)
    assert len(server.taken) == 1
    assert Invitation.objects.filter(status="held", reason="quarantine").count() == 1
    held = Invitation.objects.get(status="held")
    assert held.held_until is not None
    assert timedelta(0) <= held.held_until - timezone.now() - 30 * DAY + HOUR <= HOUR
    assert sending.send_due(timezone.now() + SECOND) == 0


def test_a_refusal_that_nobody_heard_of_before_the_resume_says_nothing_any_more(server: MailServer) -> None:
    """The worker died between the two: the mail is queued again, and tells of itself when it left."""
    make_people(1)
    campaign = start(make_campaign())
    asking.ask_due(timezone.now())
    Delivery.objects.update(status="failed", refused_as="policy", to_announce=True, claimed_at=timezone.now() - HOUR)
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    resume(campaign)
    assert run(campaign).status == "finished"
    assert (Invitation.objects.get().status, len(server.taken)) == ("sent", 1)

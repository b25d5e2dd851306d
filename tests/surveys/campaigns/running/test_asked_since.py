"""A mail that was queued and held up does not go out to who was asked, or has answered, since."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.inbound.events import MailEvent, Outcome, take
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.refusals import RefusedAs
from surveys.campaigns import asking
from surveys.campaigns.mail_keys import about
from surveys.campaigns.running import reminders, services
from surveys.campaigns.running.audience import NobodyToAsk
from surveys.models import Asking, Contact, Invitation
from tests.factories import make_answer, make_survey
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.running.people import (
    DAY,
    MINUTE,
    SECOND,
    make_campaign,
    make_people,
    run,
    start,
    statuses,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]


def later(after: timedelta) -> Any:
    """The clock some time on, of a product that was never off."""
    return time_machine.travel(timezone.now() + after, tick=False)


def looked_now() -> None:
    Asking.objects.update(looked_at=timezone.now())


def test_whom_another_campaign_asked_during_a_pause_is_held_when_it_goes_on(server: MailServer) -> None:
    make_people(1)
    campaign = start(make_campaign())
    asking.ask_due(timezone.now())
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    with later(31 * DAY):
        looked_now()
        run(start(make_campaign(name="Winter")))
        assert len(server.taken) == 1
        services.resume(campaign_id=campaign.pk, at=timezone.now())
        run(campaign)
        assert len(server.taken) == 1
        assert statuses(campaign) == [("held", "quarantine")]


def test_another_row_of_the_same_person_that_was_asked_since_holds_it_too(server: MailServer) -> None:
    [person] = make_people(1)
    survey = make_survey()
    campaign = start(make_campaign(survey))
    asking.ask_due(timezone.now())
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    with later(31 * DAY):
        looked_now()
        Contact.objects.create(email=person.email, survey=survey, last_asked_at=timezone.now())
        services.resume(campaign_id=campaign.pk, at=timezone.now())
        run(campaign)
        assert (len(server.taken), statuses(campaign)) == (0, [("held", "quarantine")])


def test_whom_somebody_asked_since_is_judged_again_when_a_person_lets_the_held_mail_go(server: MailServer) -> None:
    [person] = make_people(1)
    survey = make_survey()
    server.on_rcpt = lambda _address: "550 5.7.1 Policy"
    invitation = asking.ask_by_mail(survey=survey, contact=person, at=timezone.now())
    sending.send_due(timezone.now() + SECOND)
    server.on_rcpt = lambda _address: "250 OK"
    with later(31 * DAY):
        looked_now()
        asking.ask_by_mail(survey=survey, contact=person, at=timezone.now())
        sending.send_due(timezone.now() + SECOND)
        assert len(server.taken) == 1
        let_go = asking.let_go(invitation_id=invitation.pk, at=timezone.now())
        sending.send_due(timezone.now() + SECOND)
        assert (len(server.taken), let_go.status, let_go.reason) == (1, "skipped", "quarantine")


def test_who_answers_while_the_mail_is_tried_again_is_not_asked_any_more(server: MailServer) -> None:
    [person] = make_people(1)
    survey = make_survey()
    server.on_rcpt = lambda _address: "451 4.3.0 Later"
    invitation = asking.ask_by_mail(survey=survey, contact=person, at=timezone.now())
    sending.send_due(timezone.now() + SECOND)
    server.on_rcpt = lambda _address: "250 OK"
    with later(10 * MINUTE):
        looked_now()
        make_answer(survey, 9, contact=person, channel="phone")
        Contact.objects.filter(pk=person.pk).update(last_asked_at=timezone.now(), last_answered_at=timezone.now())
        sending.send_due(timezone.now() + SECOND)
        invitation.refresh_from_db()
        assert (len(server.taken), invitation.status, invitation.reason) == (0, "skipped", "quarantine")
        person.refresh_from_db()
        assert person.last_asked_at == timezone.now()


def test_who_answers_by_phone_while_a_queued_reminder_is_held_up_is_not_reminded(server: MailServer) -> None:
    people = make_people(2)
    campaign = run(start(make_campaign(reminders=[3])))
    server.taken.clear()
    with later(3 * DAY + MINUTE):
        looked_now()
        assert reminders.remind_due(timezone.now()) == 2
        services.pause(campaign_id=campaign.pk, at=timezone.now())
        sending.send_due(timezone.now() + SECOND)
        assert server.taken == []
    with later(4 * DAY):
        looked_now()
        make_answer(campaign.survey, 9, contact=people[0], channel="phone")
        services.resume(campaign_id=campaign.pk, at=timezone.now())
        run(campaign)
        assert [str(mail["To"]) for mail in server.taken] == [people[1].email]
        assert [status for status, _reason in statuses(campaign)] == ["sent", "sent"]


def test_a_stopped_campaign_reminds_nobody_even_when_its_missing_are_asked(server: MailServer) -> None:
    make_people(3)
    server.on_rcpt = lambda address: "550 5.2.2 Full" if address.startswith("c0@") else "250 OK"
    campaign = run(start(make_campaign(reminders=[7])))
    assert len(server.taken) == 2
    services.stop(campaign_id=campaign.pk, at=timezone.now())
    run(campaign)
    server.on_rcpt = lambda _address: "250 OK"
    server.taken.clear()
    with later(90 * DAY):
        looked_now()
        assert services.send_to_missing(campaign_id=campaign.pk, at=timezone.now()) == 1
        run(campaign)
        assert [str(mail["To"]) for mail in server.taken] == ["c0@nordlys.dk"]
        assert Invitation.objects.filter(campaign=campaign, remind_at__isnull=False).count() == 1, "of the new mail"


def test_a_mail_that_left_and_came_back_later_is_not_missing_and_holds_nothing_up(server: MailServer) -> None:
    """Some servers deliver a mail, and then report the address that it was forwarded to as full."""
    make_people(1)
    campaign = run(start(make_campaign()))
    invitation = Invitation.objects.get()
    take(MailEvent(Outcome.BOUNCED, about(invitation.pk), timezone.now(), RefusedAs.FULL), "here")
    with pytest.raises(NobodyToAsk):
        services.send_to_missing(campaign_id=campaign.pk, at=timezone.now())
    assert run(campaign).status == "finished"
    assert (len(server.taken), statuses(campaign)) == (1, [("bounced", "refused")])
    assert Delivery.objects.count() == 1


def test_reminders_that_came_due_during_a_pause_do_not_go_out_one_after_the_other(server: MailServer) -> None:
    make_people(1)
    campaign = run(start(make_campaign(reminders=[3, 7])))
    services.pause(campaign_id=campaign.pk, at=timezone.now())
    begin = timezone.now()
    for day, mails in ((10, 2), (12, 3)):
        with time_machine.travel(begin + day * DAY + MINUTE, tick=False):
            looked_now()
            if day == 10:
                services.resume(campaign_id=campaign.pk, at=timezone.now())
            for _look in range(2):
                run(campaign)
            assert len(server.taken) == mails, day
    assert campaign.status == "finished"


def test_a_reminder_does_not_follow_one_that_is_still_on_its_way(server: MailServer) -> None:
    make_people(1)
    campaign = run(start(make_campaign(reminders=[3, 7])))
    begin = timezone.now()
    with time_machine.travel(begin + 3 * DAY + MINUTE, tick=False):
        looked_now()
        assert reminders.remind_due(timezone.now()) == 1
        services.pause(campaign_id=campaign.pk, at=timezone.now())
    with time_machine.travel(begin + 9 * DAY, tick=False):
        looked_now()
        services.resume(campaign_id=campaign.pk, at=timezone.now())
        run(campaign)
        run(campaign)
        assert len(server.taken) == 2

"""What comes back of a mail that asked marks the invitation and the customer, in whatever order it comes."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from nps_project.accounts.links import make_address_token
from nps_project.deliveries import handing_over
from nps_project.deliveries.inbound import addresses, events, sources
from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.refusals import RefusedAs
from surveys.campaigns import asking, mail_keys
from surveys.campaigns.returning import arriving
from surveys.models import Contact, Invitation
from surveys.signals import ask_came_back
from tests.factories import make_answer, make_survey
from tests.nps_project.deliveries.mail_server import MailServer
from tests.surveys.campaigns.test_asking import make_customer, now_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]

DAY = timedelta(days=1)


@pytest.fixture
def asked(server: MailServer) -> Invitation:
    """An invitation whose mail was taken by the mail server."""
    invitation = asking.ask_by_mail(survey=make_survey(), contact=make_customer(), at=timezone.now())
    send()
    return now_of(invitation)


def tell(invitation: Invitation, outcome: Outcome, kind: RefusedAs | None = None, part: str = "") -> bool:
    event = MailEvent(outcome, mail_keys.about(invitation.pk), timezone.now(), kind)
    return events.take(event, part or str(kind))


def state(invitation: Invitation) -> tuple[str, str, bool, bool]:
    row = Invitation.objects.select_related("contact").get(pk=invitation.pk)
    return row.status, row.reason, row.contact.bounced_at is not None, row.contact.unsubscribed_at is not None


@pytest.mark.parametrize(
    ("outcome", "kind", "found"),
    [
        (Outcome.DELIVERED, None, ("delivered", "", False, False)),
        (Outcome.BOUNCED, RefusedAs.ADDRESS, ("bounced", "bounced", True, False)),
        (Outcome.BOUNCED, RefusedAs.POLICY, ("bounced", "policy", False, False)),
        (Outcome.BOUNCED, RefusedAs.SOFT, ("bounced", "refused", False, False)),
        (Outcome.BOUNCED, RefusedAs.FULL, ("bounced", "refused", False, False)),
        (Outcome.COMPLAINED, None, ("sent", "", False, True)),
        (Outcome.UNSUBSCRIBED, None, ("sent", "", False, True)),
    ],
)
def test_each_outcome_marks_what_it_is_about(
    asked: Invitation, outcome: Outcome, kind: RefusedAs | None, found: tuple[str, str, bool, bool]
) -> None:
    tell(asked, outcome, kind)
    assert state(asked) == found
    assert not tell(asked, outcome, kind) or outcome == Outcome.DELIVERED
    assert state(asked) == found
    softly = kind in (RefusedAs.SOFT, RefusedAs.FULL)
    assert Contact.objects.get().soft_bounces == (1 if softly else 0)


ALL = [
    (Outcome.DELIVERED, None),
    (Outcome.BOUNCED, RefusedAs.SOFT),
    (Outcome.BOUNCED, RefusedAs.ADDRESS),
    (Outcome.COMPLAINED, None),
]


@pytest.mark.parametrize("order", list(permutations(ALL)))
def test_whatever_the_order_the_end_is_the_same(
    asked: Invitation, order: tuple[tuple[Outcome, RefusedAs | None], ...]
) -> None:
    for outcome, kind in (*order, *order):
        tell(asked, outcome, kind)
    assert state(asked) == ("bounced", "bounced", True, True)
    assert now_of(asked).complained_at is not None


def test_a_word_that_is_quicker_than_the_service_itself_stands(server: MailServer) -> None:
    invitation = asking.ask_by_mail(survey=make_survey(), contact=make_customer(), at=timezone.now())
    tell(invitation, Outcome.BOUNCED, RefusedAs.ADDRESS)
    send()
    assert state(invitation)[:3] == ("bounced", "bounced", True)
    assert server.taken == []


def test_a_mail_of_unknown_end_that_arrived_is_delivered(asked: Invitation) -> None:
    Invitation.objects.update(status="unknown", sent_at=None)
    tell(asked, Outcome.DELIVERED)
    found = now_of(asked)
    assert found.status == "delivered"
    assert found.sent_at is not None
    assert found.delivered_at is not None


def test_an_answer_stays_an_answer(asked: Invitation) -> None:
    make_answer(asked.survey, 9, contact=asked.contact, invitation_id=asked.pk)
    for outcome, kind in ALL:
        tell(asked, outcome, kind)
    assert now_of(asked).status == "answered"


def test_a_bounce_of_an_address_that_is_theirs_no_more_marks_nobody(asked: Invitation) -> None:
    Contact.objects.update(email="new@nordlys.dk")
    tell(asked, Outcome.BOUNCED, RefusedAs.ADDRESS)
    assert state(asked) == ("bounced", "bounced", False, False)


@pytest.mark.parametrize(
    ("outcome", "kind", "reason"),
    [
        (Outcome.BOUNCED, RefusedAs.ADDRESS, "bounced"),
        (Outcome.COMPLAINED, None, "unsubscribed"),
        (Outcome.UNSUBSCRIBED, None, "unsubscribed"),
    ],
)
def test_it_stops_mails_that_are_queued_already(
    server: MailServer, asked: Invitation, outcome: Outcome, kind: RefusedAs | None, reason: str
) -> None:
    Contact.objects.update(last_asked_at=timezone.now() - 40 * DAY)
    again = asking.ask_by_mail(survey=make_survey("winter"), contact=Contact.objects.get(), at=timezone.now())
    assert again.status == "waiting"
    tell(asked, outcome, kind)
    send()
    assert state(again)[:2] == ("skipped", reason)
    assert len(server.taken) == 1


def test_five_soft_ones_in_a_row_over_ten_days_count_as_bounced_and_a_good_one_ends_the_row(
    server: MailServer, asked: Invitation
) -> None:
    sources.heard("postmark", timezone.now())
    contact = Contact.objects.get()
    survey = make_survey("winter")
    for number in range(4):
        Contact.objects.update(last_asked_at=timezone.now() - 40 * DAY)
        invitation = asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now())
        send()
        tell(invitation, Outcome.BOUNCED, RefusedAs.SOFT)
        assert Contact.objects.get().soft_bounces == number + 1  # a mail that only left ends no row
    tell(asked, Outcome.DELIVERED)  # it left before those that came back
    assert Contact.objects.get().soft_bounces == 4
    Contact.objects.update(last_asked_at=timezone.now() - 40 * DAY)
    good = asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now())
    send()
    tell(good, Outcome.DELIVERED)
    assert Contact.objects.get().soft_bounces == 0
    Contact.objects.update(soft_bounces=4, soft_bounced_since=timezone.now() - 11 * DAY, last_asked_at=None)
    last = asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now())
    send()
    tell(last, Outcome.BOUNCED, RefusedAs.SOFT)
    assert Contact.objects.get().bounced_at is not None


def test_whoever_runs_a_campaign_hears_of_it(asked: Invitation, django_capture_on_commit_callbacks: Any) -> None:
    heard = []

    def hear(sender: type, **told: Any) -> None:
        heard.append((told["invitation_id"], str(told["outcome"]), str(told["reason"])))

    ask_came_back.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            tell(asked, Outcome.BOUNCED, RefusedAs.POLICY)
            tell(asked, Outcome.COMPLAINED)
            tell(asked, Outcome.COMPLAINED, part="again")
    finally:
        ask_came_back.disconnect(hear)
    assert heard == [(asked.pk, "bounced", "policy"), (asked.pk, "complained", "")]


def test_a_token_in_an_address_says_what_it_is_for(asked: Invitation) -> None:
    for purpose, use in (("bounce", addresses.Use.BOUNCE), ("unsubscribe-now", addresses.Use.UNSUBSCRIBE)):
        token = make_address_token(purpose, asked.public_id)
        for written in (token, token.upper()):
            assert addresses.meaning_of(written) == addresses.Meaning(use, mail_keys.about(asked.pk))
        forged = token[:-1] + ("a" if token[-1] != "a" else "q")
        assert addresses.meaning_of(forged) is None
    for nothing in ("", "x" * 42, make_address_token("r", asked.public_id)):
        assert addresses.meaning_of(nothing) is None


def test_mails_about_something_else_are_left_alone(asked: Invitation) -> None:
    event = MailEvent(Outcome.BOUNCED, "ticket:1", timezone.now(), RefusedAs.ADDRESS)
    assert events.take(event)
    assert state(asked)[0] == "sent"
    assert Delivery.objects.count() == 1
    assert handing_over.message_id_of(Delivery.objects.get())


def test_a_mail_that_did_not_come_back_in_three_days_has_arrived_where_bounces_are_read(asked: Invitation) -> None:
    assert asked.sent_at is not None
    due = asked.sent_at + timedelta(hours=72)
    assert arriving.mark_arrived(due) == 0  # nobody would have seen it come back
    sources.heard("postmark", due)
    Contact.objects.update(soft_bounces=2, soft_bounced_since=asked.sent_at - DAY)
    assert arriving.mark_arrived(due - timedelta(seconds=1)) == 0
    assert arriving.mark_arrived(due) == 1
    assert arriving.mark_arrived(due) == 0
    assert (now_of(asked).status, now_of(asked).delivered_at) == ("delivered", due)
    assert Contact.objects.get().soft_bounces == 0
    tell(asked, Outcome.BOUNCED, RefusedAs.ADDRESS)  # so late, and still it counts
    assert state(asked)[:3] == ("bounced", "bounced", True)


def test_a_silent_source_counts_as_none(asked: Invitation) -> None:
    assert asked.sent_at is not None
    sources.heard("postmark", asked.sent_at)
    assert arriving.mark_arrived(asked.sent_at + 4 * DAY) == 0
    assert now_of(asked).status == "sent"


def test_a_mail_that_arrived_ends_no_row_of_bounces_that_came_later(asked: Invitation) -> None:
    assert asked.sent_at is not None
    sources.heard("postmark", asked.sent_at + 3 * DAY)
    Contact.objects.update(soft_bounces=1, soft_bounced_since=asked.sent_at + DAY)
    Invitation.objects.create(
        survey=asked.survey, contact=asked.contact, channel="email", status="bounced",
        sent_at=asked.sent_at + DAY, bounced_at=asked.sent_at + DAY,
    )  # fmt: skip
    assert arriving.mark_arrived(asked.sent_at + 3 * DAY) == 1
    assert Contact.objects.get().soft_bounces == 1

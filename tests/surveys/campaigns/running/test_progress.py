"""What the list of campaigns tells of each is what its recipients say, counted days or not, whatever changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from surveys.campaigns.running.progress import Briefly, brief_counts_of, counts_of
from surveys.models import Campaign, Contact, Invitation, InvitationChannel, InvitationStatus
from surveys.tallying.days import counting as days
from surveys.tallying.models import AskCount
from tests.surveys.campaigns.running.people import DAY, HOUR, make_campaign, make_people

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ASKED = NOW - 10 * DAY


def make_recipients(campaign: Campaign, people: list[Contact]) -> None:
    """One in every state, asked over some days, and one each of today."""
    for number, status in enumerate([*InvitationStatus.values, *InvitationStatus.values]):
        at = NOW if number >= len(InvitationStatus.values) else ASKED + number % 3 * DAY
        Invitation.objects.create(
            campaign=campaign, survey=campaign.survey, contact=people[number], status=status, created_at=at,
            channel=InvitationChannel.EMAIL, sent_at=at + HOUR if status in ("sent", "delivered", "answered") else None,
        )  # fmt: skip


@pytest.fixture
def campaigns() -> list[Campaign]:
    """Two with recipients, and one without."""
    made = [make_campaign(name=name) for name in ("Autumn", "Winter", "Spring")]
    for campaign in made[:2]:
        make_recipients(campaign, make_people(2 * len(InvitationStatus.values)))
    return made


def by_recipients(campaigns: list[Campaign]) -> dict[int, Briefly]:
    """The same from every recipient."""
    return {pk: Briefly(found.recipients, found.sent, found.answered) for pk, found in counts_of(campaigns).items()}


CHANGES: dict[str, Callable[[list[Campaign]], object]] = {
    "nothing": lambda found: None,
    "an answer comes": lambda found: _first(found, "delivered").update(status="answered", answered_at=NOW),
    "a mail comes back": lambda found: _first(found, "sent").update(status="bounced"),
    "a mail leaves": lambda found: _first(found, "waiting").update(status="sent", sent_at=NOW),
    "one is not asked": lambda found: _first(found, "held").update(status="skipped"),
    "one is deleted": lambda found: _first(found, "answered").delete(),
    "more join": lambda found: make_recipients(found[2], make_people(2 * len(InvitationStatus.values))),
}


def _first(campaigns: list[Campaign], status: str) -> QuerySet[Invitation]:
    chosen = Invitation.objects.filter(campaign=campaigns[0], status=status).order_by("created_at")[:1]
    return Invitation.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))


@pytest.mark.parametrize("what", CHANGES)
def test_the_list_counts_what_every_recipient_says(campaigns: list[Campaign], what: str) -> None:
    n = 2 * len(InvitationStatus.values)
    found = brief_counts_of(campaigns)
    assert found == by_recipients(campaigns)
    assert [(one.recipients, one.sent, one.answered) for one in found.values()] == [(n, 8, 2), (n, 8, 2), (0, 0, 0)]
    days.go_on(NOW)
    assert brief_counts_of(campaigns) == found
    CHANGES[what](campaigns)
    changed = brief_counts_of(campaigns)
    assert changed == by_recipients(campaigns)
    assert (changed == found) == (what in ("nothing", "a mail comes back", "one is not asked"))
    days.go_on(NOW + timedelta(minutes=5))
    assert brief_counts_of(campaigns) == changed


def test_days_that_are_counted_are_not_read_from_their_recipients(campaigns: list[Campaign]) -> None:
    days.go_on(NOW)
    AskCount.objects.update(mailed=1_000)
    assert brief_counts_of(campaigns)[campaigns[0].pk].sent > 1_000


def test_of_no_campaign_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert brief_counts_of([]) == {}

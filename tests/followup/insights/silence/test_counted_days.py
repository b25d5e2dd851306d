"""Asks that are counted by day say what the asks themselves say, whatever happens to them."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from followup.insights.figures.periods import Period
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.read import read
from nps_project.accounts.models import Team, User
from nps_project.privacy import erasing
from nps_project.privacy.models import Kind
from surveys.contacts.services import save_contact
from surveys.models import Campaign, Invitation, Response, Survey
from surveys.services import decisions
from surveys.tallying.days import counting as days
from surveys.tallying.models import AskCount, CountedDay
from tests.factories import make_survey, make_user
from tests.followup.insights.silence.cases import ASKED, NOW, ask, make_campaign

pytestmark = pytest.mark.django_db
BY = ("language", "company", "account_manager", "channel", "survey", "team")
WEIGHED = ("language", "company", "account_manager")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def manager() -> User:
    surveys = make_survey("north", Team.objects.create(name="North")), make_survey("south")
    for number, survey in enumerate(surveys):
        campaign = make_campaign(survey)
        ask(survey, [9, 3, 7, None, None, 1] * 2, campaign, account_manager="a@example.com", language="nl")
        ask(survey, [None, 10, 5] * 4, traits={"company": f"Fjord {number}"})
    Invitation.objects.filter(pk__in=[one.pk for one in Invitation.objects.all()[::7]]).update(channel="link")
    for number, one in enumerate(Invitation.objects.order_by("pk")):
        moved = ASKED + timedelta(hours=7 * number)
        Invitation.objects.filter(pk=one.pk).update(sent_at=moved)
    return make_user("mia", "manager", all_teams=True)


def figures(user: User) -> list[Any]:
    period = Period((ASKED - DAY).date(), NOW.date())
    part = Period((ASKED + 2 * DAY).date(), (ASKED + 5 * DAY).date())
    every, one = Survey.objects.all(), Survey.objects.filter(slug="south")
    of_one = Scope(one, period, Campaign.objects.get(survey__slug="south"))
    asked = [(Scope(every, period), by) for by in BY] + [(Scope(every, part), "language"), (of_one, "channel")]
    return [read(scope, user, by=by, weigh=WEIGHED[number % 3]) for number, (scope, by) in enumerate(asked)]


def count_all() -> None:
    days.go_on(NOW)
    assert days.differing_days() == []
    assert not days.COUNT.due(NOW).exists()


def test_counted_days_say_what_the_asks_say(manager: User) -> None:
    by_asks = figures(manager)
    count_all()
    assert figures(manager) == by_asks
    assert by_asks[0].funnel.whole.asked == 45
    AskCount.objects.update(asked=1000)  # so that it shows where they are read from
    assert figures(manager)[0].funnel.whole.asked > 1000


CHANGES: dict[str, Callable[[Random], Any]] = {
    "a mail came back": lambda random: _some(random).update(status="bounced"),
    "a mail arrived": lambda random: _some(random).update(delivered_at=NOW),
    "a link was revoked": lambda random: _some(random).update(status="revoked"),
    "it was of another day": lambda random: _some(random).update(sent_at=ASKED + 3 * DAY),
    "it is of another survey": lambda random: _some(random).update(survey=Survey.objects.get(slug="north")),
    "an answer is discarded": lambda random: decisions.discard_response(
        response_id=random.choice(Response.objects.confirmed().order_by("pk")).pk, by=_boss(), reason="Spam"
    ),
    "a comment goes": lambda random: Response.objects.filter(comment__gt="").update(comment=""),
    "another language": lambda random: save_contact(_customer(random), {"language": "da"}),
    "another manager": lambda random: save_contact(_customer(random), {"account_manager": "b@example.com"}),
    "another company": lambda random: save_contact(_customer(random), {"traits": {"company": "Nord"}}),
    "a customer left": lambda random: save_contact(_customer(random), {"churned_at": NOW - DAY}),
    "a customer is erased": lambda random: erasing.erase(Kind.CONTACT, _customer(random).pk),
}


def _some(random: Random) -> Any:
    chosen = random.sample(sorted(Invitation.objects.values_list("pk", flat=True)), 5)
    return Invitation.objects.filter(pk__in=chosen)


def _customer(random: Random) -> Any:
    return random.choice(Invitation.objects.exclude(contact__erased_at__isnull=False).order_by("pk")).contact


def _boss() -> User:
    return User.objects.get(name="mia")


def test_whatever_changes_an_ask_marks_its_day(manager: User) -> None:
    count_all()
    random = Random(16)
    for what, change in CHANGES.items():
        change(random)
        assert days.differing_days() == [], what
        meanwhile = figures(manager)
        count_all()
        assert figures(manager) == meanwhile, what
    days.forget_all()
    assert figures(manager) == meanwhile


def test_no_value_of_somebody_who_was_erased_stays_in_the_counts(manager: User) -> None:
    contact = ask(Survey.objects.get(slug="south"), [None], traits={"company": "Xyzzyville"})[0]
    count_all()
    assert AskCount.objects.filter(value="Xyzzyville").exists()
    erasing.erase(Kind.CONTACT, contact.pk)
    assert not AskCount.objects.filter(value="Xyzzyville").exists()
    count_all()


def test_a_day_that_is_not_counted_is_read_from_its_asks(manager: User) -> None:
    count_all()
    ask(Survey.objects.get(slug="south"), [8, None])
    days.forget_changed()
    known = figures(manager)
    assert known[0].funnel.whole.asked == 47
    assert not CountedDay.objects.filter(day=ASKED.date(), division__name="asks").exists()

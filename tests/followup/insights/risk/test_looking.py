"""Who is found to be at risk, and who is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followup.causes import services as causes
from followup.insights.risk.looking import look
from followup.insights.risk.models import AtRisk
from followup.models import RootCause
from followup.tickets import actions, opening
from surveys.models import Company, Contact, Invitation, Response, Survey, Unsubscription
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def customer(number: int, survey: Survey, *scores: tuple[int, int], **fields: Any) -> Contact:
    """A contact who gave these scores so many days ago."""
    contact = make_contact(number, **fields)
    for days, score in scores:
        answer = make_answer(survey, score, contact=contact, answered_at=NOW - days * DAY)
        Response.objects.filter(pk=answer.pk).update(answered_at=NOW - days * DAY)
    last = min((days for days, _score in scores), default=None)
    Contact.objects.filter(pk=contact.pk).update(last_answered_at=None if last is None else NOW - last * DAY)
    contact.refresh_from_db()
    return contact


def ask(contact: Contact, survey: Survey, *days: int, **fields: Any) -> None:
    """Mails that asked the contact so many days ago and have no answer."""
    fields = {"status": "delivered", "channel": "email", **fields}
    for one in days:
        Invitation.objects.create(survey=survey, contact=contact, asked_at=NOW - one * DAY, **fields)


def found() -> dict[int, set[str]]:
    look(NOW)
    return {row.contact_id: {reason.value for reason in row.reasons} for row in AtRisk.objects.all()}


def test_who_answered_and_was_then_asked_twice_in_vain_is_silent(survey: Survey) -> None:
    silent = customer(1, survey, (200, 9))
    ask(silent, survey, 100, 60)
    once = customer(2, survey, (200, 9))
    ask(once, survey, 100)
    lately = customer(3, survey, (200, 9))
    ask(lately, survey, 100, 5)  # may still answer
    never = customer(4, survey)
    ask(never, survey, 100, 60)  # did not answer before, either
    before = customer(5, survey, (50, 9))
    ask(before, survey, 100, 60)  # and answered after them
    came_back = customer(6, survey, (200, 9))
    ask(came_back, survey, 100, 60, status="bounced")
    assert found() == {silent.pk: {"silent"}}
    row = AtRisk.objects.get()
    assert (row.asks, row.silent_since, row.survey) == (2, NOW - 100 * DAY, survey)


def test_who_bounced_or_unsubscribed_is_at_risk_also_without_an_answer(survey: Survey) -> None:
    bounced = customer(1, survey, bounced_at=NOW - DAY)
    gone = customer(2, survey, (10, 8), unsubscribed_at=NOW - DAY)
    from_one = customer(3, survey, (10, 8))
    Unsubscription.objects.create(contact=from_one, survey=survey, at=NOW - 2 * DAY)
    customer(4, survey, (10, 8))
    assert found() == {bounced.pk: {"bounced"}, gone.pk: {"unsubscribed"}, from_one.pk: {"unsubscribed"}}
    assert AtRisk.objects.get(contact=bounced).response_id is None


def test_a_fall_is_from_promoter_to_passive_in_one_survey(survey: Survey) -> None:
    fell = customer(1, survey, (100, 9), (10, 7))
    customer(2, survey, (100, 8), (10, 7))
    customer(3, survey, (100, 9), (10, 10))
    back = customer(4, survey, (100, 9), (50, 7), (10, 9))
    long_ago = customer(5, survey, (500, 9), (400, 7))
    elsewhere = customer(6, survey, (100, 9))
    make_answer(make_survey("other"), 7, contact=elsewhere, answered_at=NOW - 10 * DAY)
    assert found() == {fell.pk: {"fell"}}
    row = AtRisk.objects.get()
    assert (row.score_before, row.fell_at) == (9, NOW - 10 * DAY)
    assert not AtRisk.objects.filter(contact__in=[back, long_ago]).exists()


def test_who_left_has_a_ticket_or_is_known_to_one_survey_alone_is_not_at_risk(survey: Survey) -> None:
    customer(1, survey, churned_at=NOW - DAY, bounced_at=NOW - 2 * DAY)
    detractor = make_contact(2, bounced_at=NOW - DAY)
    make_ticket(survey, 3, contact=detractor)
    in_hand = customer(3, survey, (100, 9), (10, 7))
    opening.open_by_hand(response_id=in_hand.responses.get(score=7).pk, by=make_user("bea"))
    make_contact(4, survey=survey, bounced_at=NOW - DAY)
    older = customer(5, survey, (100, 9), (10, 7))
    ticket = opening.open_by_hand(response_id=older.responses.get(score=9).pk, by=make_user("cleo"))
    assert found() == {}
    actions.resolve(
        ticket_id=ticket.pk, by=ticket.owner or make_user("dan"), outcome="no_action", root_cause=cause(), note="Done."
    )
    assert found() == {older.pk: {"fell"}}


def cause() -> RootCause | None:
    causes.ensure_defaults()
    return RootCause.objects.filter(is_active=True).first()


def test_a_second_look_keeps_the_rows_and_lets_those_go_who_are_well_again(survey: Survey) -> None:
    one = customer(1, survey, bounced_at=NOW - DAY, value=100)
    two = customer(2, survey, bounced_at=NOW - DAY)
    assert look(NOW) == 2
    kept = AtRisk.objects.get(contact=one)
    assert kept.value == 100
    Contact.objects.filter(pk=two.pk).update(bounced_at=None)
    company = Company.objects.create(name="Holm")
    Contact.objects.filter(pk=one.pk).update(value=250, company=company)
    assert look(NOW + DAY) == 1
    row = AtRisk.objects.get()
    assert (row.pk, int(row.value), row.company_id, row.looked_at) == (kept.pk, 250, company.pk, NOW + DAY)

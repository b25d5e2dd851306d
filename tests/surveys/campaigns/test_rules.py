"""Who is asked and who is not, as a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from surveys.campaigns.rules import About, Ask, Customer, Decision, Held, Skipped, decide, decide_call
from surveys.models import AskReason

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIVE = About()


def asked(ago: timedelta, ask_every_days: int | None = None) -> Customer:
    return Customer(last_asked_at=AT - ago, ask_every_days=ask_every_days)


@pytest.mark.parametrize(
    ("customer", "about", "decision"),
    [
        (Customer(), LIVE, Ask()),
        (Customer(do_not_contact=True), LIVE, Skipped("do_not_contact")),
        (Customer(is_unsubscribed=True), LIVE, Skipped("unsubscribed")),
        (Customer(has_bounced=True), LIVE, Skipped("bounced")),
        (Customer(has_address=False), LIVE, Skipped("no_address")),
        (Customer(has_reserved_address=True), LIVE, Skipped("reserved_address")),
        (Customer(), About(is_live=False), Skipped("survey_not_live")),
        (asked(30 * DAY), LIVE, Ask()),
        (asked(30 * DAY - SECOND), LIVE, Skipped("quarantine", AT + SECOND)),
        (asked(7 * DAY), About(quarantine_days=7), Ask()),
        (asked(7 * DAY - SECOND), About(quarantine_days=7), Skipped("quarantine", AT + SECOND)),
        (asked(10 * DAY), About(company_days=10), Ask()),
        (asked(10 * DAY), About(quarantine_days=11, company_days=10), Skipped("quarantine", AT + DAY)),
        (asked(89 * DAY, ask_every_days=90), About(quarantine_days=7), Skipped("quarantine", AT + DAY)),
        (asked(90 * DAY, ask_every_days=90), About(quarantine_days=400), Ask()),
        (asked(timedelta(0)), About(quarantine_days=0), Ask()),
        (asked(DAY, ask_every_days=0), LIVE, Ask()),
    ],
)
def test_the_rules(customer: Customer, about: About, decision: Decision) -> None:
    assert decide(customer, about, AT, waits=False) == decision
    waited = decide(customer, about, AT, waits=True)
    if isinstance(decision, Skipped) and decision.until is not None:
        assert waited == Held(decision.until, "quarantine")
    else:
        assert waited == decision


def test_a_wish_of_the_customer_speaks_before_everything_else() -> None:
    everything = Customer(False, True, True, True, True, AT)
    about = About(is_live=False)
    order = []
    for cleared in ("do_not_contact", "is_unsubscribed", "has_address", "has_bounced", "has_reserved_address"):
        found = decide(everything, about, AT, waits=False)
        assert isinstance(found, Skipped)
        order.append(found.reason)
        changed: dict[str, Any] = {cleared: cleared == "has_address"}
        everything = replace(everything, **changed)
    assert order == ["do_not_contact", "unsubscribed", "no_address", "bounced", "reserved_address"]
    assert decide(everything, about, AT, waits=False) == Skipped("survey_not_live")
    assert set(order) < set(AskReason.values)


@pytest.mark.parametrize(
    ("customer", "about", "decision"),
    [
        (Customer(has_address=False, has_bounced=True, has_reserved_address=True), LIVE, Ask()),
        (Customer(do_not_contact=True, is_unsubscribed=True), LIVE, Skipped("do_not_contact")),
        (Customer(is_unsubscribed=True), LIVE, Skipped("unsubscribed")),
        (Customer(), About(is_live=False), Skipped("survey_not_live")),
        (asked(30 * DAY - SECOND), LIVE, Held(AT + SECOND, "quarantine")),
        (asked(30 * DAY), LIVE, Ask()),
    ],
)
def test_a_call_asks_by_wishes_and_quarantine_and_not_by_what_is_about_mail(
    customer: Customer, about: About, decision: Decision
) -> None:
    assert decide_call(customer, about, AT) == decision

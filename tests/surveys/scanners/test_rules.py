"""The rules that tell programs from people, by a table of cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from surveys.scanners import rules
from surveys.scanners.rules import Opened, Tap

AT = datetime(2026, 11, 26, 10, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TAP = Tap(
    link="score-3",
    opened_at=AT,
    at=AT + 3 * SECOND,
    sent_at=AT - 31 * MINUTE,
    is_same_place=True,
    is_same_agent=True,
)
OWN = Opened(AT, "score-3")


def opened(*found: tuple[float, str]) -> list[Opened]:
    """Openings so many seconds after AT."""
    return [Opened(AT + seconds * SECOND, link) for seconds, link in found]


@pytest.mark.parametrize(
    ("openings", "signs"),
    [
        ([], ()),
        (opened((-5, "score-3")), ()),
        (opened((-5, "score-3"), (-4, "score-4")), ()),  # a slip of the finger, and another number
        (opened((-5, "score-3"), (-4, "score-3"), (-3, "score-3")), ()),  # one link, opened again
        (opened((-5, "score-3"), (-4, "score-4"), (-3, "score-5")), ("many_links",)),
        (opened((-5, "score-3"), (-4, "score-4"), (-3, "plain")), ()),  # no mail has that one
        (opened((-5, "score-3"), (-4, "score-4"), (-3, "leave")), ("many_links",)),
        (opened((-10, "score-3"), (10, "score-4"), (0, "score-5")), ("many_links",)),
        (opened((-10.1, "score-3"), (0, "score-4"), (10.1, "score-5")), ()),
        (opened((10, "decoy-1")), ("decoy",)),
        (opened((-10, "decoy-2")), ("decoy",)),
        (opened((-11, "decoy-1"), (11, "decoy-2")), ()),
        (opened((0, "decoy-1"), (1, "score-0"), (1, "score-1")), ("decoy", "many_links")),
    ],
)
def test_send_counts_unless_a_decoy_or_three_links_were_opened_beside_it(
    openings: list[Opened], signs: tuple[str, ...]
) -> None:
    assert rules.signs_of_send(AT, openings) == signs


@pytest.mark.parametrize(
    ("tap", "openings", "is_scanned", "signs"),
    [
        (TAP, [OWN], False, ()),
        (TAP, [], False, ("no_opening",)),
        (TAP, [OWN, *opened((-10, "score-4"))], False, ("second_link",)),
        (TAP, [OWN, *opened((-11, "score-4"))], False, ()),
        (TAP, [OWN, *opened((13, "score-4"))], False, ("second_link",)),  # within ten seconds of the act
        (TAP, [OWN, *opened((14, "score-4"))], False, ()),
        (TAP, [OWN, *opened((-2, "decoy-2"))], False, ("decoy", "second_link")),
        (TAP, [OWN, *opened((1, "leave"))], False, ("second_link",)),
        (TAP, [OWN, *opened((1, "plain"))], False, ()),
        (TAP, [OWN, *opened((4, "score-3"))], False, ()),
        (replace(TAP, at=AT + 60 * SECOND), [OWN, *opened((1, "score-4"))], False, ("second_link",)),
        (replace(TAP, is_same_place=False), [OWN], False, ("other_place",)),
        (replace(TAP, is_same_agent=False), [OWN], False, ("other_agent",)),
        (replace(TAP, sent_at=None), [OWN], False, ("too_soon",)),
        (replace(TAP, sent_at=TAP.at - 30 * MINUTE), [OWN], False, ()),
        (replace(TAP, sent_at=TAP.at - 30 * MINUTE + SECOND), [OWN], False, ("too_soon",)),
        (TAP, [OWN], True, ("scanned_domain",)),
    ],
)
def test_a_tap_counts_only_when_all_conditions_hold(
    tap: Tap, openings: list[Opened], is_scanned: bool, signs: tuple[str, ...]
) -> None:
    assert rules.signs_of_tap(tap, openings, is_domain_scanned=is_scanned) == signs


@pytest.mark.parametrize(
    ("openings", "seconds"),
    [
        ([], None),
        (opened((0, "score-1"), (1, "score-2")), None),
        (opened((0, "score-1"), (9, "score-2"), (10.5, "score-3")), None),
        (opened((0, "score-1"), (9, "score-2"), (10, "score-3")), 10),
        (opened((5, "decoy-1")), 5),
        (opened((900, "score-3"), (0, "score-1"), (1, "score-2"), (2, "score-3")), 2),
        (opened((0, "score-1"), (1, "plain"), (2, "score-3")), None),
    ],
)
def test_a_burst_is_a_decoy_or_three_links_within_ten_seconds(openings: list[Opened], seconds: float | None) -> None:
    assert rules.last_burst(openings) == (None if seconds is None else AT + seconds * SECOND)


@pytest.mark.parametrize(
    ("opened_mails", "bursts", "recipients", "is_shared", "expected"),
    [
        (0, 0, 0, False, False),
        (1, 1, 1, False, False),  # one person who opened everything
        (40, 2, 2, False, True),
        (41, 2, 2, False, False),  # less than 5 %
        (40, 2, 1, False, False),
        (2, 2, 2, False, True),
        (1, 1, 1, True, True),  # where strangers share a domain, each address by itself
        (9, 0, 0, True, False),
    ],
)
def test_a_domain_is_scanned_by_two_recipients_and_a_twentieth_of_its_mails(
    opened_mails: int, bursts: int, recipients: int, is_shared: bool, expected: bool
) -> None:
    found = rules.is_scanned(opened=opened_mails, bursts=bursts, recipients=recipients, is_shared=is_shared)
    assert found is expected


def test_addresses_of_one_domain_are_one_company_except_where_strangers_share_it() -> None:
    assert rules.domain_of("Ada@Nordlys.DK") == "nordlys.dk"
    assert rules.domain_of("nobody") == ""
    assert {"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com"} <= rules.SHARED_DOMAINS
    assert "nordlys.dk" not in rules.SHARED_DOMAINS

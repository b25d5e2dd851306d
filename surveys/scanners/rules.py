"""Whether a person or a program opened a mail's links, tapped a score or pressed Send. Pure: no database, no clock.

A program that checks mails opens all links at once, or only one; it may run scripts and press buttons. Time alone does
not tell it from a person, so a score counts by what happened around it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

NEAR = timedelta(seconds=10)
QUIET = timedelta(minutes=30)  # so long a tapped score waits for Send, or for a sign of a program
SOONEST = timedelta(minutes=30)  # a tap counts by itself from so long after the mail was sent
KNOWN_FOR = timedelta(days=90)
MANY = 3

# Signs of a program, as they are stored with an answer.
DECOY = "decoy"  # a link was opened that nobody sees
MANY_LINKS = "many_links"
SECOND_LINK = "second_link"
NO_OPENING = "no_opening"  # the opening of the page was not written down, and maybe others were not
OTHER_PLACE = "other_place"
OTHER_AGENT = "other_agent"
TOO_SOON = "too_soon"
SCANNED_DOMAIN = "scanned_domain"

# Links of a mail.
PLAIN, LEAVE = "plain", "leave"  # the personal page without a score, which no mail has; the page to unsubscribe by
DECOYS = ("decoy-1", "decoy-2")

# Domains whose addresses belong to people who have nothing to do with each other.
SHARED_DOMAINS = frozenset((Path(__file__).parent / "shared_domains.txt").read_text().split())


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of a link of a mail."""

    at: datetime
    link: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A score that was tapped in a mail, and whose page saw a key, a pointer or a finger; Send was never pressed.

    `opened_at`: when the page was fetched. `sent_at`: when the last mail of this invitation left; None: not known.
    `is_same_place`, `is_same_agent`: whether the score came from the client that fetched the page.
    """

    link: str
    opened_at: datetime
    at: datetime
    sent_at: datetime | None
    is_same_place: bool
    is_same_agent: bool


def link_of_score(score: int | str) -> str:
    """The name of the link of a score."""
    return f"score-{score}"


def domain_of(address: str) -> str:
    """The part behind the @, in lower case; empty without one."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def links_near(at: datetime, openings: Iterable[Opened]) -> frozenset[str]:
    """The links of the mail that were opened within NEAR before or after."""
    return frozenset(one.link for one in openings if one.link != PLAIN and abs(one.at - at) <= NEAR)


def signs_of_links(links: frozenset[str]) -> tuple[str, ...]:
    """What links that were opened at the same time tell: people open no decoy, and not MANY at once."""
    signs = (DECOY, not links.isdisjoint(DECOYS)), (MANY_LINKS, len(links) >= MANY)
    return tuple(sign for sign, is_so in signs if is_so)


def signs_of_send(at: datetime, openings: Iterable[Opened]) -> tuple[str, ...]:
    """Why an answer that was sent at `at` waits for a person; empty when it counts."""
    return signs_of_links(links_near(at, openings))


def signs_of_tap(tap: Tap, openings: Sequence[Opened], *, is_domain_scanned: bool) -> tuple[str, ...]:
    """Why a tapped score waits for a person; empty when it counts."""
    near = links_near(tap.opened_at, openings) | links_near(tap.at, openings)
    signs = (
        (NO_OPENING, tap.link not in near),
        (DECOY, not near.isdisjoint(DECOYS)),
        (SECOND_LINK, bool(near - {tap.link})),
        (OTHER_PLACE, not tap.is_same_place),
        (OTHER_AGENT, not tap.is_same_agent),
        (TOO_SOON, tap.sent_at is None or tap.at - tap.sent_at < SOONEST),
        (SCANNED_DOMAIN, is_domain_scanned),
    )
    return tuple(sign for sign, is_so in signs if is_so)


def last_burst(openings: Sequence[Opened]) -> datetime | None:
    """When the links of one mail were last opened as programs do: a decoy, or MANY within NEAR. None: never."""
    ordered = sorted(openings, key=lambda one: one.at)
    bursts = [one.at for one in ordered if one.link in DECOYS]
    for place, first in enumerate(ordered):
        within = [one for one in ordered[place:] if one.at - first.at <= NEAR]
        if MANY_LINKS in signs_of_links(frozenset(one.link for one in within if one.link != PLAIN)):
            bursts.append(within[-1].at)
    return max(bursts, default=None)


def is_scanned(*, opened: int, bursts: int, recipients: int, is_shared: bool) -> bool:
    """Whether programs check the mails of a domain, or, where addresses share one, of this address.

    Args: of the last KNOWN_FOR: mails that were opened, those opened as programs do, and the recipients of these.
    """
    if is_shared:
        return bursts > 0
    return recipients >= 2 and bursts * 20 >= opened

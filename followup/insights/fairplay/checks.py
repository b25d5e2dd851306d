"""What the checks found, and whether it is more than chance gives; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from followup.insights.comparing.differing import holm
from followup.insights.estimates.exact import binomial_p, fisher_p
from followup.insights.estimates.shares import Estimate, Share, difference, wilson
from followup.insights.estimates.small_groups import LEAST

LEVEL = 0.05


class Check(StrEnum):
    """The checks, in the order of the page."""

    PICKED_HAPPY = "picked-happy"
    PICKED_WORTH = "picked-worth"
    BY_HAND = "by-hand"
    BEGGING = "begging"
    BURSTS = "bursts"
    UNTRIED = "untried"
    AFTER_CALL = "after-call"
    LAST_MINUTE = "last-minute"


class Verdict(StrEnum):
    """What can be said. MORE: than chance gives; CHANCE: explains it; FEW: too few to say; SEEN: nothing is compared,
    and something was found; CLEAN: nothing was."""

    MORE = "more"
    CHANCE = "chance"
    FEW = "few"
    SEEN = "seen"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a check counted: `hits` of `of`, beside so many of others, or beside the share that chance gives.

    `is_compared`: False where there is nothing to compare, as with words. `among`: of how many groups this is the one
    that stands out most; its p-value is multiplied by that.
    """

    check: Check
    hits: int
    of: int
    beside_hits: int = 0
    beside_of: int = 0
    expected: float | None = None
    is_compared: bool = True
    among: int = 1
    person: int | None = None  # whose invitations; for managers alone


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says. Figures are None where too few are behind it; `beside` also where chance is known.

    `p`: that chance alone gives as much, with Holm's care for how many checks there are.
    """

    check: Check
    verdict: Verdict
    share: Share | None
    beside: Share | None
    expected: float | None
    difference: Estimate | None
    p: float | None
    person: int | None


def assess(counted: Sequence[Counted]) -> list[Finding]:
    """The findings, in the same order."""
    tested = [one for one in counted if _can_be_tested(one)]
    adjusted = dict(zip((one.check for one in tested), holm([_p(one) for one in tested]), strict=True))
    return [_finding(one, adjusted.get(one.check)) for one in counted]


def _can_be_tested(one: Counted) -> bool:
    enough = one.of >= LEAST and (one.expected is not None or one.beside_of >= LEAST)
    return one.is_compared and enough


def _p(one: Counted) -> float:
    if one.expected is not None:
        return min(1.0, one.among * binomial_p(one.hits, one.of, one.expected))
    return min(1.0, one.among * fisher_p(one.hits, one.of, one.beside_hits, one.beside_of))


def _finding(one: Counted, p: float | None) -> Finding:
    if not one.is_compared:
        verdict = Verdict.SEEN if one.hits else Verdict.CLEAN
        return Finding(one.check, verdict, wilson(one.hits, one.of), None, None, None, None, one.person)
    if p is None:
        return Finding(one.check, Verdict.FEW, None, None, None, None, None, one.person)
    share = wilson(one.hits, one.of)
    beside = wilson(one.beside_hits, one.beside_of) if one.expected is None else None
    other = beside.share if beside is not None else one.expected
    is_more = p < LEVEL and share.share is not None and other is not None and share.share > other
    apart = difference(share, beside) if beside is not None else None
    return Finding(
        one.check, Verdict.MORE if is_more else Verdict.CHANCE, share, beside, one.expected, apart, p, one.person
    )

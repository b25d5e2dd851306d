"""Fair play in words: what each check counts, what it may innocently mean, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.insights.fairplay.checks import Check, Finding, Verdict
from followup.insights.fairplay.query import BEHIND_ANSWERS, BEHIND_TICKETS, BURST, WINDOW_MINUTES, Begging
from followup.insights.recovery.screens.texts import estimate_words, share_words
from followup.presentation.wording import percent, rounded

VERDICTS: Mapping[Verdict, str | Promise] = {
    Verdict.MORE: gettext_lazy("more than chance gives"),
    Verdict.CHANCE: gettext_lazy("chance explains it"),
    Verdict.FEW: gettext_lazy("too few to say"),
    Verdict.SEEN: gettext_lazy("found"),
    Verdict.CLEAN: gettext_lazy("nothing found"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a check is about. `one` and `other`: what its two shares are of."""

    title: str | Promise
    one: str | Promise
    other: str | Promise
    innocent: str | Promise


ABOUT: Mapping[Check, About] = {
    Check.PICKED_HAPPY: About(
        gettext_lazy("Are happy customers asked more?"),
        gettext_lazy("Asked customers whose last score before these days was 9 or 10"),
        gettext_lazy("Customers who were not asked, the same"),
        gettext_lazy("Unhappy customers may have left, unsubscribed, or rest in quarantine after their own call. A "
                     "campaign may be meant for one kind of customer."),
    ),
    Check.PICKED_WORTH: About(
        gettext_lazy("Are valuable customers asked more?"),
        gettext_lazy("Asked customers who are worth more than half of all customers"),
        gettext_lazy("Customers who were not asked, the same"),
        gettext_lazy("Who buys more often is asked more often, after each delivery. A campaign may be meant for large "
                     "accounts."),
    ),
    Check.BY_HAND: About(
        gettext_lazy("Are invitations by hand answered better?"),
        gettext_lazy("9 or 10 among the answers to one person’s own invitations"),
        gettext_lazy("9 or 10 among the answers to campaigns"),
        gettext_lazy("Somebody who invites after a good talk meets content customers, and a friendly colleague hears "
                     "more nines. It becomes a fault only where others are left out."),
    ),
    Check.BEGGING: About(
        gettext_lazy("Do the words ask for a high score?"),
        gettext_lazy("Texts of surveys and their mails that ask for a 9 or 10"),
        "",
        gettext_lazy("A sentence may quote a customer or explain the scale. Customers answer more freely where the "
                     "page does not say what is hoped for."),
    ),
    Check.BURSTS: About(
        gettext_lazy("Do many answers come from one place?"),
        gettext_lazy("9 or 10 among the answers that came in a burst from one source"),
        gettext_lazy("9 or 10 among the other answers with a known source"),
        gettext_lazy("An office, a shop’s tablet or a school shares one address: many customers answer from it. "
                     "Sources are known for two weeks."),
    ),
    Check.UNTRIED: About(
        gettext_lazy("Are tickets closed without an attempt?"),
        gettext_lazy("Tickets closed as recovered, stayed or lost without a logged attempt"),
        gettext_lazy("The same in as many days before"),
        gettext_lazy("The talk may have been at the counter or in a mail program, and nobody wrote it down. One call "
                     "may have settled two tickets."),
    ),
    Check.AFTER_CALL: About(
        gettext_lazy("Do scores rise right after a call?"),
        gettext_lazy("Scores that rose, of those changed within an hour after a call"),
        gettext_lazy("Scores that rose, of those changed at other times"),
        gettext_lazy("That is what a good call does. Only where the customer was asked to change the score is it worth "
                     "a word: the first answer is what they felt."),
    ),
    Check.LAST_MINUTE: About(
        gettext_lazy("Are deadlines met in the last minute?"),
        gettext_lazy("In the last minute, of the contacts and closings in the last hour before a deadline"),
        gettext_lazy("What chance gives"),
        gettext_lazy("Warnings come before a deadline, and people act on them. A full day ends in the same minutes for "
                     "many tickets."),
    ),
}  # fmt: skip
_TEXTS = {
    "question": gettext_lazy("the question"),
    "low_label": gettext_lazy("the label of 0"),
    "high_label": gettext_lazy("the label of 10"),
    "subject": gettext_lazy("the mail’s subject"),
    "intro": gettext_lazy("the mail, before the question"),
    "closing": gettext_lazy("the mail, after the numbers"),
    "why": gettext_lazy("the mail’s small print"),
}


def lines(findings: Sequence[Finding], query: str, *, person: str, is_manager: bool) -> list[dict[str, Any]]:
    """Each check as the page shows it. `person`: whose invitations stand out, for managers alone."""
    return [
        {
            "name": one.check.value,
            "title": ABOUT[one.check].title,
            "verdict": VERDICTS[one.verdict],
            "kind": one.verdict.value,
            "figures": _figures(one),
            "difference": estimate_words(one.difference) if one.difference else "",
            "p": p_words(one.p),
            "innocent": ABOUT[one.check].innocent,
            "person": person if one.check == Check.BY_HAND and one.verdict == Verdict.MORE else "",
            "burst": BURST if one.check == Check.BURSTS else 0,
            "url": behind_url(one, query, is_manager=is_manager),
        }
        for one in findings
    ]


def _figures(one: Finding) -> list[tuple[Any, str]]:
    about = ABOUT[one.check]
    if one.share is None:
        return []
    found: list[tuple[Any, str]] = [(about.one, share_words(one.share))]
    if one.beside is not None:
        found.append((about.other, share_words(one.beside)))
    elif one.expected is not None:
        words = _("%(share)s: one minute of %(minutes)d") % {"share": percent(one.expected), "minutes": WINDOW_MINUTES}
        found.append((about.other, words))
    return found


def p_words(p: float | None) -> str:
    """How likely chance alone gives as much."""
    if p is None:
        return ""
    return _("p below 0.001") if p < 0.001 else _("p %(p)s") % {"p": rounded(p, 3)}


def behind_url(one: Finding, query: str, *, is_manager: bool) -> str:
    """Where that is which a check counted; "" for what has no list, such as who was asked, and for what only managers
    see."""
    if one.verdict == Verdict.FEW:
        return ""
    if one.check == Check.BY_HAND and not is_manager:
        return ""
    if one.check in BEHIND_TICKETS or one.check in BEHIND_ANSWERS:
        return reverse("insights:fair_play_behind", args=[one.check.value]) + query
    return ""


def begging_lines(found: Sequence[Begging]) -> list[dict[str, Any]]:
    """The words that were found, with the page on which customers read them."""
    languages = dict(settings.LANGUAGES)
    return [
        {
            "survey": one.survey,
            "words": one.words,
            "where": _TEXTS.get(one.where, _("a text after the score")),
            "language": languages.get(one.language, one.language),
            "url": f"{reverse('surveys:survey', args=[one.slug])}?{urlencode({'lang': one.language})}",
        }
        for one in found
    ]

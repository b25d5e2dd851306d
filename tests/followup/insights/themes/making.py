"""Themes for tests: learnt ones, and comments to learn from."""

from datetime import timedelta

from django.utils import timezone

from followup.causes import services as causes
from followup.insights.themes.models import CauseQuality, Learning, Suggestion, Theme
from followup.models import RootCause, Ticket
from surveys.models import Survey
from tests.factories import make_contact, make_ticket

WHAT = ("sofa", "table", "bed", "lamp", "rug", "chair", "desk", "shelf", "couch", "bench", "stool", "cabinet")
SAYS = {
    "delivery": (
        "The {what} was delivered too late",
        "Delivered too late again, the {what}",
        "The driver brought the {what} late",
    ),
    "billing": (
        "The invoice for the {what} is wrong",
        "A wrong invoice: charged twice for the {what}",
        "Charged twice on my invoice, {what}",
    ),
}


def make_chosen(survey: Survey, per_cause: int = 30, says: dict[str, tuple[str, ...]] | None = None) -> list[Ticket]:
    """Resolved tickets in English, each of another customer, with the cause that their words are about."""
    causes.ensure_defaults()
    made = []
    for slug, lines in (says or SAYS).items():
        cause = RootCause.objects.get(slug=slug)
        for number in range(per_cause):
            comment = lines[number % len(lines)].format(what=WHAT[number % len(WHAT)])
            ticket = make_ticket(survey, 3, comment, contact=make_contact(1_000 + Ticket.objects.count()))
            Ticket.objects.filter(pk=ticket.pk).update(
                status="resolved", resolved_at=timezone.now(), outcome="kept", stage=3, root_cause=cause
            )
            made.append(ticket)
    return made


def make_theme(ticket: Ticket, other: Ticket) -> Theme:
    """English as learnt, with a suggestion on two tickets: an open one, and one where people chose another cause."""
    at = timezone.now()
    theme = Theme.objects.create(language="en", learnt_at=at, n=90, right=70)
    first, second, *_more = RootCause.objects.filter(is_active=True)
    curve = [[0.9, 20, 20], [0.5, 40, 34]]
    CauseQuality.objects.create(theme=theme, cause=first, n=50, curve=curve, words=[["too late", 1.5], ["driver", 1.0]])
    CauseQuality.objects.create(theme=theme, cause=second, n=40, curve=[], words=[["invoice", 2.0]])
    Learning.objects.create(theme=theme, began_at=at - timedelta(days=1), ended_at=at, done=7, steps=7, n=90, right=70)
    Learning.objects.create(theme=theme, began_at=at, done=3, steps=7, n=90)
    for one, cause in ((ticket, first), (other, second)):
        Suggestion.objects.create(
            response=one.response, cause=cause, confidence=91, words=[["late", 1.5], ["<b>", 0.5]], learnt_at=at
        )
    return theme


def words_and_themes(ticket: Ticket) -> dict[str, list[str]]:
    """Routes of both rooms to addresses that lead to them."""
    words, themes = "/insights/words/", "/insights/themes/"
    return {
        "insights/words/": [words, f"{words}?language=da", f"{words}?language=x", f"{words}?trait=x"],
        "insights/words/sentences/": [
            f"{words}sentences/?language=en&group=detractor&word=banner",
            f"{words}sentences/",
        ],
        "insights/words/words.csv": [f"{words}words.csv"],
        "insights/words/words.xlsx": [f"{words}words.xlsx"],
        "insights/themes/": [themes],
        "insights/themes/themes.csv": [f"{themes}themes.csv"],
        "insights/themes/chosen-otherwise.csv": [f"{themes}chosen-otherwise.csv"],
        "insights/themes/precision/": [f"{themes}precision/"],
        "insights/themes/accept/<int:ticket_id>/": [f"{themes}accept/{ticket.pk}/"],
    }

"""/unsubscribe/<token>/: GET asks, POST acts. The token of a mail's header acts without a choice (RFC 8058)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from nps_project.accounts.links import make_token, read_token
from surveys.campaigns.leaving import wishes
from surveys.campaigns.leaving.wishes import Wish
from surveys.campaigns.mail import LEAVE, LEAVE_NOW
from surveys.campaigns.mailed.found import Mailed
from surveys.campaigns.mailed.found import find as find_mailed
from surveys.models import Invitation
from surveys.scanners import openings, rules
from surveys.views.public import customer_page

_NAMES = dict(settings.LANGUAGES)


@customer_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in a mail, and the address in its header. A dead code is answered with 200, too: a mail
    program that posts to it has nothing to repeat."""
    by_header = read_token(LEAVE_NOW, token)
    public_id = by_header or read_token(LEAVE, token)
    invitation = find_mailed(public_id) if public_id is not None else None
    if invitation is None:
        return _answer(None, {"is_dead": True})
    if request.method != "POST":
        if isinstance(invitation, Invitation):
            openings.opened(request, invitation, rules.LEAVE)
        return _page(invitation)
    if by_header is not None:
        wishes.carry_out(invitation, Wish.ALL, timezone.now())
        return HttpResponse(status=200, content_type="text/plain")
    return _act(request, invitation)


def _act(request: HttpRequest, invitation: Mailed) -> HttpResponse:
    at, given = timezone.now(), request.POST
    if given.get("undo"):
        return _page(invitation, {"was_undone": wishes.undo(invitation, given["undo"], at)})
    if given.get("choice") not in Wish.values:
        return _page(invitation, {"is_to_choose": True})
    wish, days, language = Wish(given["choice"]), given.get("days", ""), given.get("language", "")
    if wish == Wish.LESS and days not in map(str, wishes.LESS_DAYS):
        return _page(invitation, {"is_to_choose": True})
    if wish == Wish.LANGUAGE and language not in wishes.languages_to_choose(invitation):
        return _page(invitation, {"is_to_choose": True})
    number = int(days) if wish == Wish.LESS else 0
    undo = wishes.carry_out(invitation, wish, at, days=number, language=language)
    invitation.contact.refresh_from_db(fields=["language"])
    done = {"done": wish.value, "days": number, "language": _NAMES.get(language, ""), "undo": undo}
    return _page(invitation, done)


def _page(invitation: Mailed, context: dict[str, Any] | None = None) -> HttpResponse:
    others = [(code, _NAMES[code]) for code in wishes.languages_to_choose(invitation)]
    shown = {
        "brand": invitation.survey.brand,
        "action": f"/unsubscribe/{make_token(LEAVE, invitation.public_id)}/",
        "days_to_choose": wishes.LESS_DAYS,
        "others": others,
    }
    return _answer(invitation, shown | (context or {}))


def _answer(invitation: Mailed | None, context: dict[str, Any]) -> HttpResponse:
    if invitation is not None:
        translation.activate(wishes.language_now(invitation))
    response = HttpResponse(render_to_string("surveys/asking/unsubscribe.html", context))
    response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@customer_page
def decoy(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """/r/<token>/check/<number>/: a link that no person sees in a mail. The page explains itself and does nothing."""
    public_id = read_token("r", token)
    invitation = find_mailed(public_id) if public_id is not None else None
    if invitation is not None:
        if isinstance(invitation, Invitation) and request.method != "POST" and 0 < number <= len(rules.DECOYS):
            openings.opened(request, invitation, rules.DECOYS[number - 1])
        translation.activate(wishes.language_now(invitation))
    context = {
        "brand": invitation.survey.brand if invitation else "",
        "link": f"/r/{token}/" if invitation else "",
    }
    response = HttpResponse(render_to_string("surveys/asking/decoy.html", context))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Language"] = translation.get_language() or "en"
    return response

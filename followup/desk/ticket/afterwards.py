"""What came of asking the customer again, as the ticket's page shows it."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from followup.presentation.wording import second_score, when
from surveys.models import AskReason, Invitation, InvitationChannel, InvitationStatus, Response, ResponseState

_ON_ITS_WAY = (InvitationStatus.WAITING, InvitationStatus.SENT, InvitationStatus.DELIVERED, InvitationStatus.ANSWERED)


def annotations() -> dict[str, Subquery]:
    """What `shown` needs of a ticket, read with it: the mail that asked again, and the newest answer that follows."""
    mails = Invitation.objects.filter(follows=OuterRef("response"), channel=InvitationChannel.EMAIL)
    answers = Response.objects.filter(follows=OuterRef("response"), state=ResponseState.CONFIRMED)
    said = JSONObject(id=F("pk"), comment=F("comment"), language=F("language"), at=F("answered_at"))
    return {
        "mail_again": Subquery(mails.values(said=JSONObject(status=F("status"), reason=F("reason")))[:1]),
        "answer_again": Subquery(answers.order_by("-answered_at", "-pk").values(said=said)[:1]),
    }


def shown(ticket: Any, at: datetime) -> dict[str, Any] | None:
    """How asking again went, for a ticket read with `annotations`; None where nobody asks, or asked."""
    found = ticket.answer_again
    if ticket.score_after is not None and found:
        words = _("better than %(score)s: recovered") if ticket.recovered else _("no better than %(score)s")
        return {
            "answer": found["id"],
            "score": ticket.score_after,
            "words": words % {"score": ticket.score},
            "comment": found["comment"],
            "language": found["language"],
            "time": when(datetime.fromisoformat(found["at"]), at),
        }
    words = ", ".join(filter(None, (second_score(ticket, at), _state(ticket.mail_again))))
    return {"answer": None, "words": words[:1].upper() + words[1:]} if words else None


def _state(mail: dict[str, str] | None) -> str:
    """What became of the mail, where it is not on its way."""
    if mail is None or mail["status"] in _ON_ITS_WAY:
        return ""
    reason = str(dict(AskReason.choices).get(mail["reason"], ""))
    words = _("the mail that asks again: %(status)s") % {"status": InvitationStatus(mail["status"]).label}
    return f"{words} ({reason})" if reason else words

"""What became of a message, in words, and what a person can do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.conversations.models import Direction, Message, MessageStatus
from followup.conversations.writing.composing import ANOTHER_ADDRESS
from followup.conversations.writing.who import WhyNot
from followup.presentation.wording import when
from nps_project.deliveries.inbound.reading.authentication import SenderCheck
from nps_project.deliveries.models import Status
from nps_project.deliveries.refusals import RefusedAs

_SOON = timedelta(minutes=1)
CALM, WAITS, BAD = "calm", "waits", "bad"  # how it is drawn; the words alone suffice
WHY = {
    Status.STORED: gettext_lazy("no mail server is set, so it lies in the outbox"),
    Status.SUPPRESSED: gettext_lazy("the address is an example, which can belong to nobody"),
    WhyNot.NO_ADDRESS: gettext_lazy("the customer has no address any more"),
    WhyNot.DO_NOT_CONTACT: gettext_lazy("the customer does not want to be contacted any more"),
    WhyNot.RESERVED_ADDRESS: gettext_lazy("the address is an example, which can belong to nobody"),
    ANOTHER_ADDRESS: gettext_lazy("the customer has another address since it was written"),
    RefusedAs.ADDRESS: gettext_lazy("there is no such address"),
    RefusedAs.FULL: gettext_lazy("the customer’s mailbox is full"),
    RefusedAs.SOFT: gettext_lazy("the customer’s mail server did not take it"),
    RefusedAs.POLICY: gettext_lazy("the customer’s mail server refuses our mails; tell an admin"),
    RefusedAs.OTHER: gettext_lazy("the customer’s mail server refused it"),
}


@dataclass(frozen=True, slots=True)
class StatusWords:
    """The status of a message. `advice`: what to do, where a person is to do something."""

    words: str
    kind: str = CALM
    advice: str = ""


def status_words(message: Message, ending: dict[str, Any] | None, at: datetime) -> StatusWords:
    """The words for a message. `ending`: of its delivery, where it has one, what showing/rows.py reads."""
    if message.complained_at is not None:
        return StatusWords(
            _("Reported as spam"), BAD, _("No survey asks this customer any more. Call them, rather than write.")
        )
    if message.direction == Direction.OUT and not message.is_accepted:
        return StatusWords(_("Prepared by mail: leaves after a click"), WAITS)
    match message.status:
        case MessageStatus.QUEUED:
            return _tried(ending, at) or StatusWords(leaves_words(message.send_at, at), WAITS)
        case MessageStatus.BOUNCED:
            words = _with_reason(_("Came back"), ending)
            return StatusWords(words, BAD, _("The customer has not read it. Call, or write to another address."))
        case MessageStatus.FAILED:
            words = _with_reason(_("Not sent"), ending)
            return StatusWords(words, BAD, _("The customer has not got it. Call, or write again when it is mended."))
        case MessageStatus.UNKNOWN:
            advice = _(
                "It may have arrived: the mail server gave no answer, or sending was cut short. It is never sent a "
                "second time by itself: ask the customer, or write again."
            )
            return StatusWords(_("Unknown whether it left"), BAD, advice)
        case MessageStatus.WAITING if message.sender_check == SenderCheck.FAILED:
            return StatusWords(_("Waits for a person"), WAITS)
        case MessageStatus.WAITING:
            return StatusWords(_("From another address: waits for a person"), WAITS)
        case MessageStatus.RECEIVED:
            thanks = _("Only thanks") if message.is_thanks else ""
            return StatusWords(_("Automatic mail") if message.is_automatic else thanks)
    return StatusWords(str(message.get_status_display()))


def sender_words(message: Message) -> StatusWords:
    """What is known of the sender of a mail that came in; no words where nothing is to be said."""
    if message.sender_check == SenderCheck.FAILED:
        return StatusWords(_("The sender may be forged"), BAD)
    return StatusWords(_("Sender not checked") if message.sender_check == SenderCheck.UNCHECKED else "")


def _tried(ending: dict[str, Any] | None, at: datetime) -> StatusWords | None:
    """Of a mail that was tried and is to be tried again: when; None for one that nobody has tried yet."""
    if not ending or not ending["attempts"] or ending["status"] != Status.QUEUED:
        return None
    words = _("Not left yet: the mail server did not take it")
    again = datetime.fromisoformat(ending["retry_at"])
    when_again = _("It is tried again automatically: %(time)s.") % {"time": when(again, at, is_inside=True)}
    return StatusWords(words, WAITS, when_again if again > at else _("It is tried again in a moment, automatically."))


def leaves_words(send_at: datetime | None, at: datetime) -> str:
    """When a mail that waits leaves, said at `at`."""
    if send_at is None or send_at <= at + _SOON:
        return _("Leaves in a moment")
    return _("Leaves %(time)s") % {"time": when(send_at, at, is_inside=True)}


def _with_reason(words: str, ending: dict[str, Any] | None) -> str:
    reason = reason_of(ending)
    return f"{words}: {reason}" if reason else words


def reason_of(ending: dict[str, Any] | None) -> str:
    """Why a mail did not leave, or came back when it was handed over; "" where only the server's words say it."""
    codes = (ending["refused_as"], ending["last_error"], ending["status"]) if ending else ()
    return next((str(WHY[code]) for code in codes if code in WHY), "")

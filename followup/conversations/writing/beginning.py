"""How a mail begins: the play's words in the customer's language, an answer, or a mail that did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.conversations.models import Attachment, Message, MessageStatus
from followup.conversations.writing.forms import MailForm
from followup.conversations.writing.who import WhyNot, answers_go_to, why_not
from followup.models import Ticket
from followup.presentation.mail_texts import FIELDS, filled_where_known, left_open, mail_url
from nps_project.accounts.models import User
from nps_project.common.text import in_language

SHORT = 60  # characters of a greeting, or a close
GONE = (MessageStatus.CANCELLED, MessageStatus.FAILED)  # the customer did not get it
WHY_NOT = {
    WhyNot.NO_ADDRESS: gettext_lazy("No mail address of this customer is known."),
    WhyNot.DO_NOT_CONTACT: gettext_lazy("This customer does not want to be contacted, so no mail can be written."),
    WhyNot.RESERVED_ADDRESS: gettext_lazy(
        "This address is an example, which can belong to nobody: nothing is ever mailed to it."
    ),
}
FIELD_LABELS = {
    "name": gettext_lazy("the name of the customer"),
    "company": gettext_lazy("the company of the customer"),
    "brand": gettext_lazy("your brand"),
    "score": gettext_lazy("the score"),
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new mail begins with."""

    subject: str
    text: str
    kept: list[Attachment] = field(default_factory=list)


def beginning_of(
    ticket: Ticket, messages: Sequence[Message], by: User | None = None, again: Message | None = None
) -> Beginning:
    """Of a first mail the play's words; of a later one an answer, with the greeting and the close of those words.

    `messages`: those that went or came, the newest last. `by`: who signs. `again`: as that one was written.
    """
    if again is not None:
        return Beginning(again.subject, again.text, list(again.attachments.all()))
    last = next((one.subject for one in reversed(messages) if one.subject), "")
    if last:
        subject = last if last[:3].lower() == "re:" else f"Re: {last}"
    else:
        words = filled_where_known(in_language(ticket.play.mail_subject, ticket.response.language), ticket)
        subject = " ".join(words.split())
    return Beginning(subject, frame_of(ticket, by) if messages else signed(_words_of(ticket), by))


def _words_of(ticket: Ticket) -> str:
    words = filled_where_known(in_language(ticket.play.mail_body, ticket.response.language), ticket)
    return "\n".join(words.splitlines()).strip()


def signed(words: str, by: User | None) -> str:
    """A text with the writer's name below it, where it ends with a close: a line by itself that is no sentence."""
    is_open = _is_by_itself(words.rpartition("\n\n")[2]) and "\n\n" in words
    return f"{words}\n{by.name}" if by is not None and by.name and is_open else words


def frame_of(ticket: Ticket, by: User | None) -> str:
    """The greeting and the close of the play's words, with room between them; "" where they have neither."""
    blocks = [block.strip() for block in _words_of(ticket).split("\n\n")]
    if len(blocks) < 3:
        return ""
    greeting = blocks[0] if _is_by_itself(blocks[0]) else ""
    close = signed("\n\n".join(blocks[-2:]), by).partition("\n\n")[2] if _is_by_itself(blocks[-1]) else ""
    return f"{greeting}\n\n\n\n{close}".rstrip() if greeting or close else ""


def _is_by_itself(block: str) -> bool:
    """Whether a paragraph is one short line that ends no sentence, as a greeting does and a close."""
    return len(block) <= SHORT and "\n" not in block and not block.endswith((".", "!", "?", ":"))


def context_of(user: User, ticket: Ticket, at: datetime, messages: list[Message]) -> dict[str, Any]:
    """What the template of the form shows; no query for a mail that begins anew."""
    reason = why_not(ticket)
    if reason is not None:
        return {"why_not": WHY_NOT[reason], "form": None}
    begins = beginning_of(ticket, [one for one in messages if one.status not in GONE], user)
    seen = max((one.pk for one in messages), default=0)
    return {"form": form_of(begins, seen), **around(user, ticket, f"{begins.subject}\n{begins.text}")}


def form_of(begins: Beginning, seen: int) -> MailForm:
    """The form with a mail's beginning in it. `seen`: the id of the newest message that stands above it, 0 for none."""
    initial = {"subject": begins.subject, "text": begins.text, "seen": seen}
    return MailForm(initial=initial, kept=begins.kept, auto_id="mail_%s")


def around(user: User, ticket: Ticket, words: str) -> dict[str, Any]:
    """What stands beside the form: to whom, where the answer goes, and which fields of `words` have no value."""
    answers = answers_go_to(ticket, user)
    contact = ticket.response.contact
    return {
        "to": ticket.response.reach_email,
        "language": ticket.response.language,
        "language_name": ticket.response.get_language_display(),
        "answers_to": "" if answers.is_ticket else answers.address,
        "has_answers": bool(answers.address),
        "missing": [missing_words(name) for name in left_open(words)],
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "has_bounced": contact is not None and contact.bounced_at is not None,
        "mailto": mail_url(ticket) if settings.MAIL_IS_STORED_ONLY else "",
    }


def missing_words(name: str) -> str:
    """What is wrong with a placeholder that was left open."""
    if name in FIELDS:
        known = {"field": f"{{{name}}}", "what": FIELD_LABELS[name]}
        return _("%(field)s: %(what)s is not known. Write it yourself, or take it out.") % known
    return _("%(field)s is no field. Write what you mean in its place.") % {"field": f"{{{name}}}"}

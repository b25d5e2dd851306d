"""How a mail begins: the play's words in the customer's language, an answer, or a mail that did not arrive."""

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


def beginning_of(ticket: Ticket, last: Message | None, again: Message | None = None) -> Beginning:
    """Of a first mail the play's words, of a later one (`last`: the newest before it) an answer. `again`: as that one
    was written."""
    if again is not None:
        return Beginning(again.subject, again.text, list(again.attachments.all()))
    if last is not None and last.subject:
        begins = last.subject[:3].lower() == "re:"
        return Beginning(last.subject if begins else f"Re: {last.subject}", "")
    play, language = ticket.play, ticket.response.language
    subject = filled_where_known(in_language(play.mail_subject, language), ticket)
    return Beginning(" ".join(subject.split()), filled_where_known(in_language(play.mail_body, language), ticket))


def context_of(user: User, ticket: Ticket, at: datetime, messages: list[Message]) -> dict[str, Any]:
    """What the template of the form shows; no query for a mail that begins anew."""
    reason = why_not(ticket)
    if reason is not None:
        return {"why_not": WHY_NOT[reason], "form": None}
    gone = (MessageStatus.CANCELLED, MessageStatus.FAILED)
    last = next((one for one in reversed(messages) if one.status not in gone), None)
    begins = beginning_of(ticket, last)
    return {"form": form_of(begins), **around(user, ticket, f"{begins.subject}\n{begins.text}")}


def form_of(begins: Beginning) -> MailForm:
    """The form with a mail's beginning in it."""
    return MailForm(initial={"subject": begins.subject, "text": begins.text}, kept=begins.kept, auto_id="mail_%s")


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

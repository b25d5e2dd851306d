"""What followup keeps of a customer, table by table."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.privacy.subjects import MESSAGE, TICKET
from nps_project.privacy.registry import Part, Subject, Table
from surveys.privacy.parts import of_contact, of_response

EMPTIED = "…"  # in place of what a page always shows


def _of_ticket(subject: Subject) -> Q:
    return Q(ticket__in=subject.of(TICKET))


def _of_message(subject: Subject) -> Q:
    return Q(message__in=subject.of(MESSAGE))


TICKETS = Part(
    _("Tickets"),
    (
        Table(
            "tickets",
            TICKET,
            lambda subject: Q(pk__in=subject.of(TICKET)),
            stays={
                "tags": "the company's own words for kinds of tickets, which lists and figures go by",
                "clock_notes": "codes of how a deadline came about",
                "history_head": "a hash",
            },
            hides=("public_id", "history_head"),
        ),
        Table(
            "history",
            "followup.Activity",
            _of_ticket,
            stays={
                "data": "ids and codes; it is chained by hashes and cannot be changed",
                "previous_hash": "a hash of what has no text",
                "hash": "a hash of what has no text",
            },
            hides=("previous_hash", "hash"),
        ),
        Table(
            "history_texts",
            "followup.ActivityText",
            lambda subject: Q(activity__ticket__in=subject.of(TICKET)),
            empties={"text": "", "salt": b""},
            marks="erased_at",
            stays={"language": "of the colleague who wrote it"},
            hides=("salt",),
        ),
        Table("steps", "followup.Step", _of_ticket, stays={
            "texts": "the words of the play, the same for every customer", "currency": "of a gesture",
        }),
        Table("attempts", "followup.Attempt", _of_ticket),
        Table("promises", "followup.Promise", _of_ticket, empties={"text": EMPTIED}),
        Table(
            "reminders", "followup.Reminder", lambda subject: _of_ticket(subject) | of_contact(subject), deletes=True
        ),
        Table("booked_calls", "call_slots.CallBooking", lambda subject: of_response(subject) | _of_ticket(subject)),
    ),
)  # fmt: skip
MESSAGES = Part(
    _("Conversations"),
    (
        Table(
            "messages",
            MESSAGE,
            lambda subject: Q(pk__in=subject.of(MESSAGE)),
            empties={
                "from_address": "", "from_name": "", "to_address": "", "subject": "", "text": "", "quoted": "",
                "message_id": "", "references": [],
            },
            marks="erased_at",
            hides=("public_id",),
            stays={"language": "of the mail"},
        ),
        Table(
            "file_contents",
            "conversations.AttachmentContent",
            lambda subject: Q(attachment__message__in=subject.of(MESSAGE)),
            deletes=True,
        ),
        Table("files", "conversations.Attachment", _of_message, deletes=True),
        Table("mails_as_they_came", "conversations.RawMail", _of_message, deletes=True),
        Table(
            "mail_digests",
            "conversations.MailDigest",
            _of_message,
            stays={"digest": "a hash, by which the same mail is known when it is delivered again"},
            hides=("digest",),
        ),
        Table("case_messages", "customer_case.CaseMessage", of_response, hides=("submission",)),
        Table("closed_pages", "customer_case.ClosedCase", of_response),
    ),
)  # fmt: skip
FOUND_OUT = Part(
    _("Found out of answers"),
    (
        Table("words", "words.CommentTerms", of_response, deletes=True),
        Table("suggested_causes", "themes.Suggestion", of_response, deletes=True),
        Table("at_risk", "risk.AtRisk", of_contact, deletes=True),
        Table("praise", "praise.Praise", of_response),
        Table(
            "told_of_improvements",
            "improvements.Told",
            of_contact,
            empties={"address": ""},
            hides=("public_id",),
            stays={"language": "of the mail"},
        ),
        Table("calls", "silence.Call", of_contact),
        Table("trials", "trials.Draw", lambda subject: of_contact(subject) | _of_ticket(subject)),
    ),
)

"""A person's mail as the customer sees it: plain text, and the same in the company's look."""

import unicodedata
from dataclasses import dataclass

import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from followup.conversations import tokens
from followup.conversations.case.links import case_url
from followup.conversations.models import Message
from surveys.branding.look import Look

_WITHOUT_FONTS = mrml.RenderOptions(fonts={})  # nothing is fetched from anybody
_RIGHT_TO_LEFT = ("R", "AL")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is handed over."""

    subject: str
    text: str
    html: str


def letter_of(message: Message, brand: str, look: Look) -> Letter:
    """The letter of a message, stored or not.

    At its foot the address of the customer's own page, and the mark by which an answer from anywhere finds it.
    """
    mark = tokens.reply_token(message) if settings.REPLY_ADDRESS or settings.MAILBOXES else ""
    head = look.sender_name or brand
    context = {
        "subject": message.subject,
        "language": message.language,
        "direction": direction_of(message.text),
        "paragraphs": _paragraphs(message.text),
        "head": head,
        "mark": mark,
        "case": case_url(message.ticket.response) if message.ticket else "",
        "look": look,
    }
    with override(message.language):
        page = _("All of it on one page: %(address)s") % {"address": context["case"]} if context["case"] else ""
        context["case_words"] = _("All of it on one page")
        layout = render_to_string("followup/conversations/letter.mjml", context)
    html = mrml.to_html(layout, render_options=_WITHOUT_FONTS).content
    foot = "\n".join(filter(None, (head, page, mark)))
    return Letter(message.subject, f"{message.text.strip()}\n\n-- \n{foot}\n", html)


def direction_of(text: str) -> str:
    """ "rtl" when the first letter with a direction is written from right to left, else "ltr"."""
    found = next((kind for sign in text if (kind := unicodedata.bidirectional(sign)) in ("L", *_RIGHT_TO_LEFT)), "L")
    return "rtl" if found in _RIGHT_TO_LEFT else "ltr"


def _paragraphs(text: str) -> list[str]:
    """What stands between empty lines; the lines of a paragraph stay."""
    blocks: list[list[str]] = [[]]
    for line in text.strip().splitlines():
        if line.strip():
            blocks[-1].append(line.rstrip())
        elif blocks[-1]:
            blocks.append([])
    return ["\n".join(block) for block in blocks if block]

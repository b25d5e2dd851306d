"""The mail with eleven numbers: laid out once for each survey, revision and language, then filled for each customer.

The layout is MJML (templates/surveys/mail/ask.mjml), which mrml turns into tables that every mail program draws. That
happens once, with marks in the place of what differs; a mail is the pieces between the marks with values in them.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from nps_project.accounts.links import make_address_token, make_token
from nps_project.common.text import shown
from surveys.branding.look import Look, fresh
from surveys.campaigns.mailed.found import Mailed
from surveys.models import Invitation, MailTexts, Survey, SurveyTexts
from surveys.scoring import SCORES
from surveys.standard_mail import FixedTexts, fixed_texts, standard_mail

DECOYS = (1, 2)  # before the numbers, and between 5 and 6
ASKS, REMINDS, ASKS_AGAIN = "asks", "reminds", "asks again"  # what a mail does; the last one comes after a ticket
LEAVE, LEAVE_NOW = "unsubscribe", "unsubscribe-now"  # purposes of tokens: only the header's acts without a choice
REPLY = "reply-to-ask"  # the purpose of the token in the address at which an ask is answered
_WITHOUT_FONTS = mrml.RenderOptions(fonts={})  # nothing is fetched from anybody
_SLOTS = ("link", "leave", "greeting")
_RUN = secrets.token_hex(16)  # nobody can guess it, so no text can contain a mark
_MARKS = {name: f"mark{number}x{_RUN}" for number, name in enumerate(_SLOTS)}
_ANY_MARK = re.compile(f"mark([0-9])x{_RUN}")


@dataclass(frozen=True, slots=True)
class MailContent:
    """A survey's mail in one language, with the brand filled in."""

    language: str
    brand: str
    subject: str
    intro: str
    closing: str
    why: str
    question: str
    low_label: str
    high_label: str
    fixed: FixedTexts
    look: Look

    @property
    def head(self) -> str:
        """The name at the head of the mail."""
        return self.look.sender_name or self.brand


@dataclass(frozen=True, slots=True)
class Values:
    """What differs from mail to mail: the personal link, the page to leave by, the greeting. Not escaped."""

    link: str
    leave: str
    greeting: str


@dataclass(frozen=True, slots=True)
class AskMail:
    """A mail as it is handed over."""

    subject: str
    text: str
    html: str


Pieces = tuple[str, ...]  # text, the name of a slot, text, the name of a slot, ..., text


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A mail without what differs."""

    content: MailContent
    text: Pieces
    html: Pieces

    def fill(self, values: Values) -> AskMail:
        """The mail of one customer."""
        plain = {"link": values.link, "leave": values.leave, "greeting": values.greeting}
        escaped = {"link": escape(values.link), "leave": escape(values.leave), "greeting": escape(values.greeting)}
        return AskMail(self.content.subject, _filled(self.text, plain), _filled(self.html, escaped))


def _filled(pieces: Pieces, values: Mapping[str, str]) -> str:
    parts = list(pieces)
    parts[1::2] = map(values.__getitem__, pieces[1::2])
    return "".join(parts)


def content_of(survey: Survey, language: str, *, kind: str = ASKS) -> MailContent:
    """The newest texts of a survey's mail that asks, reminds or asks again, in the company's look; three queries."""
    own = MailTexts.objects.filter(survey=survey, language=language).first()
    texts = {name: getattr(own, name) for name in MailTexts.TEXTS} if own else standard_mail(language)
    asked = SurveyTexts.objects.filter(survey=survey, language=language).latest("version")
    texts |= {name: getattr(asked, name) for name in ("question", "low_label", "high_label")}
    filled = {name: text.replace("{brand}", survey.brand) for name, text in texts.items()}
    fixed = fixed_texts(language)
    if kind == ASKS_AGAIN:
        filled["intro"] = f"{fixed.again_intro}\n{filled['intro']}"
    if kind == REMINDS:
        filled["subject"] = fixed.reminder.replace("{subject}", filled["subject"])
        filled["intro"] = f"{fixed.reminder_intro}\n{filled['intro']}"
    return MailContent(language=language, brand=survey.brand, fixed=fixed, look=fresh(), **filled)


def render(content: MailContent, values: Values) -> AskMail:
    """A mail by the slow way: laid out with its values in it. For previews, and for the skeleton itself."""
    context = {
        "content": content,
        "intro": _paragraphs(content.intro),
        "closing": _paragraphs(content.closing),
        "scores": list(SCORES),
        "decoys": DECOYS,
        "values": values,
    }
    with override(content.language):
        layout = render_to_string("surveys/mail/ask.mjml", context)
    html = mrml.to_html(layout, render_options=_WITHOUT_FONTS).content
    return AskMail(content.subject, _plain_text(content, values), html)


def _plain_text(content: MailContent, values: Values) -> str:
    """The twin of the HTML for who reads mail as text."""
    numbers = [f"{score}: {values.link}?score={score}" for score in SCORES]
    scale = "\n".join([content.low_label, *numbers, content.high_label])
    small = f"-- \n{content.why}\n{content.fixed.leave}: {values.leave}"
    parts = [content.head, values.greeting, *_paragraphs(content.intro), content.question, scale]
    return "\n\n".join([*parts, *_paragraphs(content.closing), small]) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@lru_cache(maxsize=256)
def skeleton(survey_id: int, revision: int, language: str, *, kind: str = ASKS) -> Skeleton:
    """The skeleton of a survey's mail, from this process's memory; its key grows with each change."""
    content = content_of(Survey.objects.get(pk=survey_id), language, kind=kind)
    marked = render(content, Values(**_MARKS))
    return Skeleton(content, _pieces(marked.text), _pieces(marked.html))


def _pieces(marked: str) -> Pieces:
    parts = _ANY_MARK.split(marked)
    return tuple(_SLOTS[int(part)] if place % 2 else part for place, part in enumerate(parts))


def values_of(invitation: Invitation, fixed: FixedTexts) -> Values:
    """What differs in the mail of one invitation, whose contact is loaded; no query."""
    site = settings.SITE_URL
    return Values(
        link=f"{site}/r/{make_token('r', invitation.public_id)}/",
        leave=f"{site}/unsubscribe/{make_token(LEAVE, invitation.public_id)}/",
        greeting=greeting(invitation.contact.name, fixed),
    )


def greeting(name: str, fixed: FixedTexts) -> str:
    """The first line; without a name where none is shown."""
    known = " ".join(shown(name).split())
    return fixed.hello_name.replace("{name}", known) if known else fixed.hello


def headers_of(mailed: Mailed) -> dict[str, str]:
    """Where an answer by mail goes, and the headers by which a mail program offers to unsubscribe (RFC 8058); one tap
    needs https, and by mail it goes where somebody reads it."""
    address = f"{settings.SITE_URL}/unsubscribe/{make_token(LEAVE_NOW, mailed.public_id)}/"
    ways = [f"<{address}>"]
    if settings.MAILBOXES and settings.BOUNCE_ADDRESS:
        mailbox = plus_address(settings.BOUNCE_ADDRESS, make_address_token(LEAVE_NOW, mailed.public_id))
        ways.append(f"<mailto:{mailbox}?subject=unsubscribe>")
    headers = {"List-Unsubscribe": ", ".join(ways)}
    if settings.REPLY_ADDRESS:
        headers["Reply-To"] = plus_address(settings.REPLY_ADDRESS, make_address_token(REPLY, mailed.public_id))
    if settings.SITE_URL.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def plus_address(address: str, token: str) -> str:
    """A mail address with a token behind a plus."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def links_in(mail: AskMail) -> Sequence[str]:
    """Every address in the HTML of a mail."""
    return re.findall(r'href="([^"]+)"', mail.html)

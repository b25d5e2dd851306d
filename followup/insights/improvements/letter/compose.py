"""Make the letters at the moment of sending, unless something speaks against one by then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import override

from followup.insights.improvements.letter import texts, whom
from followup.insights.improvements.letter.keys import told_id_of
from followup.insights.improvements.models import LetterTexts, Told, ToldStatus
from nps_project.accounts.links import make_address_token, make_token
from nps_project.deliveries.composing import Composed, Later, Mail, Never
from nps_project.deliveries.models import Delivery
from surveys.campaigns import mail, rules
from surveys.campaigns.composing import BOUNCE
from surveys.campaigns.pacing.late import LATE

NOT_LOOKED_AT = timedelta(minutes=1)  # until the sweep has looked what is late
NO_WORDS = "no_words"  # its letter was taken away in this language


def compose(deliveries: Sequence[Delivery], at: datetime) -> Mapping[int, Composed]:
    """The letters, by the ids of the deliveries; a fixed number of queries."""
    ids = {row.pk: told_id_of(row.about) or 0 for row in deliveries}
    rows = Told.objects.select_related("improvement", "contact", "survey", "ticket__root_cause")
    found = {row.pk: row for row in rows.defer("contact__search_vector").filter(pk__in=set(ids.values()))}
    contacts = {row.contact_id: row.contact for row in found.values()}
    surveys = {row.contact_id: row.survey for row in found.values()}
    decided = whom.verdicts(list(contacts.values()), surveys, at)
    letters = LetterTexts.objects.filter(improvement__in={row.improvement_id for row in found.values()})
    words = {(row.improvement_id, row.language): row for row in letters}
    return {row.pk: _compose(row, found.get(ids[row.pk]), decided, words, at) for row in deliveries}


def _compose(
    delivery: Delivery, told: Told | None, decided: Mapping[int, rules.Decision],
    words: Mapping[tuple[int, str], LetterTexts], at: datetime,
) -> Composed:  # fmt: skip
    if told is None:
        return Never("gone")
    if told.status != ToldStatus.QUEUED or not told.improvement.is_telling:
        return Never(told.status)
    looked_at = told.improvement.looked_at
    if looked_at is None or looked_at < at - LATE:
        return Later(at + NOT_LOOKED_AT)
    decision = decided[told.contact_id]
    if not isinstance(decision, rules.Ask):
        return Never(decision.reason)
    if (told.contact.email or "").lower() != delivery.to_address.lower():
        return Never(rules.NO_ADDRESS)  # the one that was chosen is theirs no more
    letter = words.get((told.improvement_id, told.language))
    if letter is None:
        return Never(NO_WORDS)
    made = made_for(told, letter)
    return Mail(made.subject, made.text, made.html, mail.headers_of(told), _envelope_sender(told))


def made_for(told: Told, letter: LetterTexts) -> texts.Made:
    """The letter to one customer, whose ticket, survey and contact are loaded."""
    leave = f"{settings.SITE_URL}/unsubscribe/{make_token(mail.LEAVE, told.public_id)}/"
    content = texts.letter_of(letter, brand=told.survey.brand, cause=_cause(told, letter.language))
    return texts.make(content, name=told.contact.name, leave=leave)


def _cause(told: Told, language: str) -> str:
    """What they named, as the letter says it."""
    cause = told.ticket.root_cause
    with override(language):
        return cause.name if cause is not None else ""


def _envelope_sender(told: Told) -> str:
    """Where the letter comes back to: the token names the customer, whatever the text of a bounce says."""
    address = settings.BOUNCE_ADDRESS
    return mail.plus_address(address, make_address_token(BOUNCE, told.public_id)) if address else ""

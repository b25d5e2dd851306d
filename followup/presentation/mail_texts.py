"""The mail that a person writes in their own mail program: the play's words, in the customer's language."""

import re
from urllib.parse import quote, urlencode

from followup.models import Ticket
from nps_project.common.text import in_language

FIELDS = ("name", "company", "brand", "score")
_FILLED = re.compile(r"\{(name|company|brand|score)\}")
_BRACES = re.compile(r"\{\s*([^\W\d][\w.]{0,39})\s*\}")


def known_fields(ticket: Ticket) -> dict[str, str]:
    """What each of FIELDS is for the customer of a ticket; "" where it is not known."""
    response = ticket.response
    return {
        "name": response.reach_name,
        "company": response.contact.company_name if response.contact else "",
        "brand": response.survey.brand,
        "score": str(ticket.score),
    }


def filled(words: str, ticket: Ticket) -> str:
    """A text for a customer with its placeholders filled in; the result is plain text, never markup."""
    known = known_fields(ticket)
    return _FILLED.sub(lambda found: known.get(found[1], found[0]), words)


def filled_where_known(words: str, ticket: Ticket) -> str:
    """As `filled`, but a placeholder without a value stays as it is, for a person to see and mend."""
    known = known_fields(ticket)
    return _FILLED.sub(lambda found: known[found[1]] or found[0], words)


def left_open(words: str) -> list[str]:
    """The placeholders that a text still has, each once: fields without a value, and names that are no field."""
    return list(dict.fromkeys(found[1] for found in _BRACES.finditer(words)))


def mail_url(ticket: Ticket) -> str:
    """A mailto address with the play's subject and text; "" for a customer without an e-mail address.

    Reads the ticket's play and survey.
    """
    play, response = ticket.play, ticket.response
    if not response.reach_email:
        return ""
    parts = {
        "subject": " ".join(filled(in_language(play.mail_subject, response.language), ticket).split()),
        "body": filled(in_language(play.mail_body, response.language), ticket),
    }
    query = urlencode({name: text for name, text in parts.items() if text}, quote_via=quote)
    return f"mailto:{quote(response.reach_email, safe='@')}" + (f"?{query}" if query else "")

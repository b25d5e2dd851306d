"""The mail that a person writes in their own mail program: the play's words, in the customer's language."""

import re
from urllib.parse import quote, urlencode

from followup.models import Ticket
from nps_project.common.text import in_language

_FILLED = re.compile(r"\{(name|company|brand|score)\}")


def filled(words: str, ticket: Ticket) -> str:
    """A text for a customer with its placeholders filled in; the result is plain text, never markup."""
    response = ticket.response
    known = {
        "name": response.reach_name,
        "company": response.contact.company_name if response.contact else "",
        "brand": response.survey.brand,
        "score": str(ticket.score),
    }
    return _FILLED.sub(lambda found: known.get(found[1], found[0]), words)


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

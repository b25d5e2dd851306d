"""The address of a customer's own page: for mails to them, and for the thank-you page.

Its token is an HMAC over the random id of the answer, so it works before the ticket is there, and can be shown again.
"""

from django.conf import settings

from nps_project.accounts.links import make_token, read_token
from surveys.models import Response
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.services.responses import PAGES

PATH = "/case/"
_PURPOSE = "case"


def case_url(response: Response) -> str:
    """The whole address, for a mail."""
    return f"{settings.SITE_URL}{case_path(response)}"


def case_path(response: Response) -> str:
    """The address within the site. No query."""
    return f"{PATH}{make_token(_PURPOSE, response.public_id)}/"


def form_purpose(response: Response) -> str:
    """What the token of a form on this page is for."""
    return f"case.{response.pk}"


def response_of(token: str) -> Response | None:
    """The answer behind a genuine token, with what its page shows; None for any other. One query."""
    public_id = read_token(_PURPOSE, token)
    if public_id is None:
        return None
    rows = Response.objects.select_related("survey", "contact", "invitation", "closed_case").defer("search_vector")
    return rows.filter(public_id=public_id).first()


def path_after_thanks(response: Response) -> str:
    """The address that the thank-you page shows: to unhappy customers who answered on a page. No query."""
    is_unhappy = response.score <= HIGHEST_DETRACTOR and response.channel in PAGES
    return case_path(response) if is_unhappy and not response.is_imported else ""

"""What was decided about asking a contact, for the contact's page (templates/surveys/asking/_decisions.html)."""

from nps_project.accounts.models import User
from surveys.models import AskDecision, Contact

SHOWN = 50


def of_contact(contact: Contact, user: User) -> list[AskDecision]:
    """The newest decisions that this user may see, at most SHOWN; one query."""
    rows = AskDecision.objects.visible_to(user).filter(contact=contact).select_related("survey")
    return list(rows.order_by("-pk")[:SHOWN])

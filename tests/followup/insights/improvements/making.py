"""Improvements that are done, and customers who named what was mended."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from followup.insights.improvements.letter import telling, texts
from followup.insights.improvements.models import Improvement, Told
from followup.insights.improvements.services import save_improvement
from followup.models import RootCause, Ticket
from nps_project.accounts.models import User
from nps_project.deliveries import sending
from surveys.models import Contact, Survey
from tests.factories import make_ticket


def customer(number: int, **fields: Any) -> Contact:
    return Contact.objects.create(
        email=f"c{number}@nordlys.dk", **({"name": f"Customer {number}", "language": "en"} | fields)
    )


def named(survey: Survey, contact: Contact, slug: str = "delivery", days_ago: int = 20) -> Ticket:
    """A ticket on which they named a cause; the quarantine of the answer is over, unless it is young."""
    ticket = make_ticket(survey, 3, contact=contact)
    born = timezone.now() - timedelta(days=days_ago)
    Ticket.objects.filter(pk=ticket.pk).update(root_cause=RootCause.objects.get(slug=slug), clock_from=born)
    Contact.objects.filter(pk=contact.pk).update(last_asked_at=None, last_answered_at=None)
    return ticket


def done(by: User, *languages: str) -> Improvement:
    """An improvement that is done, whose words a person has approved."""
    cause = RootCause.objects.get(slug="delivery")
    given = {"title": "Faster parcels", "owner": by, "root_causes": [cause], "state": "done"}
    made = save_improvement(Improvement(), given, by=by, at=timezone.now())
    for language in languages:
        body = f"You told us: {{cause}}.\n{language}: parcels leave the same day, {{name}}. {{brand}}"
        texts.save_texts(made, language, subject="We changed it", body=body, at=timezone.now())
    if languages:
        telling.approve(improvement_id=made.pk, by=by, at=timezone.now())
    return made


def work(hours: int = 0) -> None:
    telling.tell_due(timezone.now())
    sending.send_due(timezone.now() + timedelta(hours=hours))


def states() -> dict[str, tuple[str, str]]:
    rows = Told.objects.select_related("contact")
    return {row.contact.email or row.contact.name: (row.status, row.reason) for row in rows}

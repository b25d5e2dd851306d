"""A survey's mail as it would be, for who sets it up: on the screen, and as a test to oneself. It counts nowhere."""

from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from nps_project.accounts.models import User
from nps_project.deliveries.models import Audience, Delivery
from surveys.campaigns.mail import AskMail, Values, content_of, greeting, render
from surveys.models import Survey

TEMPLATE = "ask_test"


def sample_mail(survey: Survey, language: str, name: str) -> AskMail:
    """The mail with links to the preview of the survey; nothing behind them records anything."""
    content = content_of(survey, language)
    preview = f"{settings.SITE_URL}/setup/surveys/{survey.slug}/preview/"
    leave = f"{settings.SITE_URL}/unsubscribe/test/"
    return render(content, Values(link=preview, leave=leave, greeting=greeting(name, content.fixed)))


def send_test(survey: Survey, language: str, to: User) -> None:
    """Queue the mail to a colleague; without a mail server it is read in the outbox."""
    send_test_to(survey, language, to=to.email, name=to.name)


def send_test_to(survey: Survey, language: str, *, to: str, name: str = "") -> None:
    """Queue the mail to an address; as above."""
    made, at = sample_mail(survey, language, name), timezone.now()
    Delivery.objects.create(
        audience=Audience.STAFF, dedupe_key=f"{TEMPLATE}:{uuid4()}", template=TEMPLATE, to_address=to,
        language=language, subject=made.subject, body_text=made.text, body_html=made.html, queued_at=at, retry_at=at,
    )  # fmt: skip

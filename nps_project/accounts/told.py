"""Mails to people about their own account."""

import uuid

from django.conf import settings

from nps_project.accounts.models import User
from nps_project.deliveries.queueing import queue_mail

RESET = "password_reset"


def queue_account_changed(user: User, what: str) -> None:
    """Tell the owner of a change that a stranger would make too. `what`: a case of templates/emails/account_changed."""
    queue_mail(
        template="account_changed",
        to=user.email,
        language=user.language,
        context={"what": what, "url": f"{settings.SITE_URL}/setup/me/"},
        dedupe_key=f"account:{user.pk}:{what}:{uuid.uuid4()}",
    )


def queue_password_reset(user: User, token: str, minutes: int) -> None:
    """The link to choose a new password."""
    queue_mail(
        template=RESET,
        to=user.email,
        language=user.language,
        context={"url": f"{settings.SITE_URL}/login/reset/{token}/", "minutes": minutes},
        dedupe_key=f"reset:{uuid.uuid4()}",
    )

"""Mails to people about their own account."""

import uuid
from typing import Any

from django.conf import settings

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.queueing import queue_mail, render_mail
from nps_project.operations.logs import without_tokens

RESET = "password_reset"


def forget_link(sender: type[Delivery], delivery: Delivery, **_kwargs: Any) -> None:
    """The mail is with its reader: the row keeps no link that opens something."""
    if delivery.template == RESET and delivery.status == Status.SENT:
        Delivery.objects.filter(pk=delivery.pk).update(
            body_text=without_tokens(delivery.body_text), body_html=without_tokens(delivery.body_html)
        )


def queue_account_changed(user: User, what: str) -> None:
    """Tell the owner of a change that a stranger would make too. `what`: a case of templates/emails/account_changed."""
    queue_mail(
        template="account_changed",
        to=user.email,
        language=user.language,
        context={"what": what, "url": f"{settings.SITE_URL}/setup/me/"},
        dedupe_key=f"account:{user.pk}:{what}:{uuid.uuid4()}",
    )


def write_to_nobody(token: str, minutes: int) -> None:
    """As much work as a mail to somebody: an address without an account is not told apart by a quick answer."""
    render_mail(RESET, "en", {"url": f"{settings.SITE_URL}/login/reset/{token}/", "minutes": minutes})


def queue_password_reset(user: User, token: str, minutes: int) -> None:
    """The link to choose a new password."""
    queue_mail(
        template=RESET,
        to=user.email,
        language=user.language,
        context={"url": f"{settings.SITE_URL}/login/reset/{token}/", "minutes": minutes},
        dedupe_key=f"reset:{uuid.uuid4()}",
    )

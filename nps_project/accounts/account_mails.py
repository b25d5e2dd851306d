"""Mails to people about their own account; sign-in and set-up queue them."""

import uuid
from typing import Any

from django.conf import settings

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.queueing import queue_mail, render_mail
from nps_project.operations.logs import without_tokens

RESET = "password_reset"


def erase_reset_link(sender: type[Delivery], delivery: Delivery, **_kwargs: Any) -> None:
    """Receive delivery_sent: once a reset mail is sent, take its link out of the stored row."""
    if delivery.template == RESET and delivery.status == Status.SENT:
        Delivery.objects.filter(pk=delivery.pk).update(
            body_text=without_tokens(delivery.body_text), body_html=without_tokens(delivery.body_html)
        )


def queue_account_changed_mail(user: User, what: str) -> None:
    """Mail the owner about a change of the account. `what` is a case of templates/emails/account_changed."""
    queue_mail(
        template="account_changed",
        to=user.email,
        language=user.language,
        context={"what": what, "url": f"{settings.SITE_URL}/setup/me/"},
        dedupe_key=f"account:{user.pk}:{what}:{uuid.uuid4()}",
    )


def render_reset_mail_for_nobody(token: str, minutes: int) -> None:
    """Do the work of a reset mail without sending it, so that the answer's time does not tell who has an account."""
    render_mail(RESET, "en", {"url": f"{settings.SITE_URL}/login/reset/{token}/", "minutes": minutes})


def queue_password_reset_mail(user: User, token: str, minutes: int) -> None:
    """Mail the link at which the person chooses a new password. `minutes`: how long it is good."""
    queue_mail(
        template=RESET,
        to=user.email,
        language=user.language,
        context={"url": f"{settings.SITE_URL}/login/reset/{token}/", "minutes": minutes},
        dedupe_key=f"reset:{uuid.uuid4()}",
    )

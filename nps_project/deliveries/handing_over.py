"""Hand one mail over, to the mail server or the mail service; what is raised then says whether it was taken.

A mail that a composer makes (composing.py) goes by smtp.py or, to a mail service, by service.py; the others by Django's
mail backend.
"""

import smtplib
from contextlib import suppress
from email.utils import parseaddr

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from nps_project.deliveries import composing, service, smtp
from nps_project.deliveries.from_header import from_of
from nps_project.deliveries.mail import files, message
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.reply_header import reply_to_of

AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
FORESEEN = (
    smtplib.SMTPException,
    smtp.Refused,
    service.ServiceRefused,
    AnymailError,
    OSError,
    ValueError,
)


def message_id_of(delivery: Delivery) -> str:
    """The Message-ID header: one and the same, however often the mail is tried."""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return f"<{delivery.message_id}@{host}>"


def _message_id_header(delivery: Delivery) -> dict[str, str]:
    message_id = message_id_of(delivery)
    return service.headers_that_keep(message_id) if settings.EMAIL_SERVICE else {"Message-ID": message_id}


def send_mail(delivery: Delivery) -> None:
    """Hand one mail to the server. Raises: whatever the mail backend raises."""
    mail = EmailMultiAlternatives(
        delivery.subject,
        delivery.body_text,
        from_email=from_of(delivery.template),
        to=[delivery.to_address],
        reply_to=reply_to_of(delivery),
        headers={**_message_id_header(delivery), "Auto-Submitted": "auto-generated"},
    )
    if delivery.body_html:
        mail.attach_alternative(delivery.body_html, "text/html")
    mail.send()


def send_composed(delivery: Delivery, mail: composing.Mail) -> None:
    """Hand a composed mail to the server or the service. Raises: as smtp.send and service.send; ValueError when it
    cannot be built."""
    subject, sender = " ".join(mail.subject.split()), from_of(delivery.template)
    headers = {**_message_id_header(delivery), **({} if mail.by_person else AUTOMATIC), **mail.headers}
    slow = EmailMultiAlternatives(subject, mail.text, from_email=sender, to=[delivery.to_address], headers=headers)
    slow.attach_alternative(mail.html, "text/html")
    if mail.has_files:
        for file in mail.files():
            files.attach(slow, file)
    if settings.EMAIL_SERVICE:  # bounces come back to the service, and from there by its webhook
        service.send(slow, mail_id=str(delivery.message_id))
        return
    content = b""
    if not mail.has_files:
        with suppress(message.NotPlain):
            content = message.as_bytes(
                subject=subject, sender=sender, to=delivery.to_address, text=mail.text,
                html=mail.html, headers=headers,
            )  # fmt: skip
    content = content or slow.message().as_bytes(linesep="\r\n")
    comes_back_to = mail.envelope_sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    smtp.send(content, sender=message.safe_address(comes_back_to), to=message.safe_address(delivery.to_address))

"""Queue mails as rows, inside the transaction of the event that they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Case, F, Q, Value, When
from django.template.loader import render_to_string
from django.utils import timezone, translation

from nps_project.common import new_rows
from nps_project.common.new_rows import Given
from nps_project.deliveries.models import Audience, Delivery, Kind, Status

RESERVED_DOMAINS = ("example.com", "example.net", "example.org")
RESERVED_ENDINGS = (".example", ".invalid", ".test", ".localhost", *(f".{domain}" for domain in RESERVED_DOMAINS))


def is_reserved(address: str) -> bool:
    """Whether an address can belong to nobody (RFC 2606): demo data and service accounts are never mailed."""
    domain = address.rsplit("@", 1)[-1].lower()
    return domain in RESERVED_DOMAINS or f".{domain}".endswith(RESERVED_ENDINGS)


def render_mail(template: str, language: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """(subject, text, html); the subject is one line whatever the context holds."""
    with translation.override(language):
        subject = " ".join(render_to_string(f"emails/{template}/subject.txt", dict(context)).split())
        text = render_to_string(f"emails/{template}/body.txt", dict(context))
        html = render_to_string(f"emails/{template}/body.html", dict(context))
    return subject[:300], text.strip() + "\n", html


def queue_mail(
    *,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    dedupe_key: str,
    about: str = "",
    audience: str = Audience.STAFF,
    not_before: datetime | None = None,
) -> None:
    """Queue one mail from templates/emails/<template>/; an event that was queued before gets no second one.

    `not_before`: when it may go out; unset, at once.

    The subject is one line whatever the context holds, so that nothing typed by a customer becomes a header.
    """
    subject, text, html = render_mail(template, language, context)
    row = Delivery(
        kind=Kind.MAIL, audience=audience, dedupe_key=dedupe_key, about=about, template=template, to_address=to,
        language=language, subject=subject, body_text=text, body_html=html, retry_at=not_before or timezone.now(),
    )  # fmt: skip
    Delivery.objects.bulk_create([row], ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class ToCompose:
    """A mail that the composer of its template makes when it is sent (composing.py); nothing of it is kept.

    `message_id`: when the app knows the mail by it; unset, a new one.
    """

    to: str
    language: str
    dedupe_key: str
    about: str
    message_id: UUID = field(default_factory=uuid4)


def queue_composed(
    mails: Sequence[ToCompose], *, template: str, audience: str, at: datetime, not_before: datetime | None = None
) -> None:
    """Queue these mails, to leave at `not_before` or at once; an event that was queued before gets no second one.

    One statement.
    """
    rows = _to_compose(mails, template, audience, at, not_before or at)
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def queueing_composed(mails: Sequence[ToCompose], *, template: str, audience: str, at: datetime) -> list[Given]:
    """The same as parts of a statement, of mails that leave at once; none without any."""
    rows = _to_compose(mails, template, audience, at, at)
    return [new_rows.rows(rows, new_rows.ONCE)] if rows else []


def _to_compose(
    mails: Sequence[ToCompose], template: str, audience: str, at: datetime, retry_at: datetime
) -> list[Delivery]:
    return [
        Delivery(
            kind=Kind.MAIL, audience=audience, dedupe_key=mail.dedupe_key, about=mail.about, template=template,
            to_address=mail.to, language=mail.language, message_id=mail.message_id, queued_at=at, retry_at=retry_at,
        )
        for mail in mails
    ]  # fmt: skip


def call_back(about: str) -> bool:
    """Cancel a mail that surely has not left: it is queued, and nobody has it in hand. False when it is too late."""
    queued = Delivery.objects.filter(about=about, status=Status.QUEUED)
    return bool(queued.update(to_cancel=True, status=Status.CANCELLED))


def cancel_unsent(about: Sequence[str]) -> None:
    """Cancel queued mails; one that is in flight is not tried again should it fail. One statement, so that no row
    goes from one to the other unseen."""
    unsent = Delivery.objects.filter(about__in=about, status__in=(Status.QUEUED, Status.IN_FLIGHT))
    unsent.update(to_cancel=True, status=_instead(Status.QUEUED, Status.CANCELLED))


def queue_cancelled(about: Sequence[str]) -> None:
    """Queue again mails that `cancel_unsent` cancelled."""
    cancelled = Delivery.objects.filter(Q(status=Status.CANCELLED) | Q(to_cancel=True), about__in=about)
    cancelled.update(to_cancel=False, status=_instead(Status.CANCELLED, Status.QUEUED))


def queue_again(about: Sequence[str], at: datetime) -> None:
    """Queue again mails that surely did not go out: cancelled ones, and those that the mail server refused.

    One that is on its way is not called back any more. One of unknown end is never sent again.
    """
    called_back = Q(status=Status.IN_FLIGHT, to_cancel=True)
    unsent = Delivery.objects.filter(Q(status__in=(Status.CANCELLED, Status.FAILED)) | called_back, about__in=about)
    again = Case(When(status=Status.IN_FLIGHT, then=F("status")), default=Value(Status.QUEUED))
    unsent.update(to_cancel=False, to_announce=False, status=again, attempts=0, retry_at=at)


def _instead(old: Status, new: Status) -> Case:
    return Case(When(status=old, then=Value(new)), default=F("status"))

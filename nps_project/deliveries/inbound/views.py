"""/mail/<service>/tracking/: what a mail service tells of the mails that it sent. /mail/<service>/inbound/: a mail.

The services sign in by HTTP basic authentication. Whoever does not gets an empty 401, and 404 where no secret is set:
neither says which services there are.
"""

import base64
import binascii
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from requests import RequestException

from nps_project.deliveries.inbound import events, posted, sources, taking, tracking
from nps_project.deliveries.inbound.models import LeftFor, MailSource, SourceKind
from nps_project.deliveries.inbound.reading import posted_mail
from nps_project.deliveries.inbound.taking import Given
from nps_project.deliveries.mail_services import SERVICES

logger = logging.getLogger(__name__)


def _refusal(request: HttpRequest, service: str) -> HttpResponse | None:
    """Why nothing is read of a request; None for one of a service that is let in."""
    if not settings.MAIL_WEBHOOK_SECRET:
        return _empty(404)
    if not is_signed_in(request.META):
        return _empty(401, {"WWW-Authenticate": 'Basic realm="mail"'})
    if service not in SERVICES:
        return _empty(404)
    return None if request.method == "POST" else _empty(405, {"Allow": "POST"})


@csrf_exempt
def tracking_webhook(request: HttpRequest, service: str) -> HttpResponse:
    """Take the events of one request. A fault of ours is a 500, after which the service sends them again."""
    if (refusal := _refusal(request, service)) is not None:
        return refusal
    try:
        found = tracking.read(_view(service, "Tracking").parse_events(request))
    except RequestDataTooBig:
        return _empty(413)
    except (UnreadablePostError, DatabaseError):
        raise
    except Exception as error:  # noqa: BLE001  (whatever is wrong with what was sent, it is not ours)
        logger.warning("a webhook of %s was not understood: %s", service, type(error).__name__)
        return _empty(400)
    for event, parts in found:
        events.take(event, service, *parts)
    sources.heard(service, timezone.now())
    return _empty(200)


@csrf_exempt
def inbound_webhook(request: HttpRequest, service: str) -> HttpResponse:
    """Take a mail that came in. 500 when it could not be stored, after which the service sends it again."""
    if (refusal := _refusal(request, service)) is not None:
        return refusal
    try:
        whole = posted.Posted(request)
        given = posted.mails(_view(service, "Inbound").parse_events(whole), whole.body)
    except (UnreadablePostError, DatabaseError, RequestException):
        raise
    except Exception as error:  # noqa: BLE001  (as above)
        logger.warning("a mail of %s was not understood: %s", service, type(error).__name__)
        return _empty(400)
    at = timezone.now()
    sources.heard(service, at)
    source = MailSource.objects.get(name=service, kind=SourceKind.SERVICE)
    rows = [taking.take(source, Given(0, raw, at)) for raw in given]
    return _empty(500 if any(row.left_for == LeftFor.FAILED for row in rows) else 200)


def _empty(status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    response = HttpResponse(status=status, content_type="text/plain", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_signed_in(meta: Mapping[str, Any]) -> bool:
    """Whether a request, by its WSGI environment, carries the secret of the webhooks."""
    scheme, _space, encoded = str(meta.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if not settings.MAIL_WEBHOOK_SECRET:
        return False
    try:
        given = base64.b64decode(encoded.strip(), validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    return constant_time_compare(given, settings.MAIL_WEBHOOK_SECRET.encode())


def _view(service: str, kind: str) -> Any:
    """Anymail's view of a service, which reads its events; whoever calls it was let in above."""
    title = SERVICES[service].title
    more = {"webhook_signing_key": "unused"} if service == "mailgun" else {}
    made = import_string(f"anymail.webhooks.{service}.{title}{kind}WebhookView")
    posted_mail.use_in(made.__module__)
    return made(webhook_secret=[settings.MAIL_WEBHOOK_SECRET], **more)

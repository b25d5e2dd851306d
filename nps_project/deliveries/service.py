"""Hand a customer's mail to the mail service of EMAIL_URL, by its API, so that it is known whether the service took it.

What the service answers is an outcome of the same kinds as a mail server's (smtp.py). A service that falls silent after
the request, or fails while it works on it, may have taken the mail or not: `OutcomeUnknown`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from nps_project.deliveries.mail_services import SERVICES
from nps_project.deliveries.refusals import Refusal, RefusedAs
from nps_project.deliveries.smtp import OutcomeUnknown

METADATA = "delivery"  # the name under which a webhook gives back the id of the mail
_TAKEN = {"sent", "queued"}
_NOT_NOW = {401, 403, 404, 408, 425, 429, 503}  # our key, our rate, its maintenance: it took nothing


class ServiceRefused(Exception):
    """The service refused this mail."""

    def __init__(self, refusal: Refusal, text: str) -> None:
        super().__init__(text)
        self.refusal = refusal


class NotNow(OSError):
    """The service took nothing, and may later."""


class _Kept(threading.local):
    """This thread's session."""

    backend: Any = None


_kept = _Kept()


@contextmanager
def kept_session() -> Iterator[None]:
    """Inside, this thread's mails go to the service through one HTTP session, opened with the first of them."""
    if _kept.backend is not None or not settings.EMAIL_SERVICE:
        yield
        return
    _kept.backend = get_connection()
    try:
        yield
    finally:
        backend, _kept.backend = _kept.backend, None
        with suppress(OSError):
            backend.close()


def headers_that_keep(message_id: str) -> dict[str, str]:
    """The headers by which the service keeps our Message-ID; empty where it writes its own whatever we ask."""
    wanted = SERVICES[settings.EMAIL_SERVICE].headers
    return {} if wanted is None else {"Message-ID": message_id, **wanted}


def send(message: EmailMultiAlternatives, *, mail_id: str) -> None:
    """Hand a mail to one recipient over. Raises: ServiceRefused, NotNow, OutcomeUnknown, ValueError."""
    backend = _kept.backend or get_connection()
    message.metadata = {METADATA: mail_id}  # type: ignore[attr-defined]  # anymail reads it
    try:
        backend.open()
        backend.send_messages([message])
    except AnymailRecipientsRefused as error:
        raise _recipient_refused(message) from error
    except AnymailInvalidAddress as error:
        raise ServiceRefused(Refusal(RefusedAs.ADDRESS, True), "The address is not valid") from error
    except AnymailAPIError as error:
        raise _outcome_of(error) from error
    finally:
        if backend is not _kept.backend:
            backend.close()
    states = _states(message)
    if not states or not states <= _TAKEN:
        raise OutcomeUnknown(f"the service said {sorted(map(str, states))}")


def _states(message: EmailMultiAlternatives) -> set[Any]:
    return set(getattr(message, "anymail_status").status or ())  # noqa: B009  (anymail adds it)


def _recipient_refused(message: EmailMultiAlternatives) -> Exception:
    """`invalid`: no such address. `rejected`: on the service's own list, of whatever origin."""
    states = _states(message)
    kind = RefusedAs.ADDRESS if states == {"invalid"} else RefusedAs.OTHER
    return ServiceRefused(Refusal(kind, True), f"The service said {sorted(map(str, states))}")


def _outcome_of(error: AnymailAPIError) -> Exception:
    code = error.status_code
    if code is None:
        return NotNow(type(error.__cause__).__name__) if _was_never_sent(error.__cause__) else OutcomeUnknown(
            type(error.__cause__).__name__
        )  # fmt: skip
    text = f"{code} {_words(error.response)}"
    if code in _NOT_NOW:
        return NotNow(text)
    if 400 <= code < 500:  # what it does not like is ours to mend: sender, domain, content
        return ServiceRefused(Refusal(RefusedAs.POLICY, True), text)
    return OutcomeUnknown(text)


def _words(response: Any) -> str:
    return " ".join(str(getattr(response, "text", ""))[:300].split())


def _was_never_sent(cause: BaseException | None) -> bool:
    """Whether no connection came about, so that the service has seen nothing."""
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(cause, requests.ConnectionError) and type(reason).__name__ in (
        "NewConnectionError",
        "NameResolutionError",
        "ConnectTimeoutError",
    )

"""The mail services that EMAIL_URL may name, of those that django-anymail knows. Pure: settings.py reads it.

Taken are those whose webhooks give back what was sent along with a mail (metadata), so that an event finds its mail
whatever Message-ID the service wrote, and which need nothing but an HTTP request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class MailService:
    """A service. `settings`: anymail's settings for the parts of the address, in their order; `options`: those that may
    follow a question mark, with the values that are allowed (none: any); `headers`: what makes it keep our Message-ID,
    None when nothing does.
    """

    title: str
    settings: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] | None = None


SERVICES = {
    "brevo": MailService("Brevo", ("BREVO_API_KEY",)),
    "mailgun": MailService(
        "Mailgun", ("MAILGUN_API_KEY",), {"domain": "MAILGUN_SENDER_DOMAIN", "region": "MAILGUN_API_URL"}, headers={}
    ),
    "mailjet": MailService("Mailjet", ("MAILJET_API_KEY", "MAILJET_SECRET_KEY")),
    "postmark": MailService(
        "Postmark", ("POSTMARK_SERVER_TOKEN",), {"stream": "POSTMARK_MESSAGE_STREAM"}, headers={"X-PM-KeepID": "true"}
    ),
    "resend": MailService("Resend", ("RESEND_API_KEY",)),
}
_REGIONS = {"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}
ALLOWED = (
    "postmark://TOKEN, brevo://KEY, resend://KEY, mailgun://KEY?domain=mg.example.com&region=eu or "
    "mailjet://KEY:SECRET; in a key : is written %3A, / %2F, # %23, ? %3F, @ %40, % %25"
)


def named_in(url: str) -> str:
    """The service that an address begins with; empty when it is none."""
    scheme = url.partition("://")[0]
    return scheme if "://" in url and scheme in SERVICES else ""


def anymail_settings(url: str) -> dict[str, Any]:
    """Anymail's settings for the address of a service. Raises: ValueError."""
    parts = urlsplit(url)
    service = SERVICES[parts.scheme]
    keys = [unquote(part) for part in parts.netloc.split(":")]
    if len(keys) != len(service.settings) or not all(keys) or "@" in parts.netloc:
        raise ValueError(url)
    if parts.path not in ("", "/") or parts.fragment or not url.isprintable() or " " in url:
        raise ValueError(url)
    found: dict[str, Any] = dict(zip(service.settings, keys, strict=True))
    for name, value in parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)):
        setting = service.options.get(name)
        if setting is None or setting in found or not value:
            raise ValueError(url)
        if name == "region" and value not in _REGIONS:
            raise ValueError(url)
        found[setting] = _REGIONS[value] if name == "region" else value
    return found

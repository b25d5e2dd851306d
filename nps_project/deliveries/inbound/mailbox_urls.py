"""The mailboxes of MAILBOX_URL. Pure: settings.py reads it."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote

PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
ALLOWED = "imaps://user:password@host/INBOX, several with commas; in a password a comma is written %2C"


@dataclass(frozen=True, slots=True)
class MailboxUrl:
    """A mailbox, and how it is reached: TLS at once, after STARTTLS (`imap+tls`), or not at all (`imap`)."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """What it is called, without its password."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.user} {self.host}{port}/{self.folder}"[:400]


def mailbox_of(parts: SplitResult) -> MailboxUrl:
    """The mailbox of an address. Raises: ValueError."""
    folder = unquote(parts.path).strip("/") or "INBOX"
    if not parts.hostname or not parts.username or parts.password is None or parts.query or not folder.isprintable():
        raise ValueError(parts.scheme)
    if parts.scheme == "imap+tls" and parts.port == PORTS["imaps"]:  # there TLS comes first
        raise ValueError(parts.scheme)
    user, password = unquote(parts.username), unquote(parts.password)
    return MailboxUrl(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password, folder)

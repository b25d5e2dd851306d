"""What is known of the sender without asking anybody, and which names in DNS tell the rest. Pure."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from nps_project.deliveries.queueing import is_reserved
from nps_project.deliveries.sender.records import organization

USUAL_SELECTORS = ("default", "dkim", "mail", "google", "selector1", "selector2", "s1", "s2", "k1", "k2")
MOST_SELECTORS = 10
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
_NOT_ON_THE_NET = ("localhost", "local", "internal", "lan", "home.arpa")


def domain_of(address: str) -> str:
    """The domain of a mail address, with or without a name before it; empty without one."""
    return parseaddr(address)[1].rpartition("@")[2].strip("[]. ").lower()


def is_public(domain: str) -> bool:
    """Whether a domain can belong to somebody whom mail reaches."""
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        ends = tuple(f".{name}" for name in _NOT_ON_THE_NET)
        return "." in domain and not f".{domain}".endswith(ends) and not is_reserved(f"x@{domain}")
    return False


def selectors_in(typed: str) -> list[str]:
    """The selectors in what an admin typed. Raises: ValueError with the word that is none, or one too many."""
    found = list(dict.fromkeys(word.lower() for word in re.split(r"[\s,;]+", typed.strip()) if word))
    for word in found:
        if not _SELECTOR.fullmatch(word):
            raise ValueError(word)
    if len(found) > MOST_SELECTORS:
        raise ValueError(found[MOST_SELECTORS])
    return found


@dataclass(frozen=True, slots=True)
class Sender:
    """The settings that decide how mail to customers leaves. `selectors`: empty where the admin named none."""

    site_url: str
    from_address: str  # as in DEFAULT_FROM_EMAIL
    bounce_address: str = ""
    mail_host: str = ""  # empty: no mail server is set
    is_from_set: bool = True
    token_length: int = 42
    selectors: tuple[str, ...] = ()

    @property
    def from_domain(self) -> str:
        """The domain that customers see; empty when DNS cannot know it."""
        domain = domain_of(self.from_address)
        return domain if is_public(domain) else ""

    @property
    def envelope_domain(self) -> str:
        """The domain that bounces come back to, which is the one that SPF is about; empty when DNS cannot know it."""
        domain = domain_of(self.bounce_address or self.from_address)
        return domain if is_public(domain) else ""

    @property
    def signing_domains(self) -> tuple[str, ...]:
        """Where a DKIM key may lie so that DMARC takes it for the sender's."""
        return tuple(dict.fromkeys([self.from_domain, organization(self.from_domain)]))

    def tried_selectors(self) -> tuple[str, ...]:
        """The admin's selectors, else the usual ones."""
        return self.selectors or USUAL_SELECTORS

    def names(self) -> Iterator[str]:
        """The names whose TXT records are wanted, the most telling first."""
        if self.envelope_domain:
            yield self.envelope_domain
        if self.from_domain:
            for domain in self.signing_domains:
                yield f"_dmarc.{domain}"
            for domain in self.signing_domains:
                for selector in self.tried_selectors():
                    yield f"{selector}._domainkey.{domain}"

"""Ask DNS for the records of the sender, within a bounded time."""

import time
from collections.abc import Iterator

import dns.exception
import dns.name
import dns.resolver

from nps_project.deliveries.sender.names import Sender
from nps_project.deliveries.sender.records import MOST_LOOKUPS, spf_follows, spf_records

WITHIN_S = 5.0  # all of it: a person waits
ONE_WITHIN_S = 2.5
Texts = dict[str, list[str] | None]


def resolver() -> dns.resolver.Resolver:
    """The name servers of this machine."""
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return dns.resolver.Resolver(configure=False)


def look_up(sender: Sender) -> Texts:
    """The TXT records of each name that the judgement wants: an empty list where there are none, None where no server
    answered. After WITHIN_S the rest is None."""
    server, ends, found = resolver(), time.monotonic() + WITHIN_S, Texts()
    for name in sender.names():
        found[name] = _texts(server, name, ends)
    if sender.envelope_domain:
        for name in _followed(sender.envelope_domain, found):
            found[name] = _texts(server, name, ends)
    return found


def _followed(domain: str, found: Texts) -> Iterator[str]:
    """The domains whose records belong to the SPF of `domain`, each once, as they come to be known."""
    waiting, left = [domain], MOST_LOOKUPS
    while waiting and left:
        for record in spf_records(found.get(waiting.pop()) or [])[:1]:
            for name in spf_follows(record):
                if name not in found and left:
                    left -= 1
                    waiting.append(name)
                    yield name


def _texts(server: dns.resolver.Resolver, name: str, ends: float) -> list[str] | None:
    left = min(ends - time.monotonic(), ONE_WITHIN_S)
    if left <= 0:
        return None
    try:
        answer = server.resolve(name, "TXT", lifetime=left, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.NameTooLong, dns.name.LabelTooLong,
            dns.name.EmptyLabel, dns.name.BadEscape):  # fmt: skip
        return []
    except (dns.exception.DNSException, OSError):
        return None
    return sorted(b"".join(row.strings).decode("utf-8", "replace") for row in answer)

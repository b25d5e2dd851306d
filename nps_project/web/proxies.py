"""Find the client of a request; forwarded headers count only from a proxy in TRUSTED_PROXIES."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


IPV6_PREFIX = 64  # what one household or one machine is given: within it addresses cost nothing


@lru_cache(maxsize=4096)
def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """IPv4 in the shape of IPv6 (::ffff:192.0.2.1, from a socket that takes both) is IPv4. None: no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def plain(address: str) -> str:
    """The address as it is written; what is no address as it came."""
    return str(_read(address) or address)


def whose(address: str) -> str:
    """The part of an address that stands for one client: an IPv4 address, or the /64 of an IPv6 address."""
    ip = _read(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(ip), IPV6_PREFIX), strict=False))
    return str(ip or address)


def client(request: HttpRequest) -> str:
    """The name of a request's client, under which every limit counts."""
    return whose(request.META.get("REMOTE_ADDR", ""))


def is_trusted(address: str) -> bool:
    """Whether the operator named it in TRUSTED_PROXIES."""
    ip = _read(address)
    return ip is not None and any(ip in network for network in settings.TRUSTED_PROXIES)


def read_forwarded(environ: dict[str, Any]) -> None:
    """Set REMOTE_ADDR and the scheme from a trusted proxy's headers, and drop them from anyone else.

    Doing it again changes nothing: the headers are gone then. "winback.forwarded" says that there were some,
    "winback.trusted" that a proxy of ours sent them.
    """
    environ["REMOTE_ADDR"] = plain(environ.get("REMOTE_ADDR", ""))
    forwarded = [name for name in _FORWARDED if name in environ]
    if forwarded:
        environ["winback.forwarded"] = True
        if is_trusted(environ["REMOTE_ADDR"]):
            environ["winback.trusted"] = True
            _believe(environ)
        for name in forwarded:
            del environ[name]


def _believe(environ: dict[str, Any]) -> None:
    """The client is the last address in the chain that is no proxy of ours."""
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    for address in reversed(chain):
        if _read(address) is None:
            break
        environ["REMOTE_ADDR"] = plain(address)
        if not is_trusted(address):
            break
    if environ.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
        environ["wsgi.url_scheme"] = "https"


class TrustedProxyMiddleware:
    """Reads forwarded headers, for what runs without the web server, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        read_forwarded(request.META)
        return self.get_response(request)

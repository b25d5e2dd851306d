"""Where a request comes from: forwarded headers count only from a proxy that the operator trusts."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def _is_trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in settings.TRUSTED_PROXIES)


class TrustedProxyMiddleware:
    """Sets REMOTE_ADDR and the scheme from a trusted proxy's headers, and drops them from anyone else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        forwarded = [name for name in _FORWARDED if name in meta]
        if forwarded:
            meta["winback.forwarded"] = True
            if _is_trusted(meta.get("REMOTE_ADDR", "")):
                meta["winback.trusted"] = True
                self._believe(request)
            for name in forwarded:
                meta.pop(name, None)
        return self.get_response(request)

    @staticmethod
    def _believe(request: HttpRequest) -> None:
        """The client is the last address in the chain that is no proxy of ours."""
        meta = request.META
        chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        for address in reversed(chain):
            try:
                ipaddress.ip_address(address)
            except ValueError:
                break
            meta["REMOTE_ADDR"] = address
            if not _is_trusted(address):
                break
        if meta.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
            meta["wsgi.url_scheme"] = "https"

"""Forwarded headers: believed from a proxy that the operator trusts, dropped from anyone else."""

import ipaddress
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from nps_project.web.proxies import TrustedProxyMiddleware, client, whose
from tests import services
from tests.factories import make_survey, make_user


def through(remote: str, **headers: str) -> HttpRequest:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    request.META["REMOTE_ADDR"] = remote
    TrustedProxyMiddleware(view)(request)
    return seen[0]


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(network) for network in ("10.0.0.0/8", "fd00::/8")]


@pytest.mark.parametrize(
    ("remote", "forwarded_for", "address"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("fd00::1", "2001:db8::9", "2001:db8::9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first one is the client's own invention
        ("10.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, <script>", "10.0.0.1"),
        ("203.0.113.5", "1.1.1.1", "203.0.113.5"),
        ("", "1.1.1.1", ""),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),  # a socket that takes both kinds tells IPv4 so
        ("::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_whose_address_counts(remote: str, forwarded_for: str, address: str) -> None:
    request = through(remote, x_forwarded_for=forwarded_for)
    assert request.META["REMOTE_ADDR"] == address
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize(("remote", "secure"), [("10.0.0.1", True), ("203.0.113.5", False)])
def test_whose_scheme_counts(remote: str, secure: bool) -> None:
    assert through(remote, x_forwarded_proto="https").is_secure() is secure
    assert through(remote, x_forwarded_proto="http").is_secure() is False


def test_another_host_is_never_believed() -> None:
    for remote in ("10.0.0.1", "203.0.113.5"):
        request = through(remote, x_forwarded_host="evil.example", forwarded="host=evil.example")
        assert request.get_host() == "testserver"
        assert not [name for name in request.META if "FORWARDED" in name]


def test_without_trusted_proxies_nothing_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    request = through("127.0.0.1", x_forwarded_for="1.1.1.1", x_forwarded_proto="https")
    assert request.META["REMOTE_ADDR"] == "127.0.0.1"
    assert not request.is_secure()
    assert request.META["winback.forwarded"] is True


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_client_is_its_network_of_64_bits(address: str, one: str) -> None:
    assert whose(address) == one
    assert client(through(address)) == one


@pytest.mark.django_db
@pytest.mark.usefixtures("new_limits")
def test_a_limit_counts_all_addresses_of_one_ipv6_network_together(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 5
    make_survey("hello")
    make_user("ada")

    def tries(path: str, form: dict[str, str], times: int) -> list[int]:
        addresses = [f"2001:db8:7:7::{number:x}" for number in range(1, times + 1)]
        return [Client().post(path, form, REMOTE_ADDR=address).status_code for address in addresses]

    with time_machine.travel(timezone.now(), tick=False):  # all in one minute, however busy the machine is
        assert tries("/s/hello/", {"score": "3"}, 12)[-1] == 429
        assert tries("/login/", {"email": "ada@example.com", "password": "wrong"}, 22)[-1] == 429
    assert Client().post("/s/hello/", {"score": "3"}, REMOTE_ADDR="2001:db8:7:8::1").status_code == 303
    services.valkey().flushall()

"""Guessers are stopped, and nobody else is kept out by them. On the real store."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.test import Client

from nps_project.accounts.signin import second_factor, throttle
from nps_project.web import rate_limit
from tests import services
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
OFFICE, ELSEWHERE = "10.0.0.1", "203.0.113."


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch, new_limits: None) -> SimpleNamespace:
    """The store's minute stands still, and is moved by hand."""
    clock = SimpleNamespace(now=1_800_000_000.0)
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(time=lambda: clock.now, monotonic=time.monotonic))
    return clock


def sign_in(client: Client, name: str, password: str = PASSWORD, address: str = OFFICE) -> int:
    told = {"email": f"{name}@example.com", "password": password}
    return client.post("/login/", told, REMOTE_ADDR=address).status_code


def test_the_eleventh_guess_of_a_minute_waits(minute: SimpleNamespace) -> None:
    make_user("ada")
    assert [sign_in(Client(), "ada", "x") for _try in range(11)] == [422] * 10 + [429]
    answer = Client().post("/login/", {"email": "ada@example.com", "password": PASSWORD}, REMOTE_ADDR=OFFICE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    minute.now += 60
    assert sign_in(Client(), "ada") == 302


def test_a_broken_program_in_the_office_keeps_no_colleague_out() -> None:
    for name in ("ada", "bea", "cleo"):
        make_user(name)
    for _try in range(80):
        sign_in(Client(), "ada", "old password")
    assert [sign_in(Client(), name) for name in ("bea", "cleo")] == [302, 302]


def test_right_passwords_use_up_nothing() -> None:
    make_user("ada")
    assert {sign_in(Client(), "ada") for _time in range(throttle.FAILURES_PER_ADDRESS + 5)} == {302}


def test_many_accounts_from_one_address_are_stopped_but_not_for_those_who_are_known() -> None:
    make_user("ada")
    make_user("bea")
    known = Client()
    assert sign_in(known, "ada") == 302
    known.post("/logout/")
    guesses = [sign_in(Client(), f"nobody{number}", "x") for number in range(throttle.FAILURES_PER_ADDRESS + 10)]
    assert guesses.count(429) == 10
    assert sign_in(Client(), "bea") == 429, "a browser that nobody knows waits a minute"
    assert sign_in(known, "ada") == 302
    assert sign_in(Client(), "bea", address=f"{ELSEWHERE}9") == 302


def test_one_account_from_many_addresses_is_slowed_and_its_owner_gets_in() -> None:
    make_user("ada")
    known = Client()
    assert sign_in(known, "ada") == 302
    known.post("/logout/")
    guesses = [sign_in(Client(), "ada", "x", f"{ELSEWHERE}{number}") for number in range(40)]
    assert guesses.count(429) == 40 - throttle.FAILURES_PER_ACCOUNT
    assert sign_in(known, "ada") == 302


def test_a_known_browser_is_known_for_its_own_account_alone_and_cannot_be_made_up() -> None:
    make_user("ada")
    make_user("bea")
    known = Client()
    sign_in(known, "ada")
    known.post("/logout/")
    cookie = known.cookies[throttle.DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/login/")
    assert "ada" not in cookie.value
    for _try in range(10):
        sign_in(known, "bea", "x")
    assert sign_in(known, "bea") == 429, "it has no budget of its own there"
    made_up = Client()
    made_up.cookies[throttle.DEVICE_COOKIE] = cookie.value[:-3] + "abc"
    statuses = {sign_in(made_up, "ada", "x", f"{ELSEWHERE}{number}") for number in range(40)}
    assert 429 in statuses


def test_a_known_browser_guesses_no_faster_than_others() -> None:
    make_user("ada")
    known = Client()
    sign_in(known, "ada")
    known.post("/logout/")
    assert [sign_in(known, "ada", "x") for _try in range(12)] == [422] * 10 + [429] * 2


def test_the_store_learns_no_address_and_its_absence_keeps_nobody_out() -> None:
    make_user("ada")
    sign_in(Client(), "ada", "x")
    client = services.valkey().client()
    kept = client.keys("*")
    client.close()
    assert kept
    assert not [key for key in kept if b"@" in key or b"example" in key]
    services.valkey().stop()
    try:
        assert {sign_in(Client(), "ada", "x") for _try in range(15)} == {422}
        assert sign_in(Client(), "ada") == 302
    finally:
        services.valkey().revive()


def digits(secret: str, later: int = 0) -> str:
    return pyotp.HOTP(secret).at(int(time.time()) // 30 + later)


def type_code(client: Client, code: str) -> int:
    return client.post("/login/code/", {"code": code}).status_code


def test_guesses_at_codes_keep_the_owner_out_of_no_browser_of_theirs() -> None:
    ada = make_user("ada")
    theirs, before, guesser = Client(), Client(), Client()
    assert sign_in(before, "ada") == 302
    before.post("/logout/")
    secret = second_factor.make_secret()
    second_factor.switch_on(ada, secret)
    Authenticator.objects.update(created_at=F("created_at") + timedelta(seconds=2))  # a browser is dated in seconds
    time.sleep(2)
    for client in (theirs, guesser):
        assert sign_in(client, "ada") == 302
    assert type_code(theirs, digits(secret)) == 302
    inside = Client()
    inside.cookies.update(theirs.cookies)
    assert [type_code(guesser, "000000") for _try in range(6)] == [422] * 4 + [429] * 2, "the owner's first is counted"

    changed = inside.post("/setup/me/second-factor/change/", {"password": PASSWORD, "do": "codes"})
    assert changed.status_code == 302
    assert Authenticator.objects.filter(user=ada, type="recovery_codes").exists()
    theirs.post("/logout/")
    assert sign_in(theirs, "ada") == 302
    assert type_code(theirs, digits(secret, 1)) == 302
    theirs.post("/logout/")

    assert sign_in(before, "ada") == 302
    assert type_code(before, digits(secret, 1)) == 429, "known for its password only"
    assert sign_in(theirs, "ada") == 302
    assert [type_code(theirs, "000000") for _try in range(7)][-2:] == [429] * 2, "a budget, not a way round"

"""A code from the phone: asked for at the door, each once; recovery codes for the day the phone is lost."""

import base64
import re
import time
from typing import Any

import pyotp
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.test import Client
from django.urls import get_resolver

from nps_project.accounts.models import User
from nps_project.accounts.signin import second_factor, throttle
from nps_project.deliveries.models import Delivery
from tests.addresses import routes
from tests.factories import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
PASSWORD = "a long enough password"
# What the release that used allauth's own functions stored under this SECRET_KEY, and the codes it handed out.
THEIR_KEY = "the secret key of the installation, fifty characters long"
THEIR_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
THEIR_TOTP = {
    "secret": (
        "gAAAAABrCHN9vwlotzJjGILx-X81ZQ4xY_AxQt2BjM1gs7Eg3HSVu0FuTj3RhcjQub_VkzfbOy2QDNALUr8B4sFgJd8rT8fcWtL3ErSyEfc"
        "0ntkOfV9gPs7XSpCqoZZrAOj-N2jkDJQB"
    ),
    "counter": 0,
}
THEIR_CODES = {
    "seed": (
        "gAAAAABrCHN9a2EDq43V09oFwyODlA0-MXyI1ZPGjFFhW21qYcUyrHp3Vn8sfB--AB9BNxdXoxSavy1jfrg-02MdKU5L5E2S1CGfhgvmR9C6"
        "bVpT4D-HR-c5VVr6-hWl_gni4NWW1CYIoDjsnRhYMfxZCTok2EnasF_gojXCBM3PxN1fXUTeEuuDCsk7F4r30b5ZRugu8vtq"
    ),
    "used_mask": 0b101,
}
USED, UNUSED = ["64942586", "07990366"], ["03959085", "16418492", "08962862", "26762693", "03257366", "60612046"]


def digits(secret: str, later: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return pyotp.HOTP(secret).at(int(time.time()) // 30 + later)


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def secret(ada: User) -> str:
    made = second_factor.make_secret()
    second_factor.switch_on(ada, made)
    Delivery.objects.all().delete()
    return made


def half_way(client: Client, wanted: str = "/desk/answers/") -> None:
    answer = client.post("/login/", {"email": "ada@example.com", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/login/code/")


def test_setting_it_up_from_the_page(ada: User) -> None:
    client = client_of(ada)
    page = client.get("/setup/me/second-factor/").content.decode()
    key = re.sub(r"\s", "", re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)[1])  # type: ignore[index]
    assert 'src="data:image/svg+xml;base64,' in page
    signed = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]
    wrong = client.post("/setup/me/second-factor/", {"code": "000000", "password": PASSWORD, "key": signed})
    assert (wrong.status_code, key in re.sub(r"\s", "", wrong.content.decode())) == (422, True), "the same key again"
    assert (
        client.post("/setup/me/second-factor/", {"code": digits(key), "password": "x", "key": signed}).status_code
        == 422
    )
    assert not second_factor.is_on(ada)
    unsigned = {"code": digits(key), "password": PASSWORD, "key": signed[:-2]}
    assert client.post("/setup/me/second-factor/", unsigned).status_code == 422, "a key of somebody's own choice"
    other = Client()
    other.post("/login/", {"email": "ada@example.com", "password": PASSWORD})
    done = client.post(
        "/setup/me/second-factor/", {"code": digits(key), "password": PASSWORD, "key": signed}, follow=True
    )
    assert second_factor.is_on(ada)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", done.content.decode())
    assert len(set(codes)) == 10
    assert codes[0] not in client.get("/setup/me/security/").content.decode(), "shown once"
    assert other.get("/desk/").status_code == 302, "sessions of before are over"
    assert client.get("/desk/").status_code == 200
    assert "asks for a code" in Delivery.objects.get(template="account_changed").body_text


def test_the_password_alone_opens_nothing(ada: User, secret: str) -> None:
    client = Client()
    half_way(client)
    for route in routes(get_resolver()):
        if "<" not in route and route.startswith(("desk/", "setup/", "contacts/")):
            answer = client.get(f"/{route}")
            assert answer.status_code == 405 or answer["Location"].startswith("/login/"), route
    assert client.post("/login/code/", {"code": digits(secret)})["Location"] == "/desk/answers/"
    assert client.get("/desk/answers/").status_code == 200


def test_the_session_gets_another_key_at_each_step(ada: User, secret: str) -> None:
    client = Client()
    client.get("/login/")
    half_way(client)
    before = client.session.session_key
    client.post("/login/code/", {"code": digits(secret)})
    assert client.session.session_key != before


def test_each_code_opens_once(ada: User, secret: str) -> None:
    code = digits(secret)
    first, second = Client(), Client()
    half_way(first)
    half_way(second)
    assert first.post("/login/code/", {"code": code}).status_code == 302
    assert second.post("/login/code/", {"code": code}).status_code == 422
    assert second.post("/login/code/", {"code": digits(secret, 1)}).status_code == 302, "clocks differ by half a minute"


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "000000", "٠١٢٣٤٥", "1" * 5000, "\0"])
def test_what_is_no_code_of_now_is_refused(ada: User, secret: str, code: str) -> None:
    client = Client()
    half_way(client)
    answer = client.post("/login/code/", {"code": code})
    assert (answer.status_code, "_auth_user_id" in client.session) == (422, False)


def test_old_and_far_codes_are_refused(ada: User, secret: str) -> None:
    for later in (-3, -2, 2, 3):
        assert not second_factor.check(ada, digits(secret, later))
    assert second_factor.check(ada, digits(secret)[:3] + " " + digits(secret)[3:]), "as an app groups them"


def test_a_recovery_code_opens_once_and_its_owner_is_told(ada: User) -> None:
    codes = second_factor.switch_on(ada, second_factor.make_secret())
    Delivery.objects.all().delete()
    client = Client()
    half_way(client)
    assert client.post("/login/code/", {"code": codes[3]}).status_code == 302
    assert "recovery code" in Delivery.objects.get().body_text
    assert second_factor.codes_left(ada) == 9
    again = Client()
    half_way(again)
    assert again.post("/login/code/", {"code": codes[3]}).status_code == 422


def test_who_enrolled_with_the_release_before_signs_in_as_ever(ada: User, settings: Any) -> None:
    settings.SECRET_KEY = THEIR_KEY
    Authenticator.objects.create(user=ada, type="totp", data=dict(THEIR_TOTP))
    Authenticator.objects.create(user=ada, type="recovery_codes", data=dict(THEIR_CODES))
    code, client, again = digits(THEIR_SECRET), Client(), Client()
    half_way(client)
    half_way(again)
    assert client.post("/login/code/", {"code": code}).status_code == 302
    assert again.post("/login/code/", {"code": code}).status_code == 422
    assert second_factor.codes_left(ada) == 8
    assert [second_factor.check(ada, used) for used in USED] == [False] * len(USED)
    assert [second_factor.check(ada, unused) for unused in UNUSED] == [True] * len(UNUSED)
    assert [second_factor.check(ada, unused) for unused in UNUSED] == [False] * len(UNUSED)
    assert second_factor.codes_left(ada) == 2


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_digits_are_those_of_the_standard(at: int, code: str) -> None:
    """RFC 6238, appendix B; the last six of its eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for moment in (at - 30, at, at + 30):
        with time_machine.travel(moment, tick=False):
            assert second_factor.fits(secret, code)
    with time_machine.travel(at + 61, tick=False):
        assert not second_factor.fits(secret, code)


def test_half_way_ends_after_ten_minutes_and_with_another_password(ada: User, secret: str) -> None:
    client = Client()
    half_way(client)
    with time_machine.travel(time.time() + 601):
        assert client.post("/login/code/", {"code": digits(secret)})["Location"] == "/login/"
    half_way(client)
    ada.set_password("another long password")
    ada.save()
    assert client.get("/login/code/")["Location"] == "/login/"
    assert Client().get("/login/code/")["Location"] == "/login/"


def test_guesses_at_codes_are_slowed(ada: User, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: dict[str, int] = {}

    def count(name: str, window_s: int = 60) -> int:
        counts[name] = counts.get(name, 0) + 1
        return counts[name]

    monkeypatch.setattr(throttle.login_limit, "count", count)
    client = Client()
    half_way(client)
    statuses = [client.post("/login/code/", {"code": "000000"}).status_code for _try in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert client.post("/login/code/", {"code": digits(secret)}).status_code == 429


def test_secrets_are_not_readable_in_the_database(ada: User, secret: str, settings: Any) -> None:
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)
    settings.SECRET_KEY = "another key than the one of the installation"
    client = Client()
    half_way(client)
    assert client.post("/login/code/", {"code": digits(secret)}).status_code == 422, "refused, not a page of faults"
    assert client_of(ada).get("/setup/me/security/").status_code == 200


def test_switching_off_and_new_codes_want_the_password(ada: User, secret: str) -> None:
    client = client_of(ada)
    client.post("/setup/me/second-factor/change/", {"do": "off", "password": "x"})
    assert second_factor.is_on(ada)
    old = second_factor.new_codes(ada)
    page = client.post("/setup/me/second-factor/change/", {"do": "codes", "password": PASSWORD}, follow=True)
    assert old[0] not in page.content.decode()
    assert not second_factor.check(ada, old[0])
    client.post("/setup/me/second-factor/change/", {"do": "off", "password": PASSWORD})
    assert not second_factor.is_on(ada)


def test_an_admin_helps_whoever_lost_the_phone_and_it_is_written_down(ada: User, secret: str) -> None:
    path = f"/setup/people/{ada.pk}/second-factor/"
    assert client_of(make_user("eve", "manager")).post(path).status_code == 403
    admin = client_of(make_user("boss", "admin"))
    assert "second-factor/" in admin.get(f"/setup/people/{ada.pk}/").content.decode()
    assert admin.post(path)["Location"] == f"/setup/people/{ada.pk}/"
    assert not second_factor.is_on(ada)
    assert Delivery.objects.get(template="account_changed").to_address == "ada@example.com"
    entry = LogEntry.objects.get_for_object(ada).latest("timestamp")
    assert entry.changes_dict["second factor"] == ["", "off"]


def test_pages_of_the_library_that_are_not_used_are_no_addresses() -> None:
    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/email/", "/accounts/2fa/", "/signup/"):
        assert Client().get(path).status_code == 404

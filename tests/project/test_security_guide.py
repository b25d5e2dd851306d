"""docs/security.md: each line names a test that is there; and the defences that had none."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client

from nps_project import settings as product
from nps_project.accounts.signin import throttle
from tests.factories import make_user

ROOT = Path(__file__).resolve().parents[2]


def lines() -> list[tuple[str, str]]:
    """(defence, test) of each line."""
    rows = [line.strip("| ").split(" | ") for line in (ROOT / "docs/security.md").read_text().splitlines()]
    return [(row[0], row[1].strip("`")) for row in rows if len(row) == 2 and row[0] != "defence"]


def test_each_defence_names_a_test_that_is_there() -> None:
    assert len(lines()) > 40
    for defence, test in lines():
        file, name = re.fullmatch(r"(tests/[\w/]+\.py)::(test_\w+)", test).groups()  # type: ignore[union-attr]
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), f"{defence}: {test}"


def test_passwords_are_hashed_with_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    assert identify_hasher(make_password("seven tall white trees")).algorithm == "argon2"


@pytest.mark.django_db
@pytest.mark.usefixtures("no_limits")
def test_cookies(settings: Any) -> None:
    make_user("ada")
    for secure in (False, True):
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
        client = Client()
        client.get("/login/")
        client.post("/login/", {"email": "ada@example.com", "password": "a long enough password"})
        assert {"sessionid", "csrftoken", throttle.DEVICE_COOKIE} == set(client.cookies)
        for name, cookie in client.cookies.items():
            assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", secure), name

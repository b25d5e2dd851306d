"""What is kept and shown of the rows that a sweep has put aside."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from nps_project.background import put_aside
from nps_project.background.models import PutAside
from tests.factories import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def odd_row() -> PutAside:
    return PutAside.objects.create(
        sweep="followup.warn", row_id=17, failures=3,
        retry_at=timezone.now() + timedelta(hours=1), first_at=timezone.now() - timedelta(days=1),
        error="ZoneInfoNotFoundError", message="No time zone found with key Mars/Olympus (followup/x.py:1)",
    )  # fmt: skip


def test_doctor_and_metrics_tell_of_rows_put_aside(odd_row: PutAside, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("doctor")
    line = next(line for line in capsys.readouterr().out.splitlines() if "followup.warn 17" in line)
    assert line.startswith("BROKEN")
    assert "/setup/system/put-aside/" in line
    page = Client().get("/metrics").content.decode()
    assert 'winback_rows_put_aside{sweep="followup.warn"} 1.0' in page
    assert 'winback_rows_put_aside{sweep="followup.open"} 0.0' in page
    assert page.count('winback_up{part="nps_project"}') == 1


def test_a_person_sees_each_and_has_it_tried_again_at_once(odd_row: PutAside) -> None:
    path = "/setup/system/put-aside/"
    admin = client_of(make_user("ada", "admin"))
    page = admin.get(path).content.decode()
    for words in ("followup.warn", "17", "ZoneInfoNotFoundError", "Mars/Olympus"):
        assert words in page
    assert PutAside.objects.get().retry_at == odd_row.retry_at
    assert path in admin.get("/setup/system/").content.decode()
    for form in ({"row": "999"}, {"row": "x"}, {"row": "9" * 30}):
        admin.post(path, form)
        assert PutAside.objects.get().retry_at == odd_row.retry_at, form
    for form in ({"row": str(odd_row.pk)}, {}):
        PutAside.objects.update(retry_at=odd_row.retry_at)
        answer = admin.post(path, form, follow=True)
        assert answer.redirect_chain == [(path, 302)]
        assert PutAside.objects.get().retry_at <= timezone.now()
    assert client_of(make_user("mo", "manager")).post(path).status_code == 403


def test_without_any_the_page_says_so() -> None:
    page = client_of(make_user("ada", "admin")).get("/setup/system/put-aside/").content.decode()
    assert "No sweep has failed on a row." in page


def test_what_an_error_says_is_kept_without_what_a_customer_typed() -> None:
    def message(text: str) -> str:
        try:
            raise ValueError(text)
        except ValueError as error:
            return put_aside.describe(error)[1]

    assert re.fullmatch(
        r"… is no name \(tests/nps_project/background/test_put_aside\.py:\d+\)", message("'Ada Berg' is no name")
    )
    assert "ada" not in message("cannot write to ada@example.com").lower()
    assert "33 12" not in message("call +45 33 12 00 00")
    assert "Key" not in message("duplicate key value\nDETAIL: Key (email)=(ada@example.com) already exists.")
    assert len(message("x" * 5000)) <= 300

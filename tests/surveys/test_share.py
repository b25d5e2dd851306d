"""The public link on paper and under mails: what is chosen is in the link, and what is typed is text."""

from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from django.test import Client
from django.utils import timezone

from surveys.models import Survey
from surveys.services.surveys import update_survey
from tests.factories import make_survey, make_user

SHARE = "/setup/surveys/autumn/share/"


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    update_survey(make_survey(), {"allowed_traits": ["shop"]})
    client.force_login(make_user("ada", "admin", language="en"))
    return client


def link_on(page: str) -> str:
    return page.split('id="public-link" value="')[1].split('"')[0].replace("&amp;", "&")


def test_the_link_carries_the_language_and_the_traits_that_the_survey_takes(admin: Client) -> None:
    link = urlsplit(link_on(admin.get(SHARE, {"lang": "da", "shop": "Aarhus <C> & co", "other": "1"}).content.decode()))
    assert link.path == "/s/autumn/"
    assert parse_qs(link.query) == {"lang": ["da"], "shop": ["Aarhus <C> & co"]}
    assert urlsplit(link_on(admin.get(SHARE, {"lang": "xx", "shop": "x" * 101}).content.decode())).query == ""


def test_what_would_make_the_link_too_long_for_a_code_is_left_out_and_said(admin: Client) -> None:
    update_survey(Survey.objects.get(), {"allowed_traits": ["shop", "city"]})
    given = {"shop": "\N{BELL}" * 100, "city": "Aarhus"}
    page = admin.get(SHARE, given).content.decode()
    assert parse_qs(urlsplit(link_on(page)).query) == {"city": ["Aarhus"]}
    assert "too long" in page
    assert admin.get(f"{SHARE}qr.svg", given | {"city": "\N{BELL}" * 100}).status_code == 200


def test_the_code_is_that_of_the_link_as_svg_and_as_png(admin: Client) -> None:
    link = link_on(admin.get(SHARE, {"shop": "Aarhus"}).content.decode())
    wanted = BytesIO()
    segno.make(link, error="m", micro=False).save(wanted, kind="svg", border=4, light="#fff")
    drawn = admin.get(f"{SHARE}qr.svg", {"shop": "Aarhus"})
    assert (drawn.content, drawn["Content-Type"]) == (wanted.getvalue(), "image/svg+xml")
    assert admin.get(f"{SHARE}qr.svg").content != drawn.content
    png = admin.get(f"{SHARE}qr.png", {"download": "1"})
    assert png.content.startswith(b"\x89PNG\r\n")
    assert png["Content-Disposition"] == 'attachment; filename="autumn.png"'
    assert admin.get(f"{SHARE}qr.gif").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Point your phone"), ("nl", "Richt de camera"), ("da", "Ret mobilens kamera")]
)
def test_the_poster_speaks_its_own_language_whatever_the_reader_speaks(
    admin: Client, language: str, words: str
) -> None:
    answer = admin.get(f"{SHARE}poster/{language}/", {"shop": "<b>"})
    page = answer.content.decode()
    assert words in page
    assert f'<html lang="{language}">' in page
    assert f"/s/autumn/?shop=%3Cb%3E&amp;lang={language}" in page
    assert answer["Content-Language"] == language
    assert admin.get(f"{SHARE}poster/fr/").status_code == 404


def test_the_signature_is_html_to_copy_with_the_question_as_text(admin: Client) -> None:
    page = admin.get(SHARE, {"lang": "nl"}).content.decode()
    copied = page.split('id="signature"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert copied.startswith("&lt;a href=&quot;http")
    assert "/s/autumn/?lang=nl&quot;&gt;Hoe waarschijnlijk" in copied


def test_it_is_said_when_only_this_machine_can_open_the_link(admin: Client, settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert "Only this machine can open it." in admin.get(SHARE).content.decode()
    settings.SITE_URL = "http://192.168.1.20:8000"
    assert "Only this machine" not in admin.get(SHARE).content.decode()


def test_it_is_said_when_nobody_could_answer(admin: Client) -> None:
    assert "is not live" not in admin.get(SHARE).content.decode()
    update_survey(make_survey("winter"), {"status": "paused"})
    assert "is not live" in admin.get("/setup/surveys/winter/share/").content.decode()
    assert "has ended" not in admin.get(SHARE).content.decode()
    Survey.objects.filter(slug="autumn").update(closes_at=timezone.now())
    assert "has ended" in admin.get(SHARE).content.decode()

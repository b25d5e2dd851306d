"""The company's own, from the upload to what customers get: at once, within the page's budget, and unable to act."""

import gzip
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nps_project.deliveries.from_header import from_of
from surveys.branding import look, services
from surveys.branding.models import Branding, LogoKind
from surveys.campaigns import mail, trying
from surveys.models import Survey
from surveys.services.surveys import update_survey
from tests.factories import client_of, make_survey, make_user
from tests.surveys.branding.files import png, svg

pytestmark = pytest.mark.django_db
COLOURS = {"sender_name": "Anna from Nordlys", "accent": "#ffcc00", "second": "#003366"}


@pytest.fixture
def survey() -> Survey:
    return make_survey("hello")


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def sheet_of(page: str) -> str:
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    return str(address)


def test_without_a_branding_pages_are_as_they_were(survey: Survey, client: Client) -> None:
    page = client.get("/s/hello/").content.decode()
    assert sheet_of(page).startswith("/static/css/customer.")
    assert "Nordlys</header>" in page
    assert "<img" not in page


def test_a_change_shows_at_once_on_every_page_also_on_one_in_memory(survey: Survey, client: Client) -> None:
    before = client.get("/s/hello/").content.decode()
    services.save_logo(png())
    services.save_branding(COLOURS)
    paused = update_survey(make_survey("paused"), {"status": "paused"})
    thanked = client.post("/s/hello/", {"score": "9"})
    pages = [
        client.get(address).content.decode() for address in ("/s/hello/", f"/s/{paused.slug}/", thanked["Location"])
    ]
    for page in pages:
        assert sheet_of(page) != sheet_of(before)
        assert '.png" alt="Nordlys" width="60" height="20">' in page
    services.remove_logo(LogoKind.PNG)
    assert "<img" not in client.get("/s/hello/").content.decode()


def test_the_page_in_its_own_colours_travels_in_eight_kibibytes(survey: Survey, client: Client) -> None:
    services.save_logo(png())
    services.save_branding(COLOURS)
    shown = client.get("/s/hello/", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(shown.content).decode()
    loaded = re.findall(r'(?:src|href)="(/[^"]*|https?:[^"]*)"', html)
    assert [address.rpartition(".")[2] for address in loaded] == ["css", "png"]
    sheet = client.get(loaded[0], headers={"Accept-Encoding": "gzip"})
    headers = sum(len(f"{name}: {value}\r\n") for name, value in shown.headers.items())
    weight = len(shown.content) + headers + len(sheet.content) + 1024  # 1 KiB: the other headers
    assert weight <= 8 * 1024, weight


def test_the_sheet_has_the_readable_shades_and_is_kept_for_good(survey: Survey, client: Client) -> None:
    services.save_branding(COLOURS)
    address = sheet_of(client.get("/s/hello/").content.decode())
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--accent:#8c7000;--second:#003366" in sheet.content.decode()
    assert "--accent:#ffcc00" in sheet.content.decode()
    services.save_branding(COLOURS | {"accent": ""})
    assert client.get(address)["Cache-Control"] == "no-cache", "an old address is not kept with what is new"


@pytest.mark.parametrize(("given", "kind"), [(png(), "image/png"), (svg(), "image/svg+xml")])
def test_a_logo_cannot_act_and_stays_for_mails_that_were_sent(given: bytes, kind: str, client: Client) -> None:
    stored = services.save_logo(given)
    services.remove_logo(LogoKind(stored.kind))
    got = client.get(f"/branding/{stored.digest}.{stored.kind}")
    assert got["Content-Type"] == kind
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Cache-Control"] == "public, max-age=31536000, immutable"
    assert got["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in got["Content-Security-Policy"]
    other = "svg" if stored.kind == "png" else "png"
    assert client.get(f"/branding/{stored.digest}.{other}").status_code == 404
    assert client.get(f"/branding/{stored.digest}.html").status_code == 404


def test_mails_have_the_png_the_colours_and_the_name_of_the_sender(survey: Survey) -> None:
    services.save_logo(png())
    services.save_logo(svg())
    services.save_branding(COLOURS)
    made = trying.sample_mail(survey, "da", "Bo")
    digest = Branding.current().png_id
    assert f'src="{settings.SITE_URL}/branding/{digest}.png"' in made.html
    assert 'alt="Anna from Nordlys"' in made.html
    assert "#8c7000" in made.html
    assert "#ffcc00 !important" in made.html
    assert made.text.startswith("Anna from Nordlys\n")
    assert from_of("ask").startswith('"Anna from Nordlys" <')
    assert from_of("ask_test") == from_of("ask")
    assert from_of("escalation") == settings.DEFAULT_FROM_EMAIL


def test_a_mail_that_is_already_laid_out_takes_the_change(survey: Survey) -> None:
    old = mail.skeleton(survey.pk, survey.revision, "en")
    services.save_branding(COLOURS)
    survey.refresh_from_db()
    assert mail.skeleton(survey.pk, survey.revision, "en").content.look != old.content.look


def test_an_admin_uploads_sees_and_takes_off_a_logo(admin: Client, survey: Survey) -> None:
    sent = admin.post("/setup/branding/logo/", {"logo": SimpleUploadedFile("own.svg", svg())})
    assert sent.status_code == 302
    page = admin.get("/setup/branding/").content.decode()
    assert f"/branding/{Branding.current().svg_id}.svg" in page
    assert "add a PNG for a logo in mails" in page
    assert admin.post("/setup/branding/logo/svg/remove/").status_code == 302
    assert Branding.current().svg is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (svg("<script/>"), "&lt;script&gt;"),
        (b"hello", "neither a PNG nor an SVG"),
        (png()[:-30], "This PNG is broken"),
        (b"x" * 40_000, "The file has 40 KiB; at most 32 KiB are allowed."),
        (None, "Choose a file"),
    ],
)
def test_a_file_that_is_no_logo_is_named_kindly(admin: Client, content: bytes | None, words: str) -> None:
    sent = {} if content is None else {"logo": SimpleUploadedFile("x", content)}
    refused = admin.post("/setup/branding/logo/", sent)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert Branding.current().png is None
    assert Branding.current().svg is None


def test_the_form_says_which_colour_it_shifted_and_names_what_is_none(admin: Client) -> None:
    assert admin.post("/setup/branding/", COLOURS).status_code == 302
    page = admin.get("/setup/branding/").content.decode()
    assert "shifted to be readable" in page
    assert "#8c7000" in page
    refused = admin.post("/setup/branding/", COLOURS | {"accent": "mauve", "sender_name": "a <b@c>"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "mauve is no colour." in text
    assert "Leave out" in text
    assert Branding.current().accent == "#ffcc00"


@pytest.mark.parametrize("status", ["draft", "live"])
def test_the_preview_shows_mail_question_and_each_thank_you_in_each_language(
    admin: Client, survey: Survey, status: str
) -> None:
    update_survey(survey, {"status": status})
    services.save_branding(COLOURS)
    for language in ("en", "nl", "da"):
        page = admin.get(f"/setup/surveys/hello/looks/?lang={language}")
        frames = re.findall(r'<iframe[^>]* src="([^"]+)"', page.content.decode())
        assert len(frames) == 14
        assert len(set(frames)) == 7
        assert "frame-src 'self'" in page["Content-Security-Policy"]
        for address in frames[::2]:
            framed = admin.get(address.replace("&amp;", "&"))
            assert framed.status_code == 200
            assert f'lang="{language}"' in framed.content.decode()
            assert framed["X-Frame-Options"] == "SAMEORIGIN"
            assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]


def test_the_thank_you_preview_has_the_promise_of_the_play(admin: Client, survey: Survey) -> None:
    unhappy = admin.get("/setup/surveys/hello/preview/thanks/0/").content.decode()
    assert re.search(r"We will contact you within \d+ hours?\.", unhappy)
    assert "We will contact you" not in admin.get("/setup/surveys/hello/preview/thanks/10/").content.decode()


def test_the_look_costs_pages_no_query_while_it_is_in_memory(survey: Survey, django_assert_num_queries: object) -> None:
    look.shown()
    with django_assert_num_queries(0):  # type: ignore[operator]
        look.shown()

"""/t/<token>/: the thank-you of a group, and the promise that can be kept."""

import pytest
from django.test import Client

from followup.playbooks import services as playbooks
from surveys.models import Survey, SurveyTexts
from tests.factories import make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    playbooks.ensure_default()
    return make_survey("hello")


@pytest.mark.parametrize(
    ("fields", "promise"),
    [
        ({"score": "0", "contact_phone": "+45 33 12 34 56"}, "We will contact you within 24 hours."),
        ({"score": "3", "contact_email": "karin@example.com"}, "We will contact you within 24 hours."),
        ({"score": "4", "contact_email": "karin@example.com"}, "We will contact you within 48 hours."),
        ({"score": "3"}, None),
        ({"score": "3", "contact_name": "Karin"}, None),
        ({"score": "9", "contact_email": "karin@example.com"}, None),
    ],
)
def test_the_thank_you_promises_only_what_can_be_kept(
    survey: Survey, client: Client, fields: dict[str, str], promise: str | None
) -> None:
    sent = client.post("/s/hello/", fields)
    thanks = client.get(sent["Location"])

    html = thanks.content.decode()
    assert thanks.status_code == 200
    assert ("We will contact you" in html) is (promise is not None)
    assert (promise or "") in html
    assert thanks["Cache-Control"] == "no-store"
    assert thanks["Referrer-Policy"] == "no-referrer"
    assert "karin" not in sent["Location"]


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("0", "we let you down"),
        ("2", "we let you down"),
        ("3", "did not go better"),
        ("4", "did not go better"),
        ("5", "for us to do better"),
        ("6", "for us to do better"),
        ("7", "helps us"),
        ("8", "helps us"),
        ("9", "good to hear"),
        ("10", "good to hear"),
    ],
)
def test_the_thank_you_fits_the_score(survey: Survey, client: Client, score: str, words: str) -> None:
    sent = client.post("/s/hello/", {"score": score})

    html = client.get(sent["Location"]).content.decode()
    assert words in html
    assert ("let you down" in html) is (int(score) <= 2)


def test_the_lines_of_the_thank_you_stay_apart_and_are_text(survey: Survey, client: Client) -> None:
    SurveyTexts.objects.update(thanks_9_10="Thanks <b>\nfrom all of us.")
    html = client.get(client.post("/s/hello/", {"score": "9"})["Location"]).content.decode()
    assert "<h1>Thanks &lt;b&gt;<br>from all of us.</h1>" in html


@pytest.mark.parametrize("token", ["x", "x" * 43, "A" * 43])
def test_no_token_can_be_made_up(survey: Survey, client: Client, token: str) -> None:
    assert client.get(f"/t/{token}/").status_code == 404
    assert client.get(f"/r/{token}/").status_code == 404
    assert client.post(f"/r/{token}/", {"score": "3"}).status_code == 404

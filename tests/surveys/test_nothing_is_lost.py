"""What a customer typed stays: in another language, on the way back from the thank-you, and after it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from followup.playbooks import services as playbooks
from nps_project.accounts.links import make_token
from surveys.models import Answer, Invitation, Question, Response, ResponseChange, Survey
from surveys.services.surveys import save_question, update_survey
from tests.factories import make_contact, make_survey

pytestmark = pytest.mark.django_db
TYPED = {
    "score": "8", "comment": "Two lines,\nand a <b>", "contact_name": "Karin", "contact_email": "not yet whole",
    "contact_phone": "x",
}  # fmt: skip


@pytest.fixture
def survey() -> Survey:
    playbooks.ensure_default()
    return make_survey("hello")


def shown(html: str) -> dict[str, str]:
    """The values of the page's fields."""
    values = dict(re.findall(r'name="(contact_\w+)"[^>]* value="([^"]*)"', html))
    values["score"] = "".join(re.findall(r'name="score" value="(\d+)"[^>]* checked', html))
    values["comment"] = re.findall(r'name="comment"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)[0]
    return values


def test_another_language_keeps_all_that_was_typed_and_stores_nothing(survey: Survey, client: Client) -> None:
    rating = save_question(Question(survey=survey, kind="rating", texts={"en": "How fast?", "da": "Hvor hurtigt?"}))
    form = client.get("/s/hello/").content.decode()
    submission = re.findall(r'name="submission" value="([^"]+)"', form)[0]
    address = re.findall(r'lang="da"\s+formaction="([^"]+)"', form)[0].replace("&amp;", "&")
    typed = TYPED | {f"answer-{rating.pk}": "4", "submission": submission}

    switched = client.post(f"/s/hello/{address}", typed | {"switch": "da"})

    html = switched.content.decode()
    assert (switched.status_code, switched["Content-Language"]) == (200, "da")
    assert "Hvor hurtigt?" in html
    assert shown(html) == TYPED | {"comment": "Two lines,\nand a &lt;b&gt;"}, "unchecked: nobody has pressed Send"
    assert re.search(rf'name="answer-{rating.pk}" value="4"[^>]* checked', html)
    assert f'name="submission" value="{submission}"' in html
    assert 'role="alert"' not in html
    assert "Two" not in address
    assert not Response.objects.exists()

    action = re.findall(r'action="([^"]+)"', html)[0].replace("&amp;", "&")
    client.post(f"/s/hello/{action}", typed)
    assert Response.objects.values_list("language", "comment").get() == ("da", TYPED["comment"])
    assert Answer.objects.get().value == "4"


@pytest.mark.parametrize("score", ["99", ""])
def test_another_language_needs_no_score_yet(survey: Survey, client: Client, score: str) -> None:
    switched = client.post("/s/hello/?sent=1&lang=nl", {"score": score, "comment": "so far", "switch": "nl"})
    assert (switched.status_code, shown(switched.content.decode())["comment"]) == (200, "so far")


def test_another_language_of_the_personal_page_keeps_what_was_typed(survey: Survey, client: Client) -> None:
    invitation = Invitation.objects.create(survey=survey, contact=make_contact(1))
    address = f"/r/{make_token('r', invitation.public_id)}/"
    client.post(address, {"score": "3", "comment": "Late"})

    switched = client.post(f"{address}?sent=1&lang=nl", {"score": "4", "comment": "Later", "switch": "nl"})

    html = switched.content.decode()
    assert switched["Content-Language"] == "nl"
    assert (shown(html)["score"], shown(html)["comment"]) == ("4", "Later")
    assert Response.objects.values_list("score", "comment", "language").get() == (3, "Late", "en")

    sent = client.post(f"{address}?sent=2&lang=nl", {"score": "4", "comment": "Later"})
    assert Response.objects.values_list("score", "comment", "language").get() == (4, "Later", "nl")
    assert client.get(sent["Location"])["Content-Language"] == "nl"


def test_a_survey_that_ended_is_not_shown_in_another_language(survey: Survey, client: Client) -> None:
    update_survey(survey, {"status": "closed"})
    assert client.post("/s/hello/?lang=da", {"score": "3", "switch": "da"}).status_code == 410


def test_an_answer_of_the_public_link_can_be_corrected_from_its_thank_you(survey: Survey, client: Client) -> None:
    given = {"score": "3", "comment": "Late", "contact_email": "karin@example.com"}
    thanks = client.post("/s/hello/?lang=da", given)["Location"]
    link = re.findall(r'href="(/t/[^"]+/change/)"', client.get(thanks).content.decode())[0]

    page = client.get(link)
    values = shown(page.content.decode())
    assert page["Content-Language"] == "da"
    assert {name: values[name] for name in given} == given
    assert page["Referrer-Policy"] == "no-referrer"
    assert client.post(link, {"score": "3", "contact_email": "karin@"}).status_code == 422

    sent = client.post(link, {"score": "9", "comment": "They called"})
    assert sent["Location"] == thanks
    response = Response.objects.get()
    assert (response.score, response.comment, response.contact_email) == (9, "They called", "karin@example.com")
    assert ResponseChange.objects.get().old_score == 3


def test_it_can_be_corrected_as_long_as_a_personal_one_and_no_longer(survey: Survey, client: Client) -> None:
    thanks = client.post("/s/hello/", {"score": "3"})["Location"]
    answered = timezone.now()
    for day, may in ((survey.edit_days - 0.01, True), (survey.edit_days + 0.01, False)):
        with time_machine.travel(answered + timedelta(days=day), tick=False):
            assert ("/change/" in client.get(thanks).content.decode()) is may
            assert client.get(f"{thanks}change/").status_code == (200 if may else 410)
            changed = client.post(f"{thanks}change/", {"score": "2"})
            assert changed.status_code == (303 if may else 410)
    assert Response.objects.get().score == 2


def test_no_other_answer_is_corrected_by_a_made_up_or_another_kind_of_link(survey: Survey, client: Client) -> None:
    invitation = Invitation.objects.create(survey=survey, contact=make_contact(1))
    personal = client.post(f"/r/{make_token('r', invitation.public_id)}/", {"score": "3"})["Location"]
    for link in (f"{personal}change/", f"/t/{'A' * 43}/change/", f"/t/{make_token('r', invitation.public_id)}/change/"):
        assert client.get(link).status_code == client.post(link, {"score": "9"}).status_code == 404


def test_who_is_unhappy_and_gave_no_address_is_asked_once_more(survey: Survey, client: Client) -> None:
    thanks = client.post("/s/hello/", {"score": "6", "contact_name": "Karin"})["Location"]
    html = client.get(thanks).content.decode()
    assert "You left no e-mail address or phone number" in html
    assert 'value="Karin"' in html

    empty = client.post(thanks, {"contact_name": "Karin", "contact_email": " "})
    assert empty.status_code == 422
    assert "simply close this page" in empty.content.decode()
    wrong = client.post(thanks, {"contact_email": "karin@", "contact_phone": "+45 33 12 34 56"})
    assert wrong.status_code == 422
    assert "karin@" in wrong.content.decode()
    assert not ResponseChange.objects.exists()

    given = client.post(thanks, {"contact_email": "karin@example.com", "contact_phone": ""})
    assert given["Location"] == thanks
    html = client.get(thanks).content.decode()
    assert "contact_email" not in html
    assert "We will contact you within 48 hours." in html
    client.post(thanks, {"contact_email": "other@example.com"})
    response = Response.objects.get()
    assert (response.contact_email, response.contact_name, response.score) == ("karin@example.com", "Karin", 6)


@pytest.mark.parametrize(
    "fields",
    [{"score": "7"}, {"score": "10"}, {"score": "0", "contact_phone": "+45 33 12 34 56"}],
    ids=["passive", "promoter", "reachable"],
)
def test_nobody_else_is_asked(survey: Survey, client: Client, fields: dict[str, str]) -> None:
    thanks = client.post("/s/hello/", fields)["Location"]
    assert "contact_email" not in client.get(thanks).content.decode()
    assert client.post(thanks, {"contact_email": "a@example.com"}).status_code == 303
    assert Response.objects.get().contact_email == ""


def test_who_was_asked_once_more_is_not_asked_again(survey: Survey, client: Client) -> None:
    thanks = client.post("/s/hello/", {"score": "9"})["Location"]
    client.post(f"{thanks}change/", {"score": "4"})
    assert "contact_email" in client.get(thanks).content.decode(), "a 9 was not asked yet"
    client.post(f"{thanks}change/", {"score": "3"})
    assert "contact_email" not in client.get(thanks).content.decode()

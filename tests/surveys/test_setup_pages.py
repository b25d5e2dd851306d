"""Set-up of surveys, their words and extra questions."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from surveys.campaigns.setup.services import save_mail_texts
from surveys.models import Question, Response, Survey, SurveyTexts
from surveys.services.surveys import create_survey, save_question, save_texts
from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Spring", "brand": "Lindehus", "slug": "spring", "status": "live", "languages": ["en", "da"],
    "default_language": "da", "allowed_traits": "country, plan", "closes_at": "2031-05-01T12:30", "edit_days": "7",
}  # fmt: skip


@pytest.fixture
def client() -> Client:
    """Of an admin."""
    return client_of(make_user("eve", "admin", time_zone="Europe/Copenhagen"))


def test_a_survey_is_made_with_words_in_each_language(client: Client) -> None:
    response = client.post("/setup/surveys/new/", GOOD)
    assert response["Location"] == "/setup/surveys/spring/"
    survey = Survey.objects.get()
    assert (survey.languages, survey.default_language, survey.edit_days) == (["en", "da"], "da", 7)
    assert survey.allowed_traits == ["country", "plan"]
    assert survey.closes_at is not None
    assert survey.closes_at.isoformat() == "2031-05-01T10:30:00+00:00"
    assert set(survey.texts.values_list("language", flat=True)) == {"en", "da"}
    assert "/s/spring/" in client.get("/setup/surveys/spring/").content.decode()


def test_a_survey_past_its_closing_time_is_called_ended(client: Client) -> None:
    page = client.post("/setup/surveys/new/", GOOD | {"closes_at": "2026-05-01T12:30"}, follow=True).content.decode()
    assert "This survey has ended." in page
    assert Survey.objects.get().status == "live"
    listed = client.get("/setup/surveys/").content.decode()
    assert re.search(r">\s*Ended\s*</span>", listed)
    page = client.post("/setup/surveys/spring/", GOOD, follow=True).content.decode()
    assert "This survey has ended." not in page
    assert re.search(r">\s*Live\s*</span>", client.get("/setup/surveys/").content.decode())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Spring time"}, "slug"),
        ({"slug": "autumn"}, "slug"),
        ({"name": ""}, "name"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"),
        ({"default_language": "nl"}, "default_language"),
        ({"closes_at": "soon"}, "closes_at"),
        ({"edit_days": "-1"}, "edit_days"),
        ({"brand": "a\0b"}, "brand"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, Any], field: str
) -> None:
    make_survey()
    response = client.post("/setup/surveys/new/", GOOD | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert f'id="id_{field}_error"' in page
    if field != "allowed_traits":
        assert "country, plan" in page
    assert Survey.objects.count() == 1


def test_a_change_is_saved_and_adds_words_for_a_new_language(client: Client) -> None:
    survey = make_survey()
    Survey.objects.filter(pk=survey.pk).update(languages=["en"])
    SurveyTexts.objects.filter(language="da").delete()
    client.post("/setup/surveys/autumn/", GOOD | {"slug": "autumn-2"})
    survey.refresh_from_db()
    assert (survey.slug, survey.revision) == ("autumn-2", 2)
    assert survey.texts.filter(language="da").exists()


def test_words_get_versions_and_an_old_one_can_come_back(client: Client) -> None:
    survey = make_survey()
    url = "/setup/surveys/autumn/words/en/"
    words = {name: getattr(survey.texts.get(language="en"), name) for name in SurveyTexts.TEXTS}
    client.post(url, words)
    assert survey.texts.filter(language="en").count() == 1  # nothing changed, no new version
    client.post(url, words | {"question": "Would you come back?"})
    assert survey.texts.filter(language="en").count() == 2
    assert "Would you come back?" in client.get(url).context["form"]["question"].value()
    old = client.get(f"{url}?version=1").context["form"]["question"].value()
    assert old == words["question"]
    assert client.get(f"{url}?version=99999999999999999999").status_code == 200
    assert client.post(url, words | {"question": ""}).status_code == 422
    refused = client.post(url, words | {"question": "Would you tell {brnd} and {brand}?"})
    assert refused.status_code == 422
    assert "Nothing stands for {brnd}." in refused.content.decode()
    assert client.get("/setup/surveys/autumn/words/xx/").status_code == 404


def test_an_extra_question_with_its_options_per_language(client: Client) -> None:
    survey = make_survey()
    url = "/setup/surveys/autumn/questions/new/"
    given = {"kind": "choice", "position": "1", "is_active": "on", "text_en": "How did you order?",
             "options_en": "Phone\nShop\n\n", "text_nl": "Hoe heeft u besteld?", "options_nl": "Telefoon"}  # fmt: skip
    wrong = client.post(url, given)
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"options_nl"}
    twice = client.post(url, given | {"options_en": "Phone\nShop\n Phone", "options_nl": "A\nB\nC"})
    assert twice.context["form"].errors.keys() == {"options_en"}
    assert client.post(url, given | {"options_nl": "Telefoon\nWinkel"}).status_code == 302
    question = Question.objects.get(survey=survey)
    assert question.options == {"en": ["Phone", "Shop"], "nl": ["Telefoon", "Winkel"]}
    edit = f"/setup/surveys/autumn/questions/{question.pk}/"
    client.post(edit, given | {"kind": "text", "is_active": ""})
    question.refresh_from_db()
    assert (question.kind, question.options, question.is_active) == ("text", {}, False)
    make_survey("other")
    assert client.get(f"/setup/surveys/other/questions/{question.pk}/").status_code == 404


def test_a_draft_can_be_looked_at_by_its_admin_and_by_nobody_else() -> None:
    create_survey(slug="soon", name="Soon", brand="Nordlys", status="draft", languages=["en", "da"])
    path, admin = "/setup/surveys/soon/preview/", client_of(make_user("eve", "admin"))

    page = admin.get(f"{path}?lang=da&score=3")

    html = page.content.decode()
    assert (page.status_code, page["Content-Language"]) == (200, "da")
    assert "Nordlys" in html
    assert "Det er en forhåndsvisning." in html
    assert re.search(r'type="submit" disabled', html)
    assert 'name="submission"' not in html
    assert path in admin.get("/setup/surveys/soon/").content.decode()
    assert admin.post(path, {"score": "3"}).status_code == 405
    assert not Response.objects.exists()
    assert Client().get(path).status_code == 302
    assert client_of(make_user("bea", "manager")).get(path).status_code == 403
    assert admin.get("/s/soon/").status_code == 404
    assert admin.get("/setup/surveys/nothing/preview/").status_code == 404


def test_raw_records_are_found_where_they_were_before(client: Client) -> None:
    make_survey("moved")
    found = client.get("/admin/surveys/surveywords/?q=x", follow=True)
    assert (found.status_code, found.redirect_chain) == (200, [("/admin/surveys/surveytexts/?q=x", 302)])


def test_words_of_a_band_may_be_left_to_the_standard(client: Client) -> None:
    survey = make_survey()
    url = "/setup/surveys/autumn/words/en/"
    words = {name: getattr(survey.texts.get(language="en"), name) for name in SurveyTexts.TEXTS}
    client.post(url, words | {"thanks_0_2": "Our {brand} fault.", "thanks_5_6": "", "ask_9_10": ""})

    answers = {score: client.post("/s/autumn/", {"score": score})["Location"] for score in ("0", "3", "6")}
    pages = {score: client.get(address).content.decode() for score, address in answers.items()}
    assert "Our Nordlys fault." in pages["0"]
    assert "did not go better" in pages["3"]
    assert "for us to do better" in pages["6"]
    assert "What do you like best about Nordlys?" in client.get("/s/autumn/?lang=en").content.decode()
    page = client.get(url).content.decode()
    assert 'placeholder="What do you like best about {brand}?"' in page
    assert page.count("Empty: customers read the standard words") == 2


def test_what_is_not_translated_is_named_with_what_customers_read_in_its_place(client: Client) -> None:
    survey = make_survey()
    places = ["/setup/surveys/autumn/", "/setup/surveys/autumn/words/da/"]
    assert all("not translated" not in client.get(place).content.decode() for place in places)
    english = {name: getattr(survey.texts.get(language="en"), name) for name in SurveyTexts.TEXTS}
    save_texts(survey=survey, language="en", texts=english | {"thanks_5_6": "Thank you, we are on it at {brand}."})
    save_question(
        Question(survey=survey, kind="choice", texts={"en": "How?", "da": "Hvordan?"}, options={"en": ["Shop", "Post"]})
    )

    overview, danish = (client.get(place).content.decode() for place in places)
    for page in (overview, danish):
        assert "Dansk: 2 texts are not translated" in page
        assert '<q lang="da">Tak, fordi du siger det. Her er der noget, vi kan gøre bedre.</q>' in page
        assert '<q lang="en">Shop, Post</q>' in page
        assert "/setup/surveys/autumn/words/da/#id_thanks_5_6" in page
    assert '<q lang="en">How?: Shop, Post</q>' in overview, "Dutch has not even the question"
    assert "Nederlands: " not in danish

    own = survey.texts.get(language="da")
    given = {name: getattr(own, name) for name in SurveyTexts.TEXTS} | {"thanks_5_6": "Vi er på sagen."}
    save_texts(survey=survey, language="da", texts=given)
    assert "Dansk: 1 text is not translated" in client.get(places[0]).content.decode()


def test_the_mail_that_asks_is_named_where_it_is_not_translated(client: Client) -> None:
    survey = make_survey()
    own = {"subject": "How was your delivery from {brand}?", "intro": "", "closing": "", "why": "You ordered."}
    save_mail_texts(survey=survey, language="en", texts=own)
    overview = client.get("/setup/surveys/autumn/").content.decode()
    for words in ("Dansk: 2 texts are not translated", "Nederlands: 2 texts are not translated", "The mail: subject"):
        assert words in overview
    assert '<q lang="da">Ét spørgsmål fra Nordlys</q>' in overview
    assert "/setup/surveys/autumn/mail/da/#id_subject" in overview
    mail = client.get("/setup/surveys/autumn/mail/da/").content.decode()
    assert "2 texts are not translated" in mail
    assert "not translated" not in client.get("/setup/surveys/autumn/mail/en/").content.decode()
    save_mail_texts(survey=survey, language="da", texts=own | {"subject": "Hvordan gik det?", "why": "Du købte."})
    assert "Dansk" not in _missing_of(client.get("/setup/surveys/autumn/").content.decode())


def _missing_of(page: str) -> str:
    return "".join(re.findall(r'<details class="fold section missing".*?</summary>', page, re.DOTALL))


def test_own_words_of_a_release_before_stay_for_each_band(client: Client) -> None:
    keep = import_module("surveys.migrations.0036_own_words_stay")
    survey, empty = make_survey(), dict.fromkeys(("ask_3_4", "ask_5_6", "thanks_3_4", "thanks_5_6"), "")
    survey.texts.update(**empty)
    own = survey.texts.filter(language="nl")
    own.update(ask_0_2="Wat nu?")
    save_texts(survey=survey, language="da", texts=dict.fromkeys(SurveyTexts.TEXTS, "nyt") | empty)

    with connection.schema_editor() as editor:
        keep.keep_own_words(apps, editor)

    dutch, old, new = own.get(), survey.texts.get(language="da", version=1), survey.texts.get(language="da", version=2)
    assert (dutch.ask_0_2, dutch.ask_3_4, dutch.ask_5_6) == ("Wat nu?",) * 3
    assert (dutch.thanks_5_6, dutch.shown("thanks_5_6")) == (
        "",
        "Dank u wel dat u het zegt. Hier kunnen wij iets beter doen.",
    )
    assert old.thanks_5_6 == old.thanks_0_2, "answers keep the words that they were given to"
    assert (new.thanks_3_4, new.ask_5_6) == ("nyt", "nyt")

"""/s/<slug>/ and /t/<token>/: what a customer on the public link sees and sends."""

import gzip
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from followup.playbooks import services as playbooks
from surveys.answer_form import EMAIL_MAX_LENGTH
from surveys.models import Answer, Question, Response, Survey, Tally
from surveys.services.surveys import save_question, save_texts, update_survey
from tests.api_client import Program
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
SUBMISSION = re.compile(r'name="submission" value="([\w-]{43})"')


@pytest.fixture
def survey() -> Survey:
    playbooks.ensure_default()
    return make_survey("hello")


def page(client: Client, address: str = "/s/hello/", **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


def test_a_post_of_the_score_alone_is_a_complete_answer(survey: Survey, client: Client) -> None:
    sent = Client(enforce_csrf_checks=True).post("/s/hello/", {"score": "7"})

    assert sent.status_code == 303
    assert re.fullmatch(r"/t/[\w-]{43}/", sent["Location"])
    assert not sent.cookies
    response = Response.objects.get()
    assert (response.score, response.group, response.channel, response.comment) == (7, "passive", "link", "")
    assert list(Tally.objects.values_list("score", "count")) == [(7, 1)]


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("query", ["", "?score=3&lang=da", "?score=3&comment=x"])
def test_looking_records_nothing_and_sets_no_cookie(survey: Survey, client: Client, method: str, query: str) -> None:
    shown = getattr(client, method)(f"/s/hello/{query}")

    assert shown.status_code in {200, 204}
    assert not shown.cookies
    assert not Response.objects.exists()


def test_other_methods_are_refused_and_the_allowed_ones_named(survey: Survey, client: Client) -> None:
    assert client.put("/s/hello/", "score=3").status_code == 405
    assert client.options("/s/hello/")["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_the_page_is_one_scale_one_field_and_one_send(survey: Survey, client: Client) -> None:
    html = page(client)

    assert len(re.findall(r'type="radio" [^>]*name="score"', html)) == 11
    assert html.count("<textarea") == 1
    assert html.count('type="submit">') == 1
    assert "checked" not in html
    assert "novalidate" in html
    for inline in ("<script", "<style", " style=", "javascript:"):
        assert inline not in html


@pytest.mark.parametrize(
    ("query", "chosen"), [("?score=7", "7"), ("?score=10", "10"), ("?score=11", None), ("?score=x", None)]
)
def test_the_address_preselects_a_score(survey: Survey, client: Client, query: str, chosen: str | None) -> None:
    assert re.findall(r'value="(\d+)"[^>]* checked', page(client, f"/s/hello/{query}")) == ([chosen] if chosen else [])


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        ("?lang=da", "nl", "da"),
        ("?lang=da_DK", "nl", "da"),
        ("?lang=da-dk", "nl", "da"),
        ("?lang=DA", "nl", "da"),
        ("?lang=nl_BE", "da", "nl"),
        ("", "nl-BE,en;q=0.5", "nl"),
        ("", "fr, da;q=0.3, en;q=0.2", "da"),
        ("?lang=fr", "", "en"),
        ("", "nl;q=0, xx-garbage;;;", "en"),
    ],
)
def test_the_link_then_the_browser_then_the_survey_choose_the_language(
    survey: Survey, client: Client, query: str, accept: str, expected: str
) -> None:
    shown = client.get(f"/s/hello/{query}", headers={"Accept-Language": accept})

    assert shown["Content-Language"] == expected
    assert f'<html lang="{expected}">' in shown.content.decode()
    client.post(f"/s/hello/{query}", {"score": "9"}, headers={"Accept-Language": accept})
    assert Response.objects.get().language == expected


def test_a_language_that_the_survey_does_not_speak_is_not_shown(survey: Survey, client: Client) -> None:
    update_survey(survey, {"languages": ["en"]})

    html = page(client, "/s/hello/?lang=da")

    assert '<html lang="en">' in html
    assert "lang=da" not in html


def test_other_languages_keep_the_score_and_the_traits(survey: Survey, client: Client) -> None:
    update_survey(survey, {"allowed_traits": ["plan"]})

    html = page(client, "/s/hello/?score=7&other=1&plan=" + quote('<b>"x&y'))

    assert 'formaction="?sent=1&amp;lang=da&amp;score=7&amp;plan=%3Cb%3E%22x%26y"' in html


def test_only_allowed_traits_are_stored_and_only_so_much_of_them(survey: Survey, client: Client) -> None:
    update_survey(survey, {"allowed_traits": ["plan", "country", "shop"]})

    client.post(f"/s/hello/?plan={'x' * 500}&country=dk&secret=1&shop=", {"score": "9"})

    assert Response.objects.get().traits == {"plan": "x" * 200, "country": "dk"}


def test_changed_words_and_questions_are_shown_at_once(survey: Survey, client: Client) -> None:
    words = survey.texts.get(language="en")
    page(client)
    texts = {name: getattr(words, name) for name in words.TEXTS} | {"question": "Would you tell {brand} < friends?"}
    save_texts(survey=survey, language="en", texts=texts)
    assert "Would you tell Nordlys &lt; friends?" in page(client)

    save_question(Question(survey=survey, kind="text", texts={"en": "Which order?"}))
    assert "Which order?" in page(client)

    client.post("/s/hello/", {"score": "9"})
    stored = Response.objects.select_related("texts").get().texts
    assert stored is not None
    assert stored.version == 2


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({}, "score", "choose a number from 0 to 10"),
        ({"score": "11"}, "score", "“11” is not on the scale"),
        ({"score": "-1"}, "score", "“-1” is not on the scale"),
        ({"score": "٣"}, "score", "is not on the scale"),
        ({"score": "3.0"}, "score", "is not on the scale"),
        ({"score": "3", "comment": "x" * 10_001}, "comment", "10,001 characters long. At most 10,000"),
        ({"score": "3", "contact_email": "karin@"}, "contact_email", "“karin@” is not a complete e-mail address"),
        ({"score": "3", "contact_email": f"k@{'x' * EMAIL_MAX_LENGTH}.dk"}, "contact_email", "is not a complete"),
        ({"score": "3", "contact_phone": "12"}, "contact_phone", "“12” is not a phone number"),
        ({"score": "3", "contact_name": "x" * 201}, "contact_name", "201 characters long"),
    ],
)
def test_a_bad_field_is_named_beside_it_and_nothing_typed_is_lost(
    survey: Survey, client: Client, fields: dict[str, str], name: str, said: str
) -> None:
    typed = {"comment": 'It was <late> & "wet"', "contact_name": "Karin"} | fields

    refused = client.post("/s/hello/", typed)

    html = refused.content.decode()
    assert refused.status_code == 422
    assert said in html
    assert f'href="#{"score-0" if name == "score" else f"id_{name}"}"' in html
    if name != "score":
        assert re.search(f'id="id_{name}"[^>]*aria-invalid="true" aria-describedby="id_{name}_error"', html)
    if name != "comment":
        assert "It was &lt;late&gt; &amp; &quot;wet&quot;</textarea>" in html
    assert not Response.objects.exists()


def test_a_refused_form_is_the_same_submission_when_it_is_sent_again(survey: Survey, client: Client) -> None:
    token = SUBMISSION.findall(page(client))[0]
    refused = client.post("/s/hello/", {"score": "3", "contact_phone": "1", "submission": token})

    assert SUBMISSION.findall(refused.content.decode()) == [token]


@pytest.mark.parametrize("score", ["7", "9"])
def test_contact_fields_are_dropped_and_never_faulted_above_six(survey: Survey, client: Client, score: str) -> None:
    sent = client.post("/s/hello/", {"score": score, "contact_email": "nonsense", "contact_phone": "1"})

    assert sent.status_code == 303
    response = Response.objects.get()
    assert (response.contact_email, response.contact_phone, response.contact_name) == ("", "", "")


def test_comments_keep_every_script_and_lose_only_what_nobody_types(survey: Survey, client: Client) -> None:
    comment = "  Ærgerligt 😡\r\nنص عربي\r\n\x00\u200dक्ष  "

    client.post("/s/hello/", {"score": "2", "comment": comment})

    assert Response.objects.get().comment == "Ærgerligt 😡\nنص عربي\n\u200dक्ष"


def test_ten_thousand_emoji_fit(survey: Survey, client: Client) -> None:
    body = f"score=2&comment={quote('😡' * 10_000)}"

    sent = client.post("/s/hello/", body, content_type="application/x-www-form-urlencoded")

    assert sent.status_code == 303
    assert len(Response.objects.get().comment) == 10_000


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"score=3&comment=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a%d=1" % n for n in range(300)), "application/x-www-form-urlencoded", 400),
        (b"--x\r\nbroken", "multipart/form-data; boundary=", 400),
        (b'{"score": 3}', "application/json", 422),
        (b"score=3&comment=%ff%fe%00%ed%a0%80", "application/x-www-form-urlencoded", 303),
    ],
)
def test_a_body_that_is_no_survey_form_gets_a_page_and_no_trace(
    survey: Survey, client: Client, body: bytes, content_type: str, status: int
) -> None:
    client.raise_request_exception = False

    assert client.post("/s/hello/", body, content_type=content_type).status_code == status


def test_what_a_customer_typed_is_never_a_template(survey: Survey, client: Client) -> None:
    refused = client.post(
        "/s/hello/", {"score": "3", "comment": "{{ words }}{brand}{% now 'Y' %}", "contact_phone": "1"}
    )

    assert "{{ words }}{brand}{% now &#x27;Y&#x27; %}" in refused.content.decode()


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"status": "draft"}, 404, "no page at this address"),
        ({"status": "paused"}, 503, "short break"),
        ({"status": "closed"}, 410, "has ended"),
        ({"closes_at": timezone.now() - timedelta(seconds=1)}, 410, "has ended"),
    ],
)
def test_a_survey_that_is_not_open_says_so_kindly(
    survey: Survey, client: Client, change: dict[str, object], status: int, said: str
) -> None:
    page(client)
    update_survey(survey, change)

    for answered in (client.get("/s/hello/"), client.post("/s/hello/", {"score": "3"})):
        assert answered.status_code == status
        assert said in answered.content.decode()
    assert not Response.objects.exists()


def test_an_unknown_survey_is_not_found(survey: Survey, client: Client) -> None:
    assert client.get("/s/nothing/").status_code == 404
    assert client.post("/s/nothing/", {"score": "3"}).status_code == 404


def test_extra_questions_are_asked_in_the_language_and_stored_in_the_first_one(survey: Survey, client: Client) -> None:
    rating = save_question(Question(survey=survey, kind="rating", texts={"en": "Easy?", "da": "Let?"}))
    choice = save_question(
        Question(
            survey=survey, kind="choice", texts={"en": "What?", "da": "Hvad?"},
            options={"en": ["Cards", "Posters"], "da": ["Kort", "Plakater"]},
        )
    )  # fmt: skip
    retired = save_question(Question(survey=survey, kind="text", texts={"en": "Old?"}, is_active=False))
    html = page(client, "/s/hello/?lang=da")
    assert "Hvad?" in html
    assert re.search(r'value="Posters"[^>]*><span>Plakater</span>', html)
    assert "Old?" not in html

    refused = client.post("/s/hello/?lang=en", {"score": "9", f"answer-{rating.pk}": "6"})
    assert refused.status_code == 422
    assert "“6” is not on the scale" in refused.content.decode()

    answers = {f"answer-{rating.pk}": "4", f"answer-{choice.pk}": "Posters", f"answer-{retired.pk}": "x"}
    client.post("/s/hello/?lang=da", {"score": "9"} | answers)
    assert dict(Answer.objects.values_list("question", "value")) == {rating.pk: "4", choice.pk: "Posters"}


def test_an_extra_answer_can_be_taken_back(survey: Survey, client: Client) -> None:
    question = save_question(Question(survey=survey, kind="text", texts={"en": "Which order?"}))
    token = SUBMISSION.findall(page(client))[0]
    client.post("/s/hello/", {"score": "9", f"answer-{question.pk}": "118", "submission": token})

    client.post("/s/hello/", {"score": "9", f"answer-{question.pk}": "", "submission": token})

    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+45 33 12 00 00", "+45 33 12 00 00"),
        ("\u0663\u0663\u0661\u0662\u0660\u0660", "331200"),  # Arabic-Indic digits
        ("\uff13\uff13\uff11\uff12\uff10", "33120"),  # full width
        ("33 12 00 00 ext. 7", "33 12 00 00 ext. 7"),
        ("\u00b2" * 6, None),  # superscripts
        ("\u2460" * 6, None),  # numbers in circles
        ("12", None),
        ("1" * 16, None),
        ("no", None),
    ],
)
def test_a_phone_number_is_the_same_through_every_door(
    survey: Survey, client: Client, typed: str, stored: str | None
) -> None:
    program = Program("write")
    answered = client.post("/s/hello/", {"score": "3", "contact_phone": typed})
    told = program.call("POST", "responses/", {"survey": "hello", "score": 3, "phone": typed})
    known = program.call("POST", "contacts/", {"email": "a@example.com", "phone": typed})

    if stored is None:
        assert (answered.status_code, told.status_code, known.status_code) == (422, 422, 422)
        assert not Response.objects.exists()
        for refused in (told, known):
            fault = refused.json()["errors"][0]
            assert (fault["field"], fault["value"]) == ("phone", typed)
            assert "5 to 15 digits" in fault["allowed"]
    else:
        assert (answered.status_code, told.status_code, known.status_code) == (303, 201, 201)
        assert list(Response.objects.values_list("contact_phone", flat=True)) == [stored] * 2
        assert known.json()["phone"] == stored


@pytest.mark.usefixtures("new_limits")
def test_over_the_limit_nothing_is_lost_and_nothing_stored(
    survey: Survey, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ANSWERS_PER_MINUTE", 2)
    sent = [
        client.post("/s/hello/", {"score": "3", "comment": "still here"}, REMOTE_ADDR="192.0.2.77")
        for _time in range(3)
    ]

    assert [answered.status_code for answered in sent] == [303, 303, 429]
    assert sent[2]["Retry-After"] == "60"
    assert "still here</textarea>" in sent[2].content.decode()
    assert Response.objects.count() == 2
    assert client.post("/s/hello/", {"score": "3"}, REMOTE_ADDR="192.0.2.78").status_code == 303


def test_the_form_may_be_kept_by_the_browser_alone(survey: Survey, client: Client) -> None:
    shown = client.get("/s/hello/")

    assert shown["Cache-Control"] == "private, no-cache"
    assert "Accept-Language" in shown["Vary"]


def test_the_page_with_its_stylesheet_travels_in_eight_kibibytes(survey: Survey, client: Client) -> None:
    shown = client.get("/s/hello/", headers={"Accept-Encoding": "gzip"})
    assert shown["Content-Encoding"] == "gzip"
    html = gzip.decompress(shown.content).decode()
    loaded = re.findall(r'(?:src|href)="(/[^"]*|https?:[^"]*)"', html)
    assert len(loaded) == 1, loaded
    sheet = settings.STATIC_ROOT / f"{loaded[0].removeprefix(settings.STATIC_URL)}.gz"

    headers = sum(len(f"{name}: {value}\r\n") for name, value in shown.headers.items())
    assert len(shown.content) + headers + sheet.stat().st_size + 1024 <= 8 * 1024  # 1 KiB: the other headers


def test_a_page_in_memory_costs_no_query_and_an_answer_one(
    survey: Survey, client: Client, django_assert_num_queries: object
) -> None:
    page(client)
    with django_assert_num_queries(0):  # type: ignore[operator]
        page(client)
    client.post("/s/hello/", {"score": "8", "comment": "good"})  # the connection plans the statement once
    with django_assert_num_queries(1):  # type: ignore[operator]  # the survey's state, answer, tally and source at once
        client.post("/s/hello/", {"score": "9", "comment": "good"})

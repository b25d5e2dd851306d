"""Praise: whom it names, that nothing goes without a click and once, and what promoters love."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.insights.praise import loved
from followup.insights.praise.models import LovedWords, Praise
from followup.insights.praise.names import named
from followup.tickets import opening
from nps_project.accounts.models import Team
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from nps_project.privacy import erasing
from nps_project.privacy.models import Kind
from surveys.models import Contact, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

PEOPLE = {1: "Priya Shah", 2: "Bjørn Dahl", 3: "Jonas Lind", 4: "Bo Riis", 5: "Priya Patel", 6: "Anna-Lise Vos"}


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("Thanks to Priya, she called at once!", [1, 5]),
        ("BJORN and priya's team were great", [2, 1, 5]),
        ("Jonas’ advice, Bjørns patience", [3, 2]),
        ("Bo is the best", [4]), ("i bo in Aarhus", []), ("Annalise", []), ("Thank you, Anna-Lise!", [6]),
        ("Priyanka was kind", []), ("", []), ("🎉" * 20, []), ("x" * 9000, []),
    ],
)  # fmt: skip
def test_first_names_are_found_as_whole_words(comment: str, found: list[int]) -> None:
    assert named(comment, PEOPLE) == found


@pytest.fixture
def survey(db: None) -> Survey:
    return make_survey()


def test_words_are_passed_on_by_a_click_once_and_by_mail(survey: Survey) -> None:
    priya, agent = make_user("priya", "agent", language="nl"), make_user("bea")
    answer = make_answer(survey, 10, "Priya <b>saved</b> our day", contact_name="Karin")
    client = client_of(agent)
    page = client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "Pass it on to priya" in page
    assert not Delivery.objects.exists(), "no guess is sent by itself"
    for _time in range(2):
        assert client.post(f"/insights/praise/{answer.pk}/", {"person": priya.pk}).status_code == 302
    (mail,) = Delivery.objects.all()
    assert (mail.to_address, mail.language, mail.template) == (priya.email, "nl", "praise")
    assert "Priya <b>saved" in mail.body_text
    assert "<b>saved" not in mail.body_html
    page = client.get(f"/desk/answers/{answer.pk}/").content.decode()
    assert "priya has heard of it." in page
    assert "Pass it on" not in page
    assert Praise.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"person": "x"}, {"person": "9" * 40}, {"person": "99999"}])
def test_nobody_else_can_be_chosen(survey: Survey, given: dict[str, str]) -> None:
    answer = make_answer(survey, 10, "Priya saved our day")
    make_user("priya")
    other = make_user("bea")
    client = client_of(other)
    for more in (given, {"person": str(other.pk)}):
        page = client.post(f"/insights/praise/{answer.pk}/", more, follow=True)
        assert "whom they name" in page.content.decode()
    assert not Praise.objects.exists()
    assert client_of(make_user("v", "viewer")).post(f"/insights/praise/{answer.pk}/", given).status_code == 403


def test_only_promoters_words_and_only_those_who_may_read_them(survey: Survey) -> None:
    north = Team.objects.create(name="N")
    Survey.objects.filter(pk=survey.pk).update(team=north)
    priya = make_user("priya", all_teams=False)
    stranger = make_user("bea", all_teams=False)
    client = client_of(make_user("ada", "admin"))
    happy, sad = make_answer(survey, 9, "Priya, thanks"), make_answer(survey, 3, "Priya was rude")
    assert b"Pass it on" not in client.get(f"/desk/answers/{happy.pk}/").content
    north.members.add(priya)
    assert b"Pass it on to priya" in client.get(f"/desk/answers/{happy.pk}/").content
    assert b"Pass it on" not in client.get(f"/desk/answers/{sad.pk}/").content
    assert client_of(stranger).post(f"/insights/praise/{happy.pk}/", {"person": priya.pk}).status_code == 404
    viewer = client_of(make_user("v", "viewer"))
    assert b"Pass it on" not in viewer.get(f"/desk/answers/{happy.pk}/").content


def praise(survey: Survey, language: str, *comments: str) -> None:
    for comment in comments:
        make_answer(survey, 10, comment, language=language)


def test_a_passives_ticket_shows_what_promoters_love_most(survey: Survey) -> None:
    praise(survey, "en", *["The cards were delivered quickly"] * 9, "Quick delivery, <b>lovely</b> card", "Cards!")
    praise(survey, "nl", *["Snelle bezorging"] * 9)
    for score, comment in ((3, "cards cards"), (8, "cards")):
        make_answer(survey, score, comment)
    make_answer(survey, 10, "Lovely", contact_name="Vera Cardsen")
    praise(survey, "da", "cards")
    make_answer(survey, 10, "cards", state="provisional")
    loved.count(survey.pk, timezone.now())
    words = LovedWords.objects.get(survey=survey, language="en")
    assert words.words == [["cards", 11], ["quickly", 10]]
    assert words.n == 12
    assert LovedWords.objects.get(survey=survey, language="nl").words == [], "fewer than ten customers say nothing"
    response = make_answer(survey, 8, contact=make_contact(1))
    ticket = opening.open_by_hand(response_id=response.pk, by=make_user("bea"))
    client = client_of(make_user("ada", "manager"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert len(asked) <= 12
    assert "What promoters love most" in page
    link = re.findall(r'href="([^"]*said=cards[^"]*)"', page)[0].replace("&amp;", "&")
    assert len(re.findall(r'<a href="/desk/answers/\d+/"', client.get(link).content.decode())) == 11, (
        "as many as it says"
    )
    unhappy = opening.open_for_response(make_answer(survey, 2, "x", contact=make_contact(2)).pk)
    assert unhappy is not None
    assert "What promoters love most" not in client.get(f"/desk/tickets/{unhappy.pk}/").content.decode()


def test_a_word_is_told_as_the_search_tells_it_and_opens_all_who_wrote_it(survey: Survey) -> None:
    praise(survey, "nl", *["Eén café, één kaart"] * 6, *["Een cafe, een kaart, één dag"] * 6)
    praise(survey, "da", *["På bøgen står god kage"] * 11)
    loved.count(survey.pk, timezone.now())
    found = {row.language: row.words for row in LovedWords.objects.filter(survey=survey)}
    assert found["nl"] == [["cafe", 12], ["kaart", 12]], "een is no word that says anything, however it is accented"
    assert found["da"] == [["bøgen", 11], ["god", 11], ["kage", 11], ["står", 11]]
    client = client_of(make_user("vera", "viewer"))
    for language, word, n in (("nl", "café", 12), ("nl", "cafe", 12), ("da", "bøgen", 11)):
        page = client.get("/desk/answers/", {"language": language, "said": word, "state": "confirmed"}).content.decode()
        assert len(re.findall(r'<a href="/desk/answers/\d+/"', page)) == n


def test_a_word_of_few_customers_is_not_shown_however_often_they_say_it(survey: Survey) -> None:
    karin = make_contact(1)
    for _time in range(12):
        make_answer(survey, 10, "Cards! Yours, Karin Zwolsman. Cards, cards", language="en", contact=karin)
    loved.count(survey.pk, timezone.now())
    assert LovedWords.objects.get(survey=survey, language="en").words == []
    for number in range(2, 11):
        make_answer(survey, 9, "A card", language="en", contact=make_contact(number))
    loved.count(survey.pk, timezone.now())
    words = LovedWords.objects.get(survey=survey, language="en")
    assert (words.words, words.n) == ([["card", 10]], 21)


def test_words_are_counted_anew_when_one_who_said_them_is_erased(survey: Survey) -> None:
    at: Any = timezone.now()
    other = make_survey("other")
    people = [make_contact(number) for number in range(10)]
    for one, contact in itertools.product((survey, other), people):
        make_answer(one, 10, "Lovely cards", language="en", contact=contact)
    make_answer(survey, 10, "Lovely", contact=make_contact(10))
    for one in (survey, other):
        loved.count(one.pk, at)
    erasing.erase(Kind.CONTACT, Contact.objects.get(name="Customer 10").pk)
    assert set(LovedWords.objects.values_list("survey", flat=True)) == {other.pk}
    assert list(loved.COUNT.due(at)) == [survey]
    erasing.erase(Kind.CONTACT, people[0].pk)
    assert not LovedWords.objects.exists()
    sweep.run(loved.COUNT, at)
    assert LovedWords.objects.filter(language="en", words=[]).count() == 2


def test_words_are_counted_once_a_day(survey: Survey) -> None:
    at: Any = timezone.now()
    assert loved.COUNT.due(at).count() == 1
    loved.count(survey.pk, at)
    assert loved.COUNT.due(at + timedelta(hours=1)).count() == 0
    assert loved.COUNT.due(at + timedelta(days=1)).count() == 1

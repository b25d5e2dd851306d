"""Finding a customer, a ticket or an answer by words."""

import pytest
from django.test import Client

from followup.models import RootCause
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from surveys.models import Response, response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.desk.test_desk import found

pytestmark = pytest.mark.django_db


def test_search_reads_comments_notes_and_customers(client: Client, bea: User) -> None:
    survey = make_survey()
    said = make_ticket(survey, 1, "De facturen kloppen niet", contact=make_contact(1), language="nl")
    noted = make_ticket(survey, 2, "", contact=make_contact(2, name="Søren Ågård", traits={"company": "Nordlys Tryk"}))
    typed = make_ticket(survey, 3, "", contact_name="Agnes Vink", contact_email="agnes@vink.example")
    actions.add_note(ticket_id=noted.pk, by=bea, text="Wij hebben de leveringen gecontroleerd")
    assert found(client, q="factuur") == [said.pk]
    assert found(client, q="levering") == [noted.pk]
    assert found(client, q="nordl") == [noted.pk]
    assert found(client, q="søren åg") == [noted.pk]
    assert found(client, q="agnes@vink") == [typed.pk]
    for odd in ("'", "a' | 'b", ":*", "&", "\\", "((", "-", "'; drop table x"):
        found(client, q=odd)  # any words are words


@pytest.mark.parametrize("looked_first", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_the_newest_answers_with_a_word_are_found_wherever_they_are(
    looked_first: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response, "LOOKED_FIRST", looked_first)
    survey = make_survey()
    made = [make_answer(survey, 3, comment).pk for comment in ("late", "late again", "soon", "late", "soon")]
    late = [made[place] for place in (3, 1, 0)]
    assert Response.objects.newest_saying("late", most) == late[:most]
    assert Response.objects.newest_saying("nothing", most) == []
    assert set(Response.objects.about("late", most)) == set(Response.objects.filter(pk__in=late[:most]))


def test_search_shows_nothing_of_others(bea: User) -> None:
    team = Team.objects.create(name="South")
    ticket = make_ticket(make_survey(team=team), 1, "banners", contact=make_contact(1, name="Zarathustra"))
    actions.add_note(ticket_id=ticket.pk, by=bea, text="geheim")
    stranger = client_of(make_user("sam", all_teams=False))
    for words in ("banners", "zarathustra", "geheim"):
        assert found(stranger, q=words) == []


@pytest.mark.parametrize(
    "words",
    [
        "seat", "seat@exam", "seat@example.com", "SOREN", "Sören", "søren mul", "muller", "o'brien",
        "O’Brien", "33120000", "33 12 00 00", "+45 33 12 00 00", "0045 33120000", "0000", "0033120000", "don't come",
        "don’t come", "cafe", "CAFÉ", "blabaer", "nord-lys",
    ],
)  # fmt: skip
def test_a_customer_is_found_however_it_is_typed(client: Client, words: str) -> None:
    contact = make_contact(1, name="Søren Müller-O’Brien", traits={"company": "Nord-Lys ApS"})
    type(contact).objects.filter(pk=contact.pk).update(email="seat@example.com")
    said = "They don’t come back to the café, said Blåbær"
    ticket = make_ticket(make_survey(), 3, said.replace("Blåbær", "blåbær"), contact=contact)
    other = make_ticket(make_survey("winter"), 3, "Fine", contact=make_contact(2, phone="+45 99 99 99 99", name="Eva"))
    assert found(client, q=words) == [ticket.pk], other


@pytest.mark.parametrize("words", ["Muller", "m.ll@exam", "06 12345678", "+31 6 1234 5678", "typed"])
def test_what_was_typed_on_the_form_is_found_alike(client: Client, words: str) -> None:
    typed = {"contact_name": "Müller typed", "contact_email": "m.ll@example.com", "contact_phone": "06-12 34 56 78"}
    assert [make_ticket(make_survey(), 3, **typed).pk] == found(client, q=words)


def test_a_ticket_is_found_by_its_number(client: Client) -> None:
    tickets = [make_ticket(make_survey(f"s{n}"), 3, contact=make_contact(n, phone="")) for n in range(2)]
    assert tickets[1].pk in found(client, q=f"#{tickets[1].pk}")
    assert tickets[0].pk in found(client, q=str(tickets[0].pk))


def test_resolved_ones_that_are_found_are_describe(client: Client, bea: User) -> None:
    ticket = make_ticket(make_survey(), 3, contact=make_contact(1, name="Kaja"))
    cause = RootCause.objects.get(slug="delivery")
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="lost", root_cause=cause, note="Moved")
    page = client_of(make_user("eva", language="en")).get("/desk/?q=kaja").content.decode()
    assert '<a href="?q=kaja&amp;view=resolved">1 more under Resolved</a>' in page
    assert found(client, q="kaja", view="resolved") == [ticket.pk]
    assert "more under" not in client_of(User.objects.get(name="eva")).get("/desk/?q=nobody").content.decode()


@pytest.mark.parametrize("words", ["don't", "ikke", "the"])
def test_words_that_are_too_common_are_called_that(words: str) -> None:
    make_ticket(make_survey(), 3, "They do not come", contact=make_contact(1))
    client = client_of(make_user("eva", language="en"))
    assert "These words are too common" in client.get("/desk/", {"q": words}).content.decode()
    assert "These words are too common" not in client.get("/desk/?q=zebra").content.decode()


@pytest.mark.parametrize(
    "words", ["-" * 60, "-" * 200, "- " * 90, "'" * 60, '"' * 61, "\\" * 50, ":*&|!()<->" * 9, "#", "_" * 9]
)
def test_no_words_break_a_search(client: Client, words: str) -> None:
    make_ticket(make_survey(), 3, "Fine", contact=make_contact(1))
    for path in ("/desk/", "/desk/answers/", "/desk/live/", "/desk/tickets.csv"):
        assert client.get(path, {"q": words}).status_code == 200, path


def test_the_answers_are_searched_as_the_desk_is(client: Client) -> None:
    make_ticket(make_survey(), 3, "Fine", contact=make_contact(1, name="Søren"))
    for words in ("soren", "33120000", "fine"):
        assert "Søren" in client.get("/desk/answers/", {"q": words}).content.decode(), words
    assert "Søren" not in client.get("/desk/answers/", {"q": "zebra"}).content.decode()

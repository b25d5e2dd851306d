"""Colleagues called in a note: found by address or name, told once, and never missed in silence."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from followup.errors import InvalidAction, NobodyToTell
from followup.history import chain
from followup.mentions.names import find, has_any
from followup.models import Absence, Activity, DigestItem, Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user


@dataclass
class Somebody:
    name: str
    email: str


ANNA = Somebody("Anna Berg", "anna@example.com")
ANNE = Somebody("Anna", "anna.other@example.com")
BO = Somebody("Bo Holm", "bo.holm@mail.example.com")
BODIL = Somebody("Bo Lund", "lund@example.com")
NAMELESS = Somebody("", "q@example.com")
EVERYBODY = [(one, one.name, one.email) for one in (ANNA, ANNE, BO, BODIL, NAMELESS)]


@pytest.mark.parametrize(
    ("text", "people", "unknown", "ambiguous", "nobody"),
    [
        ("@anna@example.com.", [ANNA], [], [], []),
        ("(@Anna@Example.COM) and @bo.holm@mail.example.com, please", [ANNA, BO], [], [], []),
        ("@anna berg's turn; @ANNA BERG again", [ANNA], [], [], []),
        ("@Anna, look", [ANNE], [], [], []),
        ("@Bo Lund", [BODIL], [], [], []),
        ("@Bo look", [], [], ["Bo"], []),
        ("@Bodil look, and @Bodil", [], [], [], ["Bodil"]),
        ("@gone@example.com @q@example.com", [NAMELESS], ["gone@example.com"], [], []),
        ("mail anna@example.com at 5 @ home, a@b @", [], [], [], []),
        ("@@anna@example.com x@Anna", [], [], [], []),
        ("@Anna\n@Bo Holm", [ANNE, BO], [], [], []),
    ],
)
def test_people_are_found_as_they_are_typed(
    text: str, people: list[Somebody], unknown: list[str], ambiguous: list[str], nobody: list[str]
) -> None:
    found = find(text, EVERYBODY)
    assert (found.people, found.unknown, found.ambiguous, found.nobody) == (people, unknown, ambiguous, nobody)
    assert has_any(text) == bool(people or unknown or ambiguous or nobody)


def test_a_long_note_of_signs_takes_no_time() -> None:
    assert not find("@" * 10_000 + "a." * 3_000, EVERYBODY).people


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna@example.com", "a long enough password", name="Anna <Berg>")


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make_ticket(make_survey(), 2, "Too late", contact=make_contact(1))


def write(ticket: Ticket, by: User, text: str) -> Activity:
    return actions.add_note(ticket_id=ticket.pk, by=by, text=text)


def test_who_is_called_is_told_once_and_stands_in_the_history(ticket: Ticket, bea: User, anna: User) -> None:
    note = write(ticket, bea, "@anna@example.com <b>& co</b>: who sends flowers? @anna@example.com @bea@example.com")
    mail = Delivery.objects.get(template="ticket_mention")
    assert (mail.to_address, note.data["mentions"]) == ("anna@example.com", [anna.pk])
    assert "bea asks for you" in mail.subject
    assert "<b>& co</b>: who sends flowers?" in mail.body_text
    assert "&lt;b&gt;&amp; co" in mail.body_html
    assert "anna" not in str(note.data)
    assert list(chain.verify([ticket.pk])) == []
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Note: for Anna &lt;Berg&gt;" in page
    assert "<b>& co" not in page


def test_the_daily_mail_and_the_stand_in_are_heeded(ticket: Ticket, bea: User, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(mail_about_tickets="daily")
    write(ticket, bea, "@anna@example.com")
    assert DigestItem.objects.get().template == "ticket_mention"
    today = timezone.localdate()
    Absence.objects.create(person=anna, first_day=today, last_day=today, stand_in=make_user("cas"))
    write(ticket, bea, "@Anna <Berg> please")
    assert Delivery.objects.get(template="ticket_mention").to_address == "cas@example.com"


def test_nobody_is_missed_in_silence(ticket: Ticket, bea: User, anna: User) -> None:
    stranger = make_user("nora", all_teams=False)
    make_user("gone", is_active=False)
    for address in (stranger.email, "gone@example.com", "nobody@example.com"):
        with pytest.raises(NobodyToTell) as refused:
            write(ticket, bea, f"@anna@example.com and @{address}")
        assert (refused.value.field, refused.value.names) == ("text", [address])
    make_user("anna2")
    User.objects.filter(email="anna2@example.com").update(name="anna <berg>")
    with pytest.raises(NobodyToTell) as refused:
        write(ticket, bea, "@Anna <Berg>")
    assert refused.value.is_ambiguous
    assert not Delivery.objects.filter(template="ticket_mention").exists()
    assert ticket.activities.count() == 1
    write(ticket, bea, "they are @nordlys_tryk there")
    with pytest.raises(InvalidAction) as many:
        write(ticket, bea, " ".join(f"@{make_user(f'c{number}').email}" for number in range(21)))
    assert many.value.field == "mentions"


def test_the_page_says_who_was_told_and_who_was_not(ticket: Ticket, bea: User, anna: User) -> None:
    client, path = client_of(bea), f"/desk/tickets/{ticket.pk}/notes/"
    page = client.post(path, {"text": "@Anna <Berg> and @Karl, <i>now</i>"}, follow=True).content.decode()
    assert "Told: Anna &lt;Berg&gt;." in page
    assert "Nobody was told of @Karl: no colleague" in page
    refused = client.post(path, {"text": "kept words @karl@example.com"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "@karl@example.com is nobody who sees this ticket." in page
    assert "kept words @karl@example.com</textarea>" in page
    make_user("other")
    User.objects.filter(email="other@example.com").update(name="Anna <Berg>")
    assert (
        "More than one colleague is called @Anna &lt;Berg&gt;."
        in client.post(path, {"text": "@Anna <Berg>"}).content.decode()
    )


def test_those_who_see_the_ticket_are_offered(ticket: Ticket, bea: User, anna: User) -> None:
    team = Team.objects.create(name="North")
    mate, owner, admin = (
        make_user("mate", all_teams=False),
        make_user("own", all_teams=False),
        make_user("adm", "admin"),
    )
    make_user("nora", all_teams=False)
    team.members.add(mate)
    Ticket.objects.filter(pk=ticket.pk).update(team=team, owner=owner)
    path = f"/desk/tickets/{ticket.pk}/colleagues/"

    def offered(words: str) -> list[dict[str, str]]:
        answer = client_of(bea).get(path, {"q": words})
        assert answer["Cache-Control"] == "private, no-store"
        return list(answer.json()["people"])

    assert {row["email"] for row in offered("")} == {user.email for user in (anna, mate, owner, admin)}
    assert offered("<berg")[0] == {"name": "Anna <Berg>", "email": "anna@example.com", "write": "Anna <Berg>"}
    assert offered("NOR") == offered("%") == offered("\0x") == []
    User.objects.filter(pk=mate.pk).update(name="Anna <Berg>")
    assert {row["write"] for row in offered("anna")} == {"anna@example.com", "mate@example.com"}
    assert client_of(make_user("vera", "viewer")).get(path).status_code == 403
    assert client_of(User.objects.get(email="nora@example.com")).get(path).status_code == 404


def test_programs_call_colleagues_and_a_key_of_one_survey_none(ticket: Ticket, anna: User) -> None:
    def post(program: Any, status: int) -> Any:
        return program.post(f"tickets/{ticket.pk}/notes/", {"text": "@anna@example.com"}, status)

    assert post(Program(), 201)["data"]["mentions"] == [anna.pk]
    refused = post(Program(survey=ticket.survey), 422)
    assert refused["errors"][0]["field"] == "text"
    assert Delivery.objects.filter(template="ticket_mention").count() == 1

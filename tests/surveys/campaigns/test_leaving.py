"""Leaving: GET asks, POST acts, and the header's address acts at once."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from nps_project.accounts.links import make_token
from surveys.campaigns import asking, mail
from surveys.contacts.services import save_contact
from surveys.models import Contact, Invitation, Response, Survey, Unsubscription
from tests.factories import make_contact, make_survey
from tests.nps_project.deliveries.mail_server import MailServer

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def asked(server: MailServer) -> Invitation:
    """A customer who was mailed."""
    contact = make_contact(1)
    Contact.objects.filter(pk=contact.pk).update(email="ada@nordlys.dk")
    asking.ask_by_mail(survey=make_survey(), contact=Contact.objects.get(), at=timezone.now())
    Invitation.objects.update(status="sent")
    return Invitation.objects.select_related("survey", "contact").get()


def body_address(invitation: Invitation) -> str:
    return f"/unsubscribe/{make_token('unsubscribe', invitation.public_id)}/"


def header_address(invitation: Invitation) -> str:
    return f"/unsubscribe/{make_token('unsubscribe-now', invitation.public_id)}/"


def strict() -> Client:
    """A mail program: no cookie, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def state() -> list[Any]:
    """Everything that opening a mail's links might change."""
    found: list[Any] = []
    for model in (Contact, Invitation, Survey, Response, Unsubscription):
        found += list(model._default_manager.order_by("pk").values())
    return found


def undo_of(page: Any) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def test_opening_every_link_of_a_mail_changes_nothing(asked: Invitation) -> None:
    bones = mail.skeleton(asked.survey_id, asked.survey.revision, "en")
    made = bones.fill(mail.values_of(asked, bones.content.fixed))
    header = mail.headers_of(asked)["List-Unsubscribe"].strip("<>")
    links = {*mail.links_in(made), *re.findall(r"https?://\S+", made.text), header}
    assert len(links) == 11 + 2 + 1 + 1
    before = state()
    for link in sorted(links):
        path = "/" + link.split("/", 3)[3]
        for method in ("HEAD", "GET", "OPTIONS"):
            answer = strict().generic(method, path)
            assert answer.status_code in (200, 204), (method, path)
            assert not answer.cookies
    assert state() == before


def test_the_decoys_page_explains_itself(asked: Invitation) -> None:
    page = strict().get(f"/r/{make_token('r', asked.public_id)}/check/1/").content.decode()
    assert "nobody sees it" in page
    assert f"/r/{make_token('r', asked.public_id)}/" in page
    assert strict().get("/r/nothing/check/2/").status_code == 200


def test_the_page_chooses_nothing_beforehand_and_acts_only_on_a_choice(asked: Invitation) -> None:
    page = strict().get(body_address(asked)).content.decode()
    assert "checked" not in page
    before = state()
    for body in ({}, ONE_CLICK, {"choice": "x"}, {"choice": "less"}, {"choice": "less", "days": "9999"},
                 {"choice": "language", "language": "en"}):  # fmt: skip
        answer = strict().post(body_address(asked), body)
        assert answer.status_code == 200
        assert "Nothing is changed yet" in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("body", [ONE_CLICK, {}])
def test_one_tap_in_a_mail_program_acts_at_once(asked: Invitation, body: dict[str, str]) -> None:
    answer = strict().post(header_address(asked), body)
    assert (answer.status_code, answer.cookies) == (200, {})
    contact = Contact.objects.get()
    assert contact.unsubscribed_at is not None
    assert strict().post(header_address(asked), body).status_code == 200
    assert Contact.objects.get().unsubscribed_at == contact.unsubscribed_at


def test_the_headers_address_opened_by_a_person_asks_like_the_other(asked: Invitation) -> None:
    page = strict().get(header_address(asked)).content.decode()
    assert f'action="{body_address(asked)}"' in page
    assert header_address(asked) not in page


@pytest.mark.parametrize("token", ["x", "a" * 43, "test"])
def test_a_dead_code_is_answered_kindly(token: str, db: None) -> None:
    for method in ("GET", "POST"):
        answer = strict().generic(method, f"/unsubscribe/{token}/")
        assert answer.status_code == 200
        assert "no longer valid" in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"choice": "all"}, ("unsubscribed_at",)),
        ({"choice": "never"}, ("do_not_contact",)),
        ({"choice": "less", "days": "180"}, ("ask_every_days",)),
        ({"choice": "language", "language": "da"}, ("language", "is_language_chosen")),
        ({"choice": "survey"}, ()),
    ],
)
def test_each_choice_is_done_obeyed_and_undone(
    asked: Invitation, body: dict[str, str], fields: tuple[str, ...]
) -> None:
    before: dict[str, Any] = {**Contact.objects.values().get()}
    done = strict().post(body_address(asked), body)
    after: dict[str, Any] = {**Contact.objects.values().get()}
    assert {name for name in after if after[name] != before[name]} - {"changed_at"} == set(fields)
    assert Unsubscription.objects.count() == (body["choice"] == "survey")
    again = asking.ask_by_mail(
        survey=asked.survey, contact=Contact.objects.get(), at=timezone.now(),
        send_at=timezone.now() + timedelta(days=100),
    )  # fmt: skip
    expected = {"all": "unsubscribed", "survey": "unsubscribed", "never": "do_not_contact", "less": "quarantine"}
    assert again.reason == expected.get(body["choice"], "")

    undone = strict().post(body_address(asked), {"undo": undo_of(done)})
    assert "undone" in undone.content.decode() or "fortrudt" in undone.content.decode()
    now: dict[str, Any] = {**Contact.objects.values().get()}
    assert {name for name in now if now[name] != before[name]} <= {"changed_at"}
    assert not Unsubscription.objects.exists()


def test_undo_takes_back_only_what_this_customer_did_a_moment_ago(asked: Invitation) -> None:
    Contact.objects.update(do_not_contact=True)  # by a colleague
    assert undo_of(strict().post(body_address(asked), {"choice": "never"})) == ""
    undo = undo_of(strict().post(body_address(asked), {"choice": "all"}))
    for forged in ("x", undo[:-1] + ("A" if undo[-1] != "A" else "B")):
        strict().post(body_address(asked), {"undo": forged})
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=5)):
        late = strict().post(body_address(asked), {"undo": undo})
    assert "could not be undone" in late.content.decode()
    contact = Contact.objects.get()
    assert contact.do_not_contact
    assert contact.unsubscribed_at is not None


def test_undo_leaves_what_was_chosen_since(asked: Invitation) -> None:
    undo = undo_of(strict().post(body_address(asked), {"choice": "all"}))
    strict().post(body_address(asked), {"undo": undo})
    strict().post(header_address(asked))
    strict().post(body_address(asked), {"undo": undo})  # of a page that was open still
    assert Contact.objects.get().unsubscribed_at is not None
    undo = undo_of(strict().post(body_address(asked), {"choice": "less", "days": "180"}))
    Contact.objects.update(ask_every_days=365)  # by a colleague, on the phone
    assert "could not be undone" in strict().post(body_address(asked), {"undo": undo}).content.decode()
    assert Contact.objects.get().ask_every_days == 365
    undo = undo_of(strict().post(body_address(asked), {"choice": "never"}))
    strict().post(body_address(asked), {"undo": undo})
    save_contact(Contact.objects.get(), {"do_not_contact": True})  # by a colleague
    strict().post(body_address(asked), {"undo": undo})
    assert Contact.objects.get().do_not_contact


def test_a_wish_holds_for_every_row_of_the_address(asked: Invitation) -> None:
    other = Contact.objects.create(email="ADA@nordlys.dk", survey=make_survey("other"))
    strict().post(header_address(asked))
    assert Contact.objects.get(pk=other.pk).unsubscribed_at is not None

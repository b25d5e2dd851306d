"""/r/<token>/: one customer's link, which later lets him change his answer."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from followup.playbooks import services as playbooks
from followup.tickets import opening
from nps_project.accounts.links import make_token
from surveys.models import Contact, Invitation, InvitationStatus, Response, ResponseChange, Survey, Tally
from surveys.services.invitations import create_invitation, revoke_invitation
from surveys.services.surveys import update_survey
from tests.factories import make_contact, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    playbooks.ensure_default()
    return make_survey("hello")


@pytest.fixture
def karin() -> Contact:
    return make_contact(1, name="Karin Jensen", language="da", traits={"company": "Nordlys Tryk", "plan": "gold"})


@pytest.fixture
def invitation(survey: Survey, karin: Contact) -> Invitation:
    return create_invitation(survey=survey, contact=karin)


def address(invitation: Invitation) -> str:
    return f"/r/{make_token('r', invitation.public_id)}/"


def test_the_page_greets_him_in_his_language_and_asks_for_no_address(invitation: Invitation, client: Client) -> None:
    shown = client.get(f"{address(invitation)}?score=4", headers={"Accept-Language": "nl"})

    html = shown.content.decode()
    assert shown["Content-Language"] == "da"
    assert "Karin Jensen, Nordlys Tryk" in html
    assert 'value="4" class="low band-3" checked' in html
    assert "contact_email" not in html
    assert shown["Referrer-Policy"] == "no-referrer"
    assert not shown.cookies


def test_the_link_chooses_another_language(invitation: Invitation, client: Client) -> None:
    assert client.get(f"{address(invitation)}?lang=en")["Content-Language"] == "en"


def test_his_answer_is_stored_with_who_he_is(invitation: Invitation, karin: Contact, client: Client) -> None:
    fields = {"score": "2", "comment": "late", "contact_email": "other@example.com"}
    sent = client.post(f"{address(invitation)}?plan=silver", fields)

    response = Response.objects.get()
    assert sent.status_code == 303
    assert (response.contact, response.channel, response.language) == (karin, "personal", "da")
    assert response.traits == {"company": "Nordlys Tryk", "plan": "gold"}
    assert response.contact_email == ""
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.ANSWERED
    assert invitation.answered_at == response.answered_at


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_mail_scanner_spends_nothing(invitation: Invitation, client: Client, method: str) -> None:
    getattr(client, method)(f"{address(invitation)}?score=0")

    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.CREATED
    assert not Response.objects.exists()


def test_the_thank_you_leads_back_to_the_answer_which_can_be_changed(invitation: Invitation, client: Client) -> None:
    sent = client.post(address(invitation), {"score": "3", "comment": "Nobody <called>"})
    thanks = client.get(sent["Location"]).content.decode()
    assert "Nobody &lt;called&gt;" in thanks
    assert f'href="{address(invitation)}"' in thanks

    again = client.get(address(invitation)).content.decode()
    assert 'value="3" class="low band-3" checked' in again
    assert "Nobody &lt;called&gt;</textarea>" in again

    changed = client.post(address(invitation), {"score": "9", "comment": "They called"})
    assert changed["Location"] == sent["Location"]
    assert list(Response.objects.values_list("score", "comment")) == [(9, "They called")]
    assert ResponseChange.objects.count() == 1
    assert list(Tally.objects.filter(count__gt=0).values_list("score", "count")) == [(9, 1)]


def test_a_reload_changes_nothing(invitation: Invitation, client: Client) -> None:
    for _time in range(3):
        assert client.post(address(invitation), {"score": "3"}).status_code == 303

    assert Response.objects.count() == 1
    assert not ResponseChange.objects.exists()


def test_into_a_detractor_by_a_change_opens_a_ticket_counted_from_the_change(
    invitation: Invitation, client: Client
) -> None:
    client.post(address(invitation), {"score": "9"})
    response = Response.objects.get()
    assert opening.open_for_response(response.pk) is None
    Response.objects.update(answered_at=timezone.now() - timedelta(days=2))

    client.post(address(invitation), {"score": "3"})
    opening.open_for_response(response.pk)

    response.refresh_from_db()
    assert response.changed_at is not None
    assert Ticket.objects.get().first_contact_due_at == response.changed_at + timedelta(hours=24)


def test_after_the_days_are_over_the_answer_stands(survey: Survey, invitation: Invitation, client: Client) -> None:
    client.post(address(invitation), {"score": "3"})
    Response.objects.update(answered_at=timezone.now() - timedelta(days=survey.edit_days))

    for shown in (client.get(address(invitation)), client.post(address(invitation), {"score": "9"})):
        assert shown.status_code == 410
    assert Response.objects.get().score == 3
    thanks = client.get(f"/t/{make_token('t', Response.objects.get().public_id)}/").content.decode()
    assert "/r/" not in thanks


def test_a_revoked_link_says_so(invitation: Invitation, client: Client) -> None:
    revoke_invitation(invitation_id=invitation.pk)

    for shown in (client.get(address(invitation)), client.post(address(invitation), {"score": "9"})):
        assert shown.status_code == 410
    assert not Response.objects.exists()


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("paused", 503), ("closed", 410)])
def test_a_survey_that_is_not_open_takes_no_answer(
    survey: Survey, invitation: Invitation, client: Client, status: str, code: int
) -> None:
    update_survey(survey, {"status": status})

    assert client.get(address(invitation)).status_code == code
    assert client.post(address(invitation), {"score": "3"}).status_code == code
    assert not Response.objects.exists()


def test_a_bad_score_keeps_what_he_wrote(invitation: Invitation, client: Client) -> None:
    refused = client.post(address(invitation), {"score": "12", "comment": "still here"})

    assert refused.status_code == 422
    assert "still here</textarea>" in refused.content.decode()


def test_a_token_of_one_purpose_opens_no_other_page(invitation: Invitation, client: Client) -> None:
    assert client.get(f"/t/{make_token('r', invitation.public_id)}/").status_code == 404
    assert client.get(f"/r/{make_token('t', invitation.public_id)}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_ten_tabs_at_once_leave_one_answer(client: Client) -> None:
    playbooks.ensure_default()
    invitation = create_invitation(survey=make_survey("hello"), contact=make_contact(1))
    statuses: list[int] = []

    def send(score: int) -> None:
        statuses.append(Client().post(address(invitation), {"score": str(score)}).status_code)
        connection.close()

    tabs = [Thread(target=send, args=(score,)) for score in range(10)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert statuses == [303] * 10
    response = Response.objects.get()
    assert list(Tally.objects.filter(count__gt=0).values_list("score", "count")) == [(response.score, 1)]

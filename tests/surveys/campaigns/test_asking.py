"""One person is asked by mail, once, or there is a reason why not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery, Status
from surveys.campaigns import asking
from surveys.campaigns.of_contacts import decisions
from surveys.models import AskDecision, Asking, Contact, Invitation, Survey, Unsubscription
from surveys.services.invitations import create_invitation, revoke_invitation
from surveys.services.surveys import update_survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_customer(number: int = 1, **fields: Any) -> Contact:
    email = fields.pop("email", f"c{number}@nordlys.dk")
    contact = make_contact(number, **fields)
    Contact.objects.filter(pk=contact.pk).update(email=email)
    return Contact.objects.get(pk=contact.pk)


def ask(contact: Contact, survey: Survey, send_at: datetime | None = None) -> Invitation:
    return asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now(), send_at=send_at)


def now_of(invitation: Invitation) -> Invitation:
    return Invitation.objects.get(pk=invitation.pk)


def send(after: timedelta = SECOND) -> None:
    sending.send_due(timezone.now() + after)


def decided(contact: Contact) -> list[tuple[str, str]]:
    return list(AskDecision.objects.filter(contact=contact).order_by("pk").values_list("decision", "reason"))


def test_a_program_asks_somebody_by_mail_now(server: MailServer) -> None:
    make_survey()
    made = Program("write").post(
        "invitations/", {"survey": "autumn", "email": "ada@nordlys.dk", "language": "da", "channel": "email"}
    )
    assert (made["channel"], made["status"], made["reason"]) == ("email", "waiting", "")
    send()
    assert Program("read").get(f"invitations/{made['id']}/")["status"] == "sent"
    (taken,) = server.taken
    assert (taken["To"], taken["Subject"]) == ("ada@nordlys.dk", "Ét spørgsmål fra Nordlys")
    assert made["url"] in taken.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    contact = Contact.objects.get(email="ada@nordlys.dk")
    invitation = Invitation.objects.get()
    assert contact.last_asked_at == invitation.asked_at
    assert (invitation.language, invitation.address) == ("da", "ada@nordlys.dk")
    assert invitation.sent_at is not None
    assert decided(contact) == [("asked", "")]


def test_asked_again_within_the_quarantine_it_is_skipped_and_the_answer_says_so(server: MailServer) -> None:
    survey, customer = make_survey(), make_customer()
    ask(customer, survey)
    body = {"survey": "autumn", "contact": customer.pk, "channel": "email"}
    for send_at in (None, (timezone.now() + 29 * DAY).isoformat()):
        made = Program("write").post("invitations/", body | ({"send_at": send_at} if send_at else {}))
        assert (made["status"], made["reason"]) == ("skipped", "quarantine")
    later = Program("write").post("invitations/", body | {"send_at": (timezone.now() + 31 * DAY).isoformat()})
    assert (later["status"], later["reason"]) == ("waiting", "")
    send()
    assert len(server.taken) == 1
    rows = Program("read").get(f"contacts/{customer.pk}/decisions/")["results"]
    assert [(row["decision"], row["reason"], row["survey"]) for row in rows] == [
        ("skipped", "quarantine", "autumn"), ("skipped", "quarantine", "autumn"), ("asked", "", "autumn"),
    ]  # fmt: skip
    assert rows[0]["until"] is not None
    ada = make_user("ada")
    assert [row.pk for row in decisions.of_contact(customer, ada)] == [row["id"] for row in rows]
    page = client_of(ada).get(f"/contacts/{customer.pk}/").content.decode().split("What was decided")[1]
    assert page.split("Invitations")[0].count("Not asked: asked or answered a short while ago <span") == 2


def test_at_its_time_it_is_asked_by_the_sweep_and_not_before(server: MailServer) -> None:
    survey, customer, at = make_survey(), make_customer(), timezone.now()
    invitation = ask(customer, survey, at + 2 * HOUR)
    assert asking.ask_due(at + 2 * HOUR - SECOND) == 0
    assert not Delivery.objects.exists()
    assert asking.ask_due(at + 2 * HOUR + SECOND) == 1
    assert asking.ask_due(at + 2 * HOUR + SECOND) == 0
    assert now_of(invitation).asked_at == at + 2 * HOUR + SECOND
    assert Delivery.objects.get().body_text == ""


def test_an_answer_counts_as_asked(server: MailServer) -> None:
    survey, customer = make_survey(), make_customer()
    make_answer(survey, 9, contact=customer)
    assert ask(customer, survey).reason == "quarantine"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"do_not_contact": True}, "do_not_contact"),
        ({"unsubscribed_at": timezone.now()}, "unsubscribed"),
        ({"bounced_at": timezone.now()}, "bounced"),
        ({"email": None}, "no_address"),
        ({"email": "ada@example.com"}, "reserved_address"),
    ],
)
def test_who_may_not_be_mailed_is_not_asked(server: MailServer, fields: dict[str, Any], reason: str) -> None:
    survey, customer = make_survey(), make_customer()
    Contact.objects.filter(pk=customer.pk).update(**fields)
    customer.refresh_from_db()
    invitation = ask(customer, survey)
    assert (invitation.status, invitation.reason) == ("skipped", reason)
    assert decided(customer) == [("skipped", reason)]
    send()
    assert server.taken == []
    assert Contact.objects.get(pk=customer.pk).last_asked_at is None


def test_without_a_mail_server_it_is_refused_by_name() -> None:
    survey, customer = make_survey(), make_customer()
    refused = Program("write").post(
        "invitations/", {"survey": survey.slug, "contact": customer.pk, "channel": "email"}, status=409
    )
    assert "EMAIL_URL" in str(refused)
    Program("write").post("invitations/", {"survey": survey.slug, "email": "new@nordlys.dk", "channel": "email"}, 409)
    assert not Contact.objects.filter(email="new@nordlys.dk").exists()
    assert not Invitation.objects.exists()


def test_a_link_is_handed_over_and_never_mailed_whatever_its_time(server: MailServer) -> None:
    survey, customer = make_survey(), make_customer()
    link = create_invitation(survey=survey, contact=customer, send_at=timezone.now() - DAY)
    asking.ask_due(timezone.now() + DAY)
    send(DAY)
    assert (link.channel, now_of(link).status, server.taken) == ("link", "created", [])


def test_a_person_of_two_rows_is_one_person_and_a_key_of_one_survey_learns_nothing(server: MailServer) -> None:
    survey, customer = make_survey(), make_customer(email="ada@nordlys.dk")
    ask(customer, make_survey("other"))
    key = Program("write", survey)
    body = {"survey": survey.slug, "channel": "email"}
    known = key.post("invitations/", body | {"email": "ADA@nordlys.dk"})
    unknown = key.post("invitations/", body | {"email": "bea@nordlys.dk"})
    assert (known["status"], known["reason"]) == (unknown["status"], unknown["reason"]) == ("waiting", "")
    send()
    assert [taken["To"] for taken in server.taken] == ["ada@nordlys.dk", "bea@nordlys.dk"]
    assert len(key.every("invitations/?status=waiting")) == 2
    assert key.every("invitations/?status=skipped") == []
    assert key.call("GET", f"contacts/{known['contact']}/decisions/").status_code == 403
    assert Invitation.objects.get(pk=known["id"]).reason == "quarantine"


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (lambda one: Contact.objects.update(do_not_contact=True), "skipped", "do_not_contact"),
        (lambda one: Contact.objects.update(unsubscribed_at=timezone.now()), "skipped", "unsubscribed"),
        (lambda one: Contact.objects.update(bounced_at=timezone.now()), "skipped", "bounced"),
        (lambda one: Contact.objects.update(email="new@nordlys.dk"), "skipped", "no_address"),
        (lambda one: Unsubscription.objects.create(contact=one.contact, survey=one.survey), "skipped", "unsubscribed"),
        (lambda one: update_survey(one.survey, {"status": "closed"}), "skipped", "survey_not_live"),
        (lambda one: update_survey(one.survey, {"status": "paused"}), "waiting", ""),
        (lambda one: revoke_invitation(invitation_id=one.pk), "revoked", ""),
    ],
)
def test_what_changes_while_the_mail_is_queued_counts(
    server: MailServer, change: Any, status: str, reason: str
) -> None:
    invitation = ask(make_customer(), make_survey())
    change(invitation)
    send()
    assert (now_of(invitation).status, now_of(invitation).reason, server.taken) == (status, reason, [])


def test_a_paused_survey_asks_when_it_goes_on(server: MailServer) -> None:
    invitation = ask(make_customer(), make_survey())
    update_survey(invitation.survey, {"status": "paused"})
    send()
    update_survey(invitation.survey, {"status": "live"})
    send(HOUR)
    assert (now_of(invitation).status, len(server.taken)) == ("sent", 1)


@pytest.mark.parametrize(
    ("answer", "status", "reason", "is_marked"),
    [
        ("550 5.1.1 No such user", "bounced", "bounced", True),
        ("552 5.2.2 Full", "bounced", "refused", False),
        ("554 Go away", "bounced", "refused", False),
        ("550 5.7.1 Policy", "held", "policy", False),
    ],
)
def test_a_refusal_is_read_by_its_class(
    server: MailServer, answer: str, status: str, reason: str, is_marked: bool
) -> None:
    invitation = ask(make_customer(), make_survey())
    server.on_rcpt = lambda _address: answer
    send()
    one = now_of(invitation)
    assert (one.status, one.reason) == (status, reason)
    assert (Contact.objects.get().bounced_at is not None) is is_marked


def test_five_soft_refusals_over_ten_days_count_as_bounced(server: MailServer) -> None:
    survey, customer = make_survey(), make_customer(ask_every_days=0)
    server.on_rcpt = lambda _address: "552 5.2.2 Full"
    for number in range(5):
        if number == 4:
            Contact.objects.update(soft_bounced_since=timezone.now() - 10 * DAY)
        assert ask(customer, survey).status == "waiting"
        send()
        assert Contact.objects.get().soft_bounces == number + 1
    assert Contact.objects.get().bounced_at is not None


def test_a_good_delivery_ends_the_row_of_soft_ones(server: MailServer) -> None:
    customer = make_customer(soft_bounces=4, soft_bounced_since=timezone.now() - 30 * DAY)
    ask(customer, make_survey())
    send()
    row = Contact.objects.get()
    assert (row.soft_bounces, row.soft_bounced_since, row.bounced_at) == (0, None, None)


def test_what_nobody_looked_at_for_two_hours_waits_for_a_person(server: MailServer) -> None:
    survey, at = make_survey(), timezone.now()
    early, late = make_customer(1), make_customer(2)
    in_time, missed = ask(early, survey, at + HOUR), ask(late, survey, at + 2 * HOUR)
    asking.look(at + HOUR + MINUTE)  # looked, and had no time for it: a slow queue is not late
    asking.ask_due(at + 4 * HOUR + SECOND)
    assert now_of(in_time).asked_at is not None
    assert (now_of(missed).status, now_of(missed).reason) == ("held", "late")
    assert decided(late) == [("held", "late")]
    asking.ask_due(at + 9 * DAY)
    assert now_of(missed).asked_at is None, "until a person lets it go"
    assert asking.let_go(invitation_id=missed.pk, at=at + 9 * DAY).status == "waiting"
    with pytest.raises(asking.NotHeld):
        asking.let_go(invitation_id=missed.pk, at=at + 9 * DAY)
    assert now_of(missed).asked_at is not None


def test_a_mail_that_was_queued_before_the_product_was_off_does_not_go_out_by_itself(server: MailServer) -> None:
    at = timezone.now()
    invitation = ask(make_customer(), make_survey())
    Invitation.objects.update(asked_at=at - 3 * HOUR)
    Contact.objects.update(last_asked_at=at - 3 * HOUR)
    Asking.objects.update(looked_at=at - 3 * HOUR)
    send()
    assert (server.taken, now_of(invitation).status) == ([], "waiting"), "first the sweep looks"
    asking.look(at)
    send(HOUR)
    assert (server.taken, now_of(invitation).status) == ([], "held")
    asking.let_go(invitation_id=invitation.pk, at=at)
    send(HOUR)
    assert (len(server.taken), now_of(invitation).status) == (1, "sent")


def test_after_a_restore_everything_waits_for_a_person(server: MailServer) -> None:
    survey, at = make_survey(), timezone.now()
    queued, planned = ask(make_customer(1), survey), ask(make_customer(2), survey, at + HOUR)
    assert asking.hold_everything(at) == 2
    asking.ask_due(at + HOUR + SECOND)
    send(HOUR)
    assert server.taken == []
    assert {(now_of(one).status, now_of(one).reason) for one in (queued, planned)} == {("held", "restored")}
    asking.drop(invitation_id=planned.pk)
    assert now_of(planned).status == "revoked"
    assert Delivery.objects.get().status == Status.CANCELLED


def test_a_mail_refused_by_policy_is_sent_again_once_a_person_lets_it_go(server: MailServer) -> None:
    invitation = ask(make_customer(), make_survey())
    server.on_rcpt = lambda _address: "550 5.7.26 Unauthenticated"
    send()
    assert "5.7.26" in Delivery.objects.get().last_error
    server.on_rcpt = lambda _address: "250 OK"
    asking.let_go(invitation_id=invitation.pk, at=timezone.now())
    send()
    assert (len(server.taken), now_of(invitation).status) == (1, "sent")


def test_bounces_come_back_to_an_address_that_names_the_invitation(server: MailServer, settings: Any) -> None:
    from nps_project.accounts.links import read_address_token

    settings.BOUNCE_ADDRESS = "bounce@mail.nordlys.dk"
    invitation = ask(make_customer(), make_survey())
    send()
    local, _at, domain = server.senders[0].partition("@")
    name, _plus, token = local.partition("+")
    assert (name, domain, local) == ("bounce", "mail.nordlys.dk", local.lower())
    assert len(local) <= 64
    assert read_address_token("bounce", token.upper()) == invitation.public_id
    assert read_address_token("bounce", ("b" if token[0] == "a" else "a") + token[1:]) is None
    assert read_address_token("bounce", "ø" * 42) is None
    assert server.taken[0]["From"] == "Nordlys <ask@nordlys.dk>"


def test_a_key_of_one_survey_has_nobody_asked_more_often_by_a_wish_of_its_own_row(server: MailServer) -> None:
    survey, customer = make_survey("winter"), make_customer()
    ask(customer, make_survey())
    send()
    program = Program("write", survey=survey)
    made = program.post("contacts/", {"email": customer.email})
    for days in (0, 29):
        refused = program.patch(f"contacts/{made['id']}/", {"ask_every_days": days}, 422)
        assert "30 or more" in str(refused["errors"])
    program.patch(f"contacts/{made['id']}/", {"ask_every_days": 30})
    program.post("invitations/", {"survey": survey.slug, "contact": made["id"], "channel": "email"})
    send()
    assert len(server.taken) == 1

"""You said, we did: whom it goes to, in which words, once, and what becomes of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from followup.insights.improvements.comparing import compare
from followup.insights.improvements.errors import CannotTell
from followup.insights.improvements.letter import telling, texts
from followup.insights.improvements.models import Improvement, LetterTexts, Told
from followup.models import Activity, Ticket
from nps_project.accounts.links import make_address_token, make_token
from nps_project.accounts.models import Team, User
from nps_project.deliveries.inbound import addresses
from nps_project.deliveries.inbound.events import MailEvent, Outcome, take
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.refusals import RefusedAs
from surveys.models import Contact, Response, Survey, Unsubscription
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.followup.insights.improvements.making import customer, done, named, states, work
from tests.nps_project.deliveries.mail_server import MailServer

HOSTILE = "<b>{cause}</b> {{ 7 }} {brand}"


@pytest.mark.django_db(transaction=True)
def test_who_named_it_gets_one_mail_in_their_language_and_the_ticket_says_so(
    server: MailServer, manager: User, survey: Survey
) -> None:
    ticket = named(survey, customer(1, language="da", name="Bo <i>"))
    older = named(survey, ticket.response.contact or customer(9), days_ago=60)
    named(survey, customer(2), slug="price")
    improvement = done(manager, "en", "da")
    telling.tell(improvement_id=improvement.pk, by=manager, at=timezone.now())
    work()
    (mail,) = server.taken
    text, html = (str(part.get_content()) for part in mail.iter_parts())
    assert mail["To"] == "c1@nordlys.dk"
    assert "da: parcels leave the same day, Bo <i>. Nordlys" in text
    assert "Levering" in text, "the cause in the language of the letter"
    assert "Bo &lt;i&gt;" in html
    assert "<i>" not in html
    told = Told.objects.get()
    assert mail["List-Unsubscribe"].startswith("<http")
    assert told.ticket == ticket
    assert (told.status, told.contact.last_asked_at) == ("sent", None)
    entry = Activity.objects.get(kind="improvement_told")
    assert (entry.ticket, entry.data) == (ticket, {"improvement": improvement.pk})
    assert not older.activities.filter(kind="improvement_told").exists()
    page = client_of(manager).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Told what was improved" in page

    telling.stop(improvement_id=improvement.pk)
    with pytest.raises(CannotTell):
        telling.tell(improvement_id=improvement.pk, by=manager, at=timezone.now())  # nobody new
    work()
    assert len(server.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_who_may_not_be_mailed_is_skipped_with_the_reason_and_told_later_where_that_ends(
    server: MailServer, manager: User, survey: Survey
) -> None:
    now = timezone.now()
    people = {
        "unsubscribed": customer(1, unsubscribed_at=now), "bounced": customer(2, bounced_at=now),
        "do_not_contact": customer(3, do_not_contact=True), "no_address": Contact.objects.create(phone="+45 33120000"),
        "reserved_address": Contact.objects.create(email="x@example.com"), "quarantine": customer(4),
        "": customer(5),
    }  # fmt: skip
    left = customer(6)
    for contact in (*people.values(), left):
        named(survey, contact)
    Unsubscription.objects.create(contact=left, survey=survey)
    Contact.objects.filter(pk=people["quarantine"].pk).update(last_asked_at=now - timedelta(days=2))
    improvement = done(manager, "en")
    page = client_of(manager).get(f"/insights/improvements/{improvement.pk}/letter/").content.decode()
    assert "Send it to 1 customer" in page
    assert "mail to this address came back" in page
    telling.tell(improvement_id=improvement.pk, by=manager, at=now)
    work()
    assert [mail["To"] for mail in server.taken] == ["c5@nordlys.dk"]
    found = dict(Told.objects.values_list("contact", "reason"))
    assert {reason: found[contact.pk] for reason, contact in people.items()} == {name: name for name in people}
    assert found[left.pk] == "unsubscribed"
    shown = client_of(manager).get(f"/insights/improvements/{improvement.pk}/").content.decode()
    assert "2: unsubscribed" in shown

    telling.stop(improvement_id=improvement.pk)
    Contact.objects.filter(pk=people["quarantine"].pk).update(last_asked_at=now - timedelta(days=60))
    telling.tell(improvement_id=improvement.pk, by=manager, at=now)
    work()
    assert sorted(mail["To"] for mail in server.taken) == ["c4@nordlys.dk", "c5@nordlys.dk"]


@pytest.mark.django_db
def test_it_is_refused_until_done_read_worded_and_mailable(
    settings: Any, server: MailServer, manager: User, survey: Survey
) -> None:
    named(survey, customer(1, language="nl"))
    improvement = done(manager, "en")

    def refusal() -> str:
        with pytest.raises(CannotTell) as found:
            telling.tell(improvement_id=improvement.pk, by=manager, at=timezone.now())
        return str(found.value.code)

    assert refusal() == "no_words"
    texts.save_texts(improvement, "nl", subject="Anders", body="{cause}", at=timezone.now())
    assert refusal() == "not_reviewed"
    client = client_of(manager)
    page = client.get(f"/insights/improvements/{improvement.pk}/letter/nl/").content.decode()
    assert "Send it to 1 customer" in page
    read = {"version": texts.version_of(texts.letters_of(improvement))}
    assert client.post(f"/insights/improvements/{improvement.pk}/do/approve/", read).status_code == 302
    Improvement.objects.update(state="doing", done_on=None)
    assert refusal() == "wrong_state"
    Improvement.objects.update(state="done", done_on="2026-01-01")
    Contact.objects.update(do_not_contact=True)
    assert refusal() == "nobody"
    settings.MAIL_IS_STORED_ONLY = True
    assert refusal() == "no_mail_server"
    assert not Told.objects.exists()
    assert b"EMAIL_URL" in client.get(f"/insights/improvements/{improvement.pk}/letter/").content


@pytest.mark.django_db
def test_words_with_an_unknown_field_are_refused_and_hostile_ones_are_text(manager: User, survey: Survey) -> None:
    improvement, client = done(manager), client_of(manager)
    address = f"/insights/improvements/{improvement.pk}/letter/en/"
    for bad in ({"body": "Hello {price}"}, {"body": ""}, {"subject": "x" * 151}, {"body": "x" * 3001}):
        answer = client.post(f"{address}keep/", {"subject": "Hi", "body": "There"} | bad)
        assert answer.status_code == 422
        assert b"errorlist" in answer.content
    assert b"{price} is no field" in client.post(f"{address}keep/", {"subject": "a", "body": "{price}"}).content
    assert client.post(f"{address}keep/", {"subject": HOSTILE, "body": HOSTILE}).status_code == 422, (
        "{{ 7 }} is a field, too"
    )
    kept = {"subject": "<b>{cause}", "body": "<script>x</script>"}
    assert client.post(f"{address}keep/", kept).status_code == 302
    preview = client.get(f"/insights/improvements/{improvement.pk}/mail/en/preview/").content.decode()
    assert "<script>x" not in preview
    assert "&lt;script&gt;x" in preview
    assert client.get(f"/insights/improvements/{improvement.pk}/letter/xx/").status_code == 404
    assert client.get(f"/insights/improvements/{improvement.pk}/mail/da/preview/").status_code == 404


@pytest.mark.django_db
def test_only_managers_of_all_teams_and_admins_send_it(server: MailServer, manager: User, survey: Survey) -> None:
    named(survey, customer(1))
    improvement = done(manager, "en")
    address = f"/insights/improvements/{improvement.pk}/do/send/"
    for name, role, sees_all in (("v", "viewer", True), ("g", "agent", True), ("m", "manager", False)):
        client = client_of(make_user(name, role, all_teams=sees_all))
        assert client.post(address).status_code == 403
        shown = client.get(f"/insights/improvements/{improvement.pk}/letter/")
        assert shown.status_code == 200
        assert b"c1@nordlys.dk" not in shown.content
        assert b"Customer 1" not in shown.content
    assert Program("write").call("POST", f"improvements/{improvement.pk}/tell-customers/", {}).status_code == 403
    found = Program("admin").post(f"improvements/{improvement.pk}/tell-customers/", {}, status=200)
    assert (found["is_telling"], found["told"]["waiting"]) == (True, 1)


@pytest.mark.django_db
def test_the_links_and_the_headers_address_unsubscribe(server: MailServer, manager: User, survey: Survey) -> None:
    named(survey, customer(1))
    improvement = done(manager, "en")
    telling.tell(improvement_id=improvement.pk, by=manager, at=timezone.now())
    told = Told.objects.get()
    page = Client().get(f"/unsubscribe/{make_token('unsubscribe', told.public_id)}/")
    assert page.status_code == 200
    assert b"Nordlys" in page.content
    assert Contact.objects.get().unsubscribed_at is None, "a GET does nothing"
    Client().post(f"/unsubscribe/{make_token('unsubscribe-now', told.public_id)}/")
    assert Contact.objects.get().unsubscribed_at is not None
    meaning = addresses.meaning_of(make_address_token("bounce", told.public_id))
    assert meaning is not None
    assert meaning.about == f"told:{told.pk}"
    work()
    assert server.taken == []
    assert states() == {"c1@nordlys.dk": ("skipped", "unsubscribed")}


@pytest.mark.django_db
def test_a_bounce_marks_the_customer_and_a_complaint_unsubscribes(manager: User, survey: Survey) -> None:
    named(survey, customer(1))
    improvement = done(manager, "en")
    told = Told.objects.create(
        improvement=improvement, contact=Contact.objects.get(), ticket=Ticket.objects.get(), survey=survey,
        status="sent", address="c1@nordlys.dk",
    )  # fmt: skip
    about, at = f"told:{told.pk}", timezone.now()
    take(MailEvent(Outcome.BOUNCED, about, at, RefusedAs.ADDRESS))
    take(MailEvent(Outcome.COMPLAINED, about, at))
    found = Contact.objects.get()
    assert found.bounced_at is not None
    assert found.unsubscribed_at is not None
    assert states() == {"c1@nordlys.dk": ("bounced", "bounced")}


@pytest.mark.django_db(transaction=True)
def test_stopped_it_sends_nothing_and_late_or_restored_it_waits_for_a_person(
    server: MailServer, manager: User, survey: Survey
) -> None:
    for number in range(3):
        named(survey, customer(number))
    improvement, at = done(manager, "en"), timezone.now()
    telling.tell(improvement_id=improvement.pk, by=manager, at=at)
    telling.tell_due(at)
    assert Delivery.objects.filter(status="queued").count() == 3
    client = client_of(manager)
    client.post(f"/insights/improvements/{improvement.pk}/do/stop/")
    work(hours=1)
    assert server.taken == []
    assert "It is stopped" in client.get(f"/insights/improvements/{improvement.pk}/").content.decode()
    telling.tell(improvement_id=improvement.pk, by=manager, at=at)
    assert telling.tell_due(at + timedelta(hours=3)) == 0, "nobody looked for two hours"
    assert "for two hours" in client.get(f"/insights/improvements/{improvement.pk}/").content.decode()
    telling.tell(improvement_id=improvement.pk, by=manager, at=at)
    assert telling.hold_all(at) == 1
    client.post(f"/insights/improvements/{improvement.pk}/do/go-on/")
    work(hours=1)
    assert len(server.taken) == 3


@pytest.mark.django_db
def test_their_next_scores_stand_beside_the_others_once_enough_answered(manager: User, survey: Survey) -> None:
    improvement = done(manager, "en")
    Improvement.objects.update(told_at=timezone.now())
    sent_at = timezone.now() - timedelta(days=10)
    for number in range(24):
        contact = customer(number)
        ticket = named(survey, contact, slug="delivery" if number < 12 else "price")
        if number < 12:
            Told.objects.create(improvement=improvement, contact=contact, ticket=ticket, survey=survey,
                                status="sent", sent_at=sent_at)  # fmt: skip
        is_better = number < 11 or number >= 22
        later = make_answer(survey, 9 if is_better else 4, contact=contact)
        type(later).objects.filter(pk=later.pk).update(answered_at=timezone.now() - timedelta(days=1))
    type(later).objects.filter(ticket__isnull=False).update(answered_at=timezone.now() - timedelta(days=20))
    found = compare(Improvement.objects.get(), manager)
    assert (found.told.better.n, found.told.better.of) == (11, 12)
    assert (found.others.better.n, found.others.better.of) == (2, 12)
    assert found.difference is not None
    assert not found.difference.is_noise
    page = client_of(manager).get(f"/insights/improvements/{improvement.pk}/").content.decode()
    assert "more than noise" in re.sub(r"\s+", " ", page)
    Told.objects.filter(pk__in=Told.objects.values("pk")[:4]).delete()
    hidden = compare(Improvement.objects.get(), manager)
    assert hidden.difference is None
    page = client_of(manager).get(f"/insights/improvements/{improvement.pk}/").content.decode()
    assert "fewer than 10 answered again" in page
    assert LetterTexts.objects.count() == 1


@pytest.mark.django_db
def test_whose_letter_came_back_was_not_told(manager: User, survey: Survey) -> None:
    improvement, sent_at = done(manager, "en"), timezone.now() - timedelta(days=10)
    Improvement.objects.update(told_at=sent_at)
    for number, status in enumerate(["sent", "sent", "bounced"]):
        contact = customer(number)
        Told.objects.create(improvement=improvement, contact=contact, ticket=named(survey, contact), survey=survey,
                            status=status, sent_at=sent_at)  # fmt: skip
    found = compare(Improvement.objects.get(), manager)
    assert (found.told.people, found.others.people) == (2, 1), "as the page counts those who were told"
    assert '<td class="num">2</td>' in client_of(manager).get("/insights/improvements/?state=done").content.decode()


@pytest.mark.django_db
def test_next_scores_are_of_the_surveys_that_the_reader_may_see(manager: User) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    mine, theirs = make_survey("mine", team=north), make_survey("theirs", team=south)
    improvement, sent_at = done(manager, "en"), timezone.now() - timedelta(days=10)
    Improvement.objects.update(told_at=sent_at)
    for number in range(24):
        contact = customer(number)
        ticket = named(mine, contact)
        Response.objects.filter(contact=contact).update(answered_at=timezone.now() - timedelta(days=20))
        if number < 12:
            Told.objects.create(improvement=improvement, contact=contact, ticket=ticket, survey=mine,
                                status="sent", sent_at=sent_at)  # fmt: skip
        make_answer(theirs, 9, contact=contact)
    mia = make_user("mia", "viewer", all_teams=False)
    mia.teams.add(north)
    found = compare(Improvement.objects.get(), mia)
    assert [(side.people, side.better.of) for side in (found.told, found.others)] == [(12, 0), (12, 0)]
    assert found.difference is None
    page = client_of(mia).get(f"/insights/improvements/{improvement.pk}/").content.decode()
    assert "fewer than 10 answered again" in page
    make_answer(mine, 3, contact=Contact.objects.earliest("pk"))
    assert compare(Improvement.objects.get(), mia).told.better.of == 1, "behind one to another survey"
    everything = compare(Improvement.objects.get(), manager)
    assert (everything.told.better.n, everything.others.better.n) == (12, 12)


@pytest.mark.parametrize("action", ["send", "approve"])
def test_words_that_somebody_changed_after_they_were_read_are_not_approved(
    server: MailServer, manager: User, survey: Survey, action: str
) -> None:
    named(survey, customer(1))
    improvement, client = done(manager, "en"), client_of(manager)
    texts.save_texts(improvement, "en", subject="We changed it", body="Read by Ada.", at=timezone.now())
    url = f"/insights/improvements/{improvement.pk}/"
    page = client.get(f"{url}letter/").content.decode()
    found = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert found is not None
    texts.save_texts(improvement, "en", subject="We changed it", body="Written by another.", at=timezone.now())
    said = client.post(f"{url}do/{action}/", {"version": found[1]}, follow=True).content.decode()
    assert "Somebody changed the words meanwhile" in said
    improvement.refresh_from_db()
    assert (improvement.reviewed_at, improvement.is_telling) == (None, False)
    assert client.post(f"{url}do/{action}/", {}).status_code == 302
    improvement.refresh_from_db()
    assert improvement.reviewed_at is None, "words that nobody says they read"
    read = re.search(r'name="version" value="([0-9a-f]+)"', client.get(f"{url}letter/").content.decode())
    assert read is not None
    client.post(f"{url}do/{action}/", {"version": read[1]})
    improvement.refresh_from_db()
    assert improvement.reviewed_at is not None

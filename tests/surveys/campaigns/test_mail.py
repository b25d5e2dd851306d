"""The mail with eleven numbers: quick and slow way alike, safe, and complete without pictures."""

from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery
from surveys.campaigns import asking, mail, trying
from surveys.campaigns.setup.services import save_mail_texts
from surveys.models import Contact, Invitation, Survey
from surveys.services.invitations import create_invitation
from surveys.services.surveys import save_texts
from surveys.standard_texts import standard_texts
from tests.factories import client_of, make_contact, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db

HOSTILE = """<script>alert(1)</script> & "Ada" 'x' {{ 7 }} {link} é 😡"""


class Read(HTMLParser):
    """Links, texts and what a mail loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.loads: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))
        if tag in ("img", "script", "link", "iframe"):
            self.loads.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def make_invitation(survey: Survey, name: str = "Ada") -> Invitation:
    invitation = create_invitation(survey=survey, contact=make_contact(1, name=name))
    return Invitation.objects.select_related("contact", "survey").get(pk=invitation.pk)


@pytest.mark.parametrize("language", ["en", "nl", "da"])
@pytest.mark.parametrize("name", ["Ada", "", HOSTILE, "\u202eevil\r\nBcc: x"])
def test_the_filled_skeleton_is_byte_for_byte_what_the_slow_way_makes(language: str, name: str) -> None:
    survey = make_survey()
    save_mail_texts(
        survey=survey, language=language,
        texts={"subject": HOSTILE, "intro": f"{HOSTILE}\n\nSecond", "closing": HOSTILE, "why": "{brand} " + HOSTILE},
    )  # fmt: skip
    save_texts(survey=survey, language=language, texts=standard_texts(language) | {"question": HOSTILE})
    survey.refresh_from_db()
    values = mail.values_of(make_invitation(survey, name), mail.content_of(survey, language).fixed)
    quick = mail.skeleton(survey.pk, survey.revision, language).fill(values)
    assert quick == mail.render(mail.content_of(survey, language), values)


def test_it_has_eleven_numbers_as_text_two_decoys_and_a_way_out() -> None:
    survey = make_survey()
    invitation = make_invitation(survey)
    bones = mail.skeleton(survey.pk, survey.revision, "en")
    values = mail.values_of(invitation, bones.content.fixed)
    made = bones.fill(values)
    read = Read(made.html)
    assert read.loads == [], "nothing is fetched: pictures off changes nothing"
    addresses = [link["href"] for link in read.links]
    scores = [f"{values.link}?score={score}" for score in range(11)]
    decoys = [f"{values.link}check/{number}/" for number in (1, 2)]
    assert addresses == [decoys[0], *scores[:6], decoys[1], *scores[6:], values.leave]
    hidden = [link for link in read.links if link["href"] in decoys]
    assert all(link["aria-hidden"] == "true" and link["tabindex"] == "-1" for link in hidden)
    for text in ("Nordlys", "Hello Ada,", "Not at all likely", "Extremely likely", *map(str, range(11))):
        assert text in read.words
        assert text in made.text
    for address in (*scores, values.leave):
        assert address in made.text
    assert len(made.html.encode()) < 30_000, "Gmail cuts at 102 kB"


def test_what_a_customer_is_called_is_text() -> None:
    survey = make_survey()
    bones = mail.skeleton(survey.pk, survey.revision, "en")
    made = bones.fill(mail.values_of(make_invitation(survey, HOSTILE), bones.content.fixed))
    assert "<script" not in made.html
    assert f"Hello {HOSTILE}," in Read(made.html).words
    assert f"Hello {HOSTILE}," in made.text


def test_another_text_is_in_the_next_mail() -> None:
    survey = make_survey()
    first = mail.skeleton(survey.pk, survey.revision, "nl").content.subject
    assert first == "Eén vraag van Nordlys"
    texts = {"subject": "{brand} vraagt", "intro": "", "closing": "", "why": "x"}
    save_mail_texts(survey=survey, language="nl", texts=texts)
    survey.refresh_from_db()
    assert mail.skeleton(survey.pk, survey.revision, "nl").content.subject == "Nordlys vraagt"


def sent_to_ada(server: MailServer, survey: Survey) -> EmailMessage:
    asking.look(timezone.now())
    contact = Contact.objects.create(email="ada@nordlys.dk", name="Ada", language="en")
    asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now())
    sending.send_due(timezone.now())
    return server.taken[-1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_mail_programs_are_offered_one_tap_to_leave_over_https_alone(
    server: MailServer, settings: Any, scheme: str
) -> None:
    settings.SITE_URL = f"{scheme}://nps.nordlys.dk"
    taken = sent_to_ada(server, make_survey())
    address = str(taken["List-Unsubscribe"]).strip()
    assert address.startswith(f"<{scheme}://nps.nordlys.dk/unsubscribe/")
    assert taken["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if scheme == "https" else None)
    body = taken.get_body(("plain",))
    assert body is not None
    assert address.strip("<>") not in body.get_content(), "the body has a token of its own"


def test_an_admin_changes_it_looks_at_it_and_sends_a_test(server: MailServer) -> None:
    survey, client = make_survey(), client_of(make_user("ada", "admin", language="en"))
    page = client.get("/setup/surveys/autumn/mail/da/")
    assert any("subject" in str(form) for form in forms_on(page.content.decode()))
    assert "Ét spørgsmål fra {brand}" in page.content.decode()
    sent = {"subject": "Hej fra {brand}", "intro": "En\nTo", "closing": "", "why": "Fordi"}
    assert client.post("/setup/surveys/autumn/mail/da/", sent | {"subject": "Hej {name}"}).status_code == 422
    assert client.post("/setup/surveys/autumn/mail/da/", sent).status_code == 302
    shown = client.get("/setup/surveys/autumn/mail/da/preview/")
    assert "<p" in shown.content.decode() or "En" in shown.content.decode()
    assert "sandbox" in shown["Content-Security-Policy"]
    assert trying.sample_mail(survey, "da", "Ada").subject == "Hej fra Nordlys"

    assert client.post("/setup/surveys/autumn/mail/da/test/").status_code == 302
    test = Delivery.objects.get()
    assert (test.subject, test.to_address) == ("Hej fra Nordlys", "ada@example.com")
    assert not Invitation.objects.exists(), "it counts nowhere"
    assert client.get("/setup/surveys/autumn/mail/xx/").status_code == 404

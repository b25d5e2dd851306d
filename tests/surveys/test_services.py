"""Surveys with their words, contacts, personal links."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from surveys.contacts import services as contacts
from surveys.contacts.services import ContactTaken
from surveys.models import Contact, Invitation, Response, Survey
from surveys.services.invitations import create_invitation, revoke_invitation
from surveys.services.responses import NewAnswer, Origin, record_response
from surveys.services.surveys import create_survey, current_texts, save_texts, update_survey
from surveys.standard_texts import standard_texts
from tests.factories import make_contact, make_survey

pytestmark = pytest.mark.django_db


def test_six_fields_are_a_complete_survey_with_words_in_each_language() -> None:
    survey = make_survey()
    words = current_texts(survey)
    assert set(words) == {"en", "nl", "da"}
    texts = {language: standard_texts(language) for language in words}
    for language, row in words.items():
        assert row.version == 1
        assert {name: getattr(row, name) for name in texts[language]} == texts[language]


@pytest.mark.parametrize("slug", ["", "Big", "two words", "-a", "a--b", "æ", "a\n", "../etc"])
def test_a_short_name_that_is_no_address_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_survey(slug=slug, name="A", brand="A")
    assert "slug" in refused.value.message_dict


def test_a_short_name_is_given_once() -> None:
    make_survey("autumn")
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        make_survey("autumn")


def test_new_words_are_a_new_version_and_old_answers_keep_theirs() -> None:
    survey = make_survey()
    old = current_texts(survey)["en"]
    recorded = record_response(survey=survey, answer=NewAnswer(3), origin=Origin("link", "en", texts_id=old.pk))
    changed = save_texts(survey=survey, language="en", texts=standard_texts("en") | {"question": "Would you?"})
    assert (changed.version, current_texts(survey)["en"].question) == (2, "Would you?")
    kept = Response.objects.get(pk=recorded.response_id).texts
    assert kept is not None
    assert kept.question == old.question
    assert Survey.objects.get().revision > survey.revision, "pages in memory are drawn anew"


def test_a_language_added_later_begins_with_the_standard_words() -> None:
    survey = create_survey(slug="a", name="A", brand="A")
    assert set(current_texts(survey)) == {"en"}
    update_survey(survey, {"languages": ["en", "da"]})
    survey.refresh_from_db()
    assert set(current_texts(survey)) == {"en", "da"}


@pytest.mark.django_db(transaction=True)
def test_one_address_is_one_contact_however_it_is_written_and_however_many_ask_at_once() -> None:
    def find(number: int) -> int:
        try:
            return contacts.find_or_make(email=" Ada@Example.COM " if number % 2 else "ada@example.com", name="A").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(find, range(16)))
    assert found == set(Contact.objects.values_list("pk", flat=True))
    assert Contact.objects.get().email == "ada@example.com"


def test_what_is_known_of_a_contact_is_not_overwritten_by_finding_him() -> None:
    known = make_contact(1, name="Ada", value=Decimal("10.50"))
    assert contacts.find_or_make(email="CUSTOMER1@example.com", name="Somebody") == known
    assert Contact.objects.get().name == "Ada"


def test_two_who_change_a_contact_at_once_both_change_it() -> None:
    """Each writes what it names, on the row as it is then."""
    contact = make_contact(1, name="Ada")
    one, two = Contact.objects.get(pk=contact.pk), Contact.objects.get(pk=contact.pk)
    contacts.save_contact(one, {"name": "Ada Lovelace"})
    saved = contacts.save_contact(two, {"phone": "+4500000000"})
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("Ada Lovelace", "+4500000000") == (saved.name, saved.phone)


def test_two_who_take_each_a_way_to_know_a_contact_leave_one() -> None:
    contact = contacts.save_contact(Contact(), {"email": "a@example.com", "phone": "+4533120000"})
    one, two = Contact.objects.get(pk=contact.pk), Contact.objects.get(pk=contact.pk)
    contacts.save_contact(one, {"email": None})
    with pytest.raises(ValidationError):
        contacts.save_contact(two, {"phone": ""})


@pytest.mark.parametrize("field", ["email", "external_id"])
def test_two_contacts_never_share_an_address_or_a_number(field: str) -> None:
    first, second = make_contact(1, external_id="A1"), make_contact(2, external_id="A2")
    taken = str(getattr(first, field))
    with pytest.raises(ContactTaken) as refused:
        contacts.save_contact(second, {field: taken.upper() if field == "email" else taken})
    assert refused.value.field == field


def test_a_contact_is_kept_in_one_form() -> None:
    values: dict[str, Any] = {"email": " Bo@Example.com ", "account_manager": " AM@Example.com ", "external_id": ""}
    contact = contacts.save_contact(Contact(), values)
    assert (contact.email, contact.account_manager, contact.external_id) == ("bo@example.com", "am@example.com", None)
    with pytest.raises(ValidationError):
        contacts.save_contact(Contact(), {"email": "no address"})


def test_a_link_is_revoked_once() -> None:
    invitation = create_invitation(survey=make_survey(), contact=make_contact(1))
    assert revoke_invitation(invitation_id=invitation.pk)
    assert not revoke_invitation(invitation_id=invitation.pk)
    assert Invitation.objects.get().status == "revoked"

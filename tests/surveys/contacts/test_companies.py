"""A contact's company follows the trait of that name, through every door; what counts for the quarantine is kept."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from nps_project.accounts.models import Team
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact
from surveys.services.invitations import create_invitation
from surveys.services.responses import NewAnswer, Origin, record_response
from tests.factories import make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


def contact(**changes: Any) -> Contact:
    return save_contact(Contact(), {"email": "ann@shop.dk", **changes})


def test_the_trait_and_the_company_are_alike() -> None:
    ann = contact(traits={"company": " Nordlys A/S ", "plan": "gold"})
    assert ann.company is not None
    assert ann.company.name == "Nordlys A/S"

    ann = save_contact(ann, {"company_name": "nordlys a/s"})  # the same one, however it is written
    assert ann.company == Company.objects.get()
    assert ann.traits == {"plan": "gold", "company": "nordlys a/s"}

    ann = save_contact(ann, {"company_name": ""})
    assert (ann.company, ann.traits) == (None, {"plan": "gold"})


def test_letters_that_lower_in_two_ways_name_one_company() -> None:
    assert (
        contact(company_name="İSTANBUL").company
        == save_contact(Contact(), {"phone": "33120000", "company_name": "İSTANBUL"}).company
    )


def test_a_new_address_is_not_one_from_which_mail_came_back() -> None:
    ann = contact()
    Contact.objects.update(bounced_at=timezone.now(), soft_bounces=3, soft_bounced_since=timezone.now())
    assert save_contact(ann, {"email": "ann@shop.dk", "name": "Ann"}).bounced_at is not None

    ann = save_contact(ann, {"email": "ann@other.dk"})

    ann.refresh_from_db()
    assert (ann.bounced_at, ann.soft_bounces, ann.soft_bounced_since) == (None, 0, None)


def test_an_answer_counts_as_asked_at_its_own_time() -> None:
    survey, ann, at = make_survey(), contact(), timezone.now() - timedelta(days=9)
    for days in (9, 3, 5):
        origin = Origin("api", "en", contact_id=ann.pk, answered_at=at + timedelta(days=9 - days))
        record_response(survey=survey, answer=NewAnswer(4), origin=origin)

    ann.refresh_from_db()
    assert ann.last_answered_at == ann.last_asked_at == at + timedelta(days=6)


def test_a_team_sees_the_contacts_that_it_imported() -> None:
    own, others = Team.objects.create(name="Own"), Team.objects.create(name="Others")
    bea = make_user("bea", all_teams=False)
    bea.teams.add(own)
    for number, team in enumerate((own, others, None)):
        make_contact(number, team=team)

    assert list(Contact.objects.visible_to(bea).values_list("team", flat=True)) == [own.pk]


def test_an_upgrade_groups_contacts_and_knows_when_each_was_asked_and_answered() -> None:
    survey, day = make_survey(), timezone.now() - timedelta(days=30)
    contacts = [
        make_contact(number, traits=traits)
        for number, traits in enumerate([{"company": "Nordlys"}, {"company": "NORDLYS "}, {"company": ""}, {}])
    ]
    invitation = create_invitation(survey=survey, contact=contacts[1])
    make_answer(survey, 3, contact=contacts[3], answered_at=day)
    Contact.objects.update(last_asked_at=None, last_answered_at=None)
    migration = import_module("surveys.migrations.0016_companies_of_the_contacts")

    for _twice in range(2):
        with connection.schema_editor() as editor:
            migration.fill(apps, editor)

    names = list(Contact.objects.order_by("pk").values_list("company__name", flat=True))
    assert names[0] == names[1]
    assert names[0].upper().strip() == "NORDLYS"
    assert names[2:] == [None, None]
    asked = list(Contact.objects.order_by("pk").values_list("last_asked_at", "last_answered_at"))
    assert asked == [(None, None), (invitation.created_at, None), (None, None), (day, day)]
    assert Company.objects.count() == 1

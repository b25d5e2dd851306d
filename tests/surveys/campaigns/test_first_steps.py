"""The first steps: each is done by doing it, they go away when all are, and an admin may put them away."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from surveys.campaigns import trying
from surveys.campaigns.first_steps.models import OwnCompany
from surveys.campaigns.first_steps.steps import first_steps
from surveys.models import Campaign, Sample, Survey
from surveys.services.surveys import update_survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    make_survey("hello")
    return client_of(make_user("ada", "admin", language="en"))


def done_on(page: str) -> int:
    return page.count("data-done")


def test_an_empty_desk_leads_through_them_and_each_is_done_by_doing_it(admin: Client) -> None:
    survey = Survey.objects.get()
    page = admin.get("/desk/").content.decode()
    assert "First steps: 0 of 7 done" in page
    assert '<details class="fold first" open>' in page
    update_survey(survey, {"brand": "Nordlys Tryk"})
    assert done_on(admin.get("/desk/").content.decode()) == 1
    trying.send_test(survey, "en", make_user("bea"))
    assert done_on(admin.get("/desk/").content.decode()) == 2, "a test that waits has shown nothing yet"
    Delivery.objects.update(status="sent")
    contact = make_contact(1)
    assert done_on(admin.get("/desk/").content.decode()) == 4
    make_answer(survey, 2, contact=contact)
    OwnCompany.objects.create(name="Nordlys Tryk")
    assert "First steps: 6 of 7 done" in admin.get("/desk/").content.decode()
    Campaign.objects.create(name="Spring", survey=survey, status="running", started_at=timezone.now())
    assert "First steps" not in admin.get("/desk/").content.decode(), "it goes away when all is done"
    assert done_on(admin.get("/setup/first-steps/").content.decode()) == 7


def test_samples_do_no_step(admin: Client) -> None:
    sample = make_survey("sample")
    Sample.objects.create(survey_ids=[sample.pk])
    update_survey(sample, {"brand": "Nordlys Tryk"})
    make_answer(sample, 2)
    Campaign.objects.create(name="Spring", survey=sample, status="finished", started_at=timezone.now())
    assert "First steps: 0 of 7 done" in admin.get("/desk/").content.decode()


def test_an_admin_puts_them_away_for_everybody(admin: Client, django_assert_num_queries: Any) -> None:
    other = make_user("bo", "admin", language="en")
    admin.post("/setup/first-steps/put-away/")
    admin.post("/setup/first-steps/put-away/")
    for client in (admin, client_of(other)):
        assert "First steps:" not in client.get("/desk/").content.decode()
    with django_assert_num_queries(1):
        assert not first_steps(other).is_wanted
    assert "1 of 7 done" in admin.get("/setup/first-steps/").content.decode(), "under Setup they stay"


def test_the_desk_of_a_new_installation_pays_two_queries_for_them(
    admin: Client, django_assert_num_queries: Any
) -> None:
    ada = User.objects.get()
    with django_assert_num_queries(2):
        assert first_steps(ada).is_wanted


def test_they_are_for_admins(admin: Client) -> None:
    manager = client_of(make_user("mia", "manager", language="en"))
    assert "First steps" not in manager.get("/desk/").content.decode()
    assert manager.get("/setup/first-steps/").status_code == 403
    assert manager.post("/setup/first-steps/put-away/").status_code == 403

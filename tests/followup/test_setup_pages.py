"""Set-up of playbooks, root causes and account managers' domains."""

import html
from typing import Any

import pytest
from django.test import Client

from followup.models import Playbook, RootCause
from followup.notify import account_managers
from followup.playbooks import services as playbooks
from followup.playbooks.services import plays_of
from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Of an admin."""
    return client_of(make_user("eve", "admin"))


@pytest.fixture
def default() -> Playbook:
    return playbooks.ensure_default()


def fields_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send when nothing is typed."""
    context = client.get(url).context
    given: dict[str, Any] = {}
    forms = [context["form"], context["formset"].management_form, *context["formset"].forms]
    for bound in (field for form in forms for field in form):
        value = bound.value()
        if value not in (None, False, ""):
            given[bound.html_name] = "on" if value is True else value
    return given


def test_saving_a_play_as_it_was_makes_no_version(client: Client, default: Playbook) -> None:
    for score in range(11):
        url = f"/setup/playbooks/{default.pk}/{score}/"
        assert client.post(url, fields_of(client, url)).status_code == 302
    assert default.versions.count() == 1


def test_a_changed_play_is_a_new_version_and_the_others_stay(client: Client, default: Playbook) -> None:
    before = playbooks.plays_of(default)
    url = f"/setup/playbooks/{default.pk}/0/"
    given = fields_of(client, url)
    count = len(before[0].steps.all())
    given |= {"hours": "12", "warn_per_cent": "50", "steps-TOTAL_FORMS": str(count + 1),
              f"steps-{count}-text_da": "Send blomster", f"steps-{count}-kind": "custom"}  # fmt: skip
    assert client.post(url, given).status_code == 302
    after = playbooks.plays_of(default)
    assert default.versions.count() == 2
    assert (after[0].hours, after[0].warn_share) == (12, 0.5)
    texts = [step.texts for step in after[0].steps.all()]
    assert texts == [*(step.texts for step in before[0].steps.all()), {"da": "Send blomster"}]
    assert [step.texts for step in after[1].steps.all()] == [step.texts for step in before[1].steps.all()]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": "0"}, "hours"),
        ({"hours": "9000"}, "hours"),
        ({"warn_per_cent": "101"}, "warn_per_cent"),
        ({"priority": "urgent"}, "priority"),
        ({"tells_en": "", "tells_nl": "", "tells_da": ""}, "tells_en"),
        ({"owner": "999999"}, "owner"),
    ],
)
def test_a_fault_in_a_play_is_shown_and_nothing_is_saved(
    client: Client, default: Playbook, changes: dict[str, str], field: str
) -> None:
    url = f"/setup/playbooks/{default.pk}/3/"
    response = client.post(url, fields_of(client, url) | {"steps-0-text_en": "Words typed just now"} | changes)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert "Words typed just now" in response.content.decode()
    assert default.versions.count() == 1


def test_an_emptied_step_is_asked_about(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/3/"
    emptied = {f"steps-0-text_{code}": "" for code in ("en", "nl", "da")}
    response = client.post(url, fields_of(client, url) | emptied)
    assert response.status_code == 422
    assert response.context["formset"].forms[0].errors.keys() == {"text_en"}


def test_a_copy_has_a_name_of_its_own(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/"
    assert client.post(url, {"name": default.name}).status_code == 422
    assert client.post(url, {"name": "Shops"}).status_code == 302
    copy = Playbook.objects.get(name="Shops")
    assert len(playbooks.plays_of(copy)) == 11


def test_a_survey_chooses_a_playbook_or_gets_its_own(client: Client, default: Playbook) -> None:
    survey = make_survey()
    client.post("/setup/surveys/autumn/follow-up/copy/")
    own = playbooks.playbook_of(survey.pk)
    assert (own.name, own.is_default) == ("Autumn", False)
    client.post("/setup/surveys/autumn/follow-up/", {"playbook": default.pk})
    assert playbooks.playbook_of(survey.pk) == default
    client.post("/setup/surveys/autumn/follow-up/copy/")
    assert playbooks.playbook_of(survey.pk).name == "Autumn 2"
    assert client.get("/setup/surveys/autumn/follow-up/copy/").status_code == 405


def test_a_root_cause_is_made_renamed_and_retired(client: Client) -> None:
    given = {"name_en": "Spare parts", "name_da": "Reservedele", "position": "20", "is_active": "on"}
    assert client.post("/setup/root-causes/new/", given | {"name_en": ""}).status_code == 422
    for _time in range(2):
        assert client.post("/setup/root-causes/new/", given).status_code == 302
    cause, other = RootCause.objects.filter(slug__startswith="spare-parts").order_by("pk")
    assert (cause.slug, other.slug, cause.names["da"]) == ("spare-parts", "spare-parts-2", "Reservedele")
    client.post(f"/setup/root-causes/{cause.pk}/", {"name_en": "Parts", "position": "1", "parent": other.pk})
    cause.refresh_from_db()
    assert (cause.slug, cause.names, cause.is_active, cause.parent) == ("spare-parts", {"en": "Parts"}, False, other)
    refused = client.post(f"/setup/root-causes/{other.pk}/", given | {"parent": other.pk})
    assert refused.status_code == 302  # what has parts is part of nothing: the field is not there
    other.refresh_from_db()
    assert other.parent is None


def test_domains_are_domains(client: Client) -> None:
    url = "/setup/account-managers/"
    assert client.post(url, {"domains": "@Example.com\n\nnl.example \n"}).status_code == 302
    assert account_managers.domains() == ["example.com", "nl.example"]
    refused = client.post(url, {"domains": "example.com\nnot a domain"})
    assert refused.status_code == 422
    assert "not a domain is not a mail domain" in refused.content.decode()
    client.post(url, {"domains": ""})
    assert account_managers.domains() == []


def test_clocks_words_and_levels_of_a_play_are_kept(client: Client, default: Playbook) -> None:
    ada, url = make_user("ida", "manager"), f"/setup/playbooks/{default.pk}/2/"
    changed = {
        "hours": "8", "hours_run": "service", "solve_hours": "40", "solve_hours_run": "service",
        "wait_limit_hours": "24", "service_hours_only": "on", "compensation_limit": "50",
        "compensation_currency": "EUR",
        "call_script_en": "Hello {name}, this is {brand}.", "mail_subject_en": "About your {score}",
        "level1_hours": "24", "level1_to": "person", "level1_person": ada.pk, "level2_hours": "4", "level2_to": "lead",
    }  # fmt: skip
    assert client.post(url, fields_of(client, url) | changed).status_code == 302
    play = plays_of(default)[2]
    assert (play.hours, play.hours_run, play.solve_hours, play.wait_limit_hours) == (8, "service", 40, 24)
    assert (play.service_hours_only, str(play.compensation_limit), play.compensation_currency) == (True, "50.00", "EUR")
    assert play.call_script["en"] == "Hello {name}, this is {brand}."
    assert [(level.hours_after, level.to, level.person) for level in play.levels.all()] == [
        (4, "lead", None),
        (24, "person", ada),
    ]
    other = f"/setup/playbooks/{default.pk}/3/"
    assert client.post(other, fields_of(client, other) | {"hours": "30"}).status_code == 302
    assert plays_of(default)[2].levels.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"call_script_en": "Hello {first}"}, "{first} is not known here"),
        ({"compensation_limit": "50", "compensation_currency": ""}, "Choose the currency"),
        ({"level1_hours": "4", "level1_to": "person"}, "Choose who is told."),
        ({"level2_hours": "0"}, "Allowed: 1 or more"),
        ({"solve_hours": "9999"}, "8760"),
    ],
)
def test_what_a_play_cannot_be_is_said(client: Client, default: Playbook, changes: dict[str, str], words: str) -> None:
    url = f"/setup/playbooks/{default.pk}/2/"
    answer = client.post(url, fields_of(client, url) | changes)
    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())
    assert default.versions.count() == 1

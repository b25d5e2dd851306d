"""One bound for every day and time that comes in, through every door; what is stored already breaks no page."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any, cast

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.urls import get_resolver
from django.utils import timezone
from rest_framework import serializers

from followup.clocks.day_forms import OwnDayForm
from followup.desk.answers.forms import AnswerFilterForm
from followup.desk.ticket.forms import AttemptForm, PromiseForm, PromiseMovedForm, WaitForm
from followup.routing.forms import AbsenceForm
from nps_project.api.filters import MomentFilter
from nps_project.api.serializers import DayField, StrictModelSerializer, TimeField
from nps_project.common import dates
from surveys.forms import SurveyForm
from surveys.models import Invitation, Survey
from tests.addresses import make_world
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
DAYS = ("9999-12-31", "3000-01-01", "1899-12-31", "0001-01-01")
TIMES = (
    "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59", "3000-01-01T12:00:00+00:00",
    "1899-12-31T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00",
)  # fmt: skip
ZONES = ("Pacific/Kiritimati", "Pacific/Niue")  # +14 and -11 hours


@pytest.fixture(params=ZONES, autouse=True)
def zone(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """The company's and the reader's."""
    settings.TIME_ZONE = request.param
    with timezone.override(request.param):
        yield request.param


def below(kind: type[Any]) -> Iterator[type[Any]]:
    """Every class of ours that is made from another, with all modules of views loaded."""
    _ = get_resolver().url_patterns
    for app in apps.get_app_configs():
        if app.name.startswith(("surveys", "followup", "nps_project")):
            import_module(app.name)
    for found in kind.__subclasses__():
        if found.__module__.startswith(("surveys", "followup", "nps_project")):
            yield found
        yield from below(found)


def test_no_form_serializer_or_filter_reads_a_date_in_a_way_of_its_own() -> None:
    loose: list[str] = []
    for form in below(forms.BaseForm):
        for name, field in form.base_fields.items():
            is_date = isinstance(field, forms.DateField | forms.DateTimeField)
            if is_date and not isinstance(field, dates.DayField | dates.TimeField):
                loose.append(f"{form.__qualname__}.{name}")
    for serializer in below(serializers.Serializer):
        if serializer is StrictModelSerializer:
            continue
        for name, read in serializer().fields.items():
            is_date = isinstance(read, serializers.DateField | serializers.DateTimeField) and not read.read_only
            if is_date and not isinstance(read, TimeField | DayField):
                loose.append(f"{serializer.__qualname__}.{name}")
    seen = 0
    for filters in below(django_filters.FilterSet):
        for name, one in filters.base_filters.items():
            seen += isinstance(one, MomentFilter)
            if issubclass(one.field_class, forms.DateField | forms.DateTimeField):
                loose.append(f"{filters.__qualname__}.{name}")
    assert loose == []
    assert seen >= 3, "from, to and promise_to are looked at"


@pytest.mark.parametrize("given", [*DAYS, *TIMES])
def test_every_form_refuses_it_by_name(given: str) -> None:
    agent, survey = make_user("bea"), make_survey()
    day, minute = given[:10], given[:16]
    tried: dict[str, tuple[forms.BaseForm, str]] = {
        "closes": (SurveyForm({"closes_at": minute}), "closes_at"),
        "call": (AttemptForm({"at": minute}), "at"),
        "wait": (WaitForm({"until": minute}), "until"),
        "promise": (PromiseForm({"due_at": minute}), "due_at"),
        "moved": (PromiseMovedForm({"due_at": minute}), "due_at"),
        "away": (AbsenceForm({"first_day": day, "last_day": day}, user=agent), "first_day"),
        "back": (AbsenceForm({"first_day": day, "last_day": day}, user=agent), "last_day"),
        "closed": (OwnDayForm({"day": day}, times=2), "day"),
        "since": (AnswerFilterForm({"from": day}, surveys=[survey]), "from"),
        "until": (AnswerFilterForm({"to": day}, surveys=[survey]), "to"),
    }  # fmt: skip
    for name, (form, field) in tried.items():
        assert field in form.errors, name


@pytest.mark.parametrize("given", TIMES)
def test_every_program_is_refused_by_name(given: str) -> None:
    program, survey = Program("admin"), make_survey()
    contact = make_contact(1)
    ticket = make_ticket(survey, 3, contact=contact)
    program.patch(f"surveys/{survey.slug}/", {"closes_at": None})
    at = f"tickets/{ticket.pk}/"
    tried: list[tuple[str, str, dict[str, Any], str]] = [
        ("PATCH", f"surveys/{survey.slug}/", {}, "closes_at"),
        ("POST", "surveys/", {"slug": "new", "name": "n", "brand": "b", "status": "live", "default_language": "en",
                              "languages": ["en"]}, "closes_at"),
        ("POST", "invitations/", {"survey": survey.slug, "contact": contact.pk}, "send_at"),
        ("POST", "responses/", {"survey": survey.slug, "score": 3}, "answered_at"),
        ("POST", f"{at}attempts/", {"result": "reached"}, "at"),
        ("POST", f"{at}wait/", {}, "until"),
        ("POST", f"{at}promises/", {"text": "a banner"}, "due_at"),
        ("POST", f"{at}move-promise/", {"promise": 1, "reason": "r"}, "due_at"),
    ]  # fmt: skip
    for method, path, body, field in tried:
        answer = program.call(method, path, body | {field: given})
        assert answer.status_code in {400, 422}, (path, answer.status_code, answer.content[:300])
        assert [fault["field"] for fault in answer.json()["errors"]] == [field], (path, answer.json())
        assert "is allowed" in answer.json()["errors"][0]["allowed"]
    day = given[:10]
    for path in (
        f"responses/?from={given}", f"responses/?to={day}", f"tickets/?promise_to={given}", f"stats/nps/?from={day}",
        f"stats/nps/?to={day}", f"stats/follow-up/?to={day}",
    ):  # fmt: skip
        answer = program.call("GET", path.replace("+", "%2B"))
        assert answer.status_code == 400, (path, answer.status_code)
        field = path.partition("?")[2].partition("=")[0]
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("given", DAYS)
def test_the_answers_page_names_what_it_cannot_filter_by(given: str) -> None:
    make_survey()
    client = client_of(make_user("ada", "admin"))
    for name, label in (("from", "From"), ("to", "To")):
        page = client.get("/desk/answers/", {name: given})
        assert page.status_code == 400
        assert (
            f"{label} cannot be “{given}”. Allowed: a day such as 2026-11-23, from 1900-01-01 to 2999-12-31."
            in page.content.decode()
        )


def test_the_ends_of_the_bound_are_taken_and_shown_everywhere(zone: str) -> None:
    world = make_world()
    program = Program("admin")
    for at in ("2999-12-31T00:00:00Z", "1900-01-02T00:00:00Z"):
        program.post("invitations/", {"survey": "autumn", "contact": world.contact.pk, "send_at": at})
        program.patch("surveys/autumn/", {"closes_at": at})
        world.admin.time_zone = zone
        world.admin.save()
        client = client_of(world.admin)
        row = Invitation.objects.latest("id")
        for path in ("/setup/surveys/", "/setup/surveys/autumn/", "/s/autumn/", "/admin/surveys/survey/",
                     f"/admin/surveys/survey/{world.survey.pk}/change/", "/admin/surveys/invitation/",
                     f"/admin/surveys/invitation/{row.pk}/change/", "/desk/", "/desk/answers/?from=1900-01-01",
                     "/desk/answers/?to=2999-12-31"):  # fmt: skip
            assert client.get(path).status_code in {200, 410}, path
        program.get("surveys/")
        program.get("invitations/")
        program.get("responses/?from=1900-01-01&to=2999-12-31")
        program.get("stats/nps/?from=1900-01-01&to=2999-12-31")
        program.get("stats/follow-up/?from=1900-01-01&to=2999-12-31")


def test_what_was_stored_before_there_was_a_bound_is_brought_within_it() -> None:
    survey, contact = make_survey(), make_contact(1)
    far, early = datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)
    Survey.objects.update(closes_at=far)
    kept = Invitation.objects.create(survey=survey, contact=contact, send_at=datetime(2027, 1, 1, tzinfo=UTC))
    old = Invitation.objects.create(survey=survey, contact=contact, send_at=early)

    module = import_module("surveys.migrations.0009_dates_far_away_come_within_the_bound")
    module.bring_near(apps, None)

    survey.refresh_from_db()
    old.refresh_from_db()
    assert survey.closes_at is not None
    assert dates.is_within(survey.closes_at)
    assert dates.is_within(cast(date, old.send_at))
    assert Invitation.objects.get(pk=kept.pk).send_at == kept.send_at


def test_a_range_that_ends_before_it_begins_is_refused_by_name() -> None:
    make_survey()
    program, client = Program("read"), client_of(make_user("ada", "admin"))
    for path in ("responses/", "stats/nps/", "stats/follow-up/"):
        answer = program.call("GET", f"{path}?from=2026-11-24&to=2026-11-23")
        assert answer.status_code == 400, path
        assert answer.json()["errors"][0]["field"] == "to"
        program.get(f"{path}?from=2026-11-23&to=2026-11-23")
    late = (timezone.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert program.call("GET", f"responses/?from={late}&to=2026-11-23").status_code == 400
    assert program.call("GET", "tickets/?value_from=5&value_to=4").json()["errors"][0]["field"] == "value_to"
    program.get("tickets/?value_from=5&value_to=5")

    page = client.get("/desk/answers/?from=2026-11-24&to=2026-11-23").content.decode()
    assert "To cannot be “2026-11-23”. Allowed: the day with which the period begins, or a later one." in page
    page = client.get("/desk/answers/?from=2026-11-24&from_time=12:00&to=2026-11-24&to_time=09:00").content.decode()
    assert "To, time cannot be “09:00”. Allowed: the time with which the period begins, or a later one." in page
    page = client.get("/desk/?value_from=5&value_to=4").content.decode()
    assert "Value to cannot be “4”. This is less than the value above." in page

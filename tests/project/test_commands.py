"""The commands of manage.py, as an operator sees them: lines, exit status, refusals."""

import io
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nps_project.accounts.keys import user_of_key
from nps_project.accounts.models import User
from surveys.models import Survey, TallyZone
from tests.factories import make_answer, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def run(*arguments: str, **options: Any) -> tuple[str, str]:
    """(standard output, standard error)."""
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def no_admin_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADMIN_EMAIL", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_first_start_prints_links_and_the_password_once(settings: Any) -> None:
    lines = run("first_start")[0].splitlines()
    assert lines[0] == f"Survey:   {settings.SITE_URL}/s/hello/"
    assert lines[1] == f"Desk:     {settings.SITE_URL}/desk/"
    email, password = lines[2].removeprefix("Login:").split()
    admin = User.objects.get(email=email)
    assert admin.check_password(password)
    assert admin.role == "admin"
    survey = Survey.objects.get()
    assert (survey.status, survey.languages) == ("live", ["en", "nl", "da"])
    again = run("first_start")[0]
    assert password not in again
    assert email in again
    assert (User.objects.count(), Survey.objects.count()) == (1, 1)


def test_first_start_takes_the_admin_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_EMAIL", "Boss@Example.com")
    monkeypatch.setenv("ADMIN_PASSWORD", "four gray pigeons walk")
    out, err = run("first_start")
    assert "pigeons" not in out + err
    assert User.objects.get(email="boss@example.com").check_password("four gray pigeons walk")


def test_first_start_makes_an_admin_where_only_samples_are(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("agent")
    monkeypatch.setenv("ADMIN_EMAIL", "agent@example.com")
    with pytest.raises(CommandError, match="ADMIN_EMAIL"):
        run("first_start")
    monkeypatch.setenv("ADMIN_EMAIL", "no address")
    with pytest.raises(SystemExit, match="ADMIN_EMAIL is 'no address'; allowed"):
        run("first_start")
    monkeypatch.delenv("ADMIN_EMAIL")
    run("first_start")
    assert User.objects.filter(role="admin").count() == 1


def test_another_time_zone_stops_the_start_and_names_the_remedy(settings: Any) -> None:
    run("first_start")
    settings.TIME_ZONE, settings.TIME_ZONE_IS_GIVEN = "Asia/Tokyo", True
    for command in ("first_start", "check_tallies"):
        with pytest.raises(SystemExit, match="rebuild_tallies") as stopped:
            run(command)
        assert "\n" not in str(stopped.value)
    run("rebuild_tallies")
    assert TallyZone.objects.get().name == "Asia/Tokyo"
    assert run("check_tallies")[0] == "Every tally equals a recount.\n"


def test_check_tallies_finds_a_tally_that_is_off() -> None:
    make_answer(make_survey(), 3)
    assert run("check_tallies")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE surveys_tally SET count = count + 1")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_tallies", stdout=out, stderr=err)
    assert stopped.value.code == 1
    assert "the tally says 2, a recount 1" in out.getvalue()
    run("rebuild_tallies")
    run("check_tallies")


def test_verify_history_finds_a_removed_entry() -> None:
    ticket = make_ticket(make_survey(), 2)
    assert "1 tickets" in run("verify_history")[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE followup_ticket SET history_count = history_count + 1")
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_history", stdout=out, stderr=StringIO())
    assert stopped.value.code == 1
    assert out.getvalue().startswith(f"ticket {ticket.pk}, entry 2")


def test_create_api_key_prints_the_key_alone() -> None:
    survey = make_survey()
    out, err = run("create_api_key", name="CRM", scope="read", survey="autumn")
    assert err == ""
    user = user_of_key(out.removesuffix("\n"))
    assert user is not None
    assert (user.role, user.survey_limit_id()) == ("viewer", survey.pk)
    with pytest.raises(CommandError, match="'spring'; allowed: autumn"):
        run("create_api_key", name="CRM", scope="read", survey="spring")
    with pytest.raises(CommandError, match="--name"):
        run("create_api_key", name=" ", scope="read")


def test_create_user_takes_a_password_or_makes_one_up(monkeypatch: pytest.MonkeyPatch) -> None:
    password = run("create_user", email="Ada@example.com", role="manager")[0].strip()
    ada = User.objects.get(email="ada@example.com")
    assert ada.check_password(password)
    assert ada.role == "manager"
    monkeypatch.setattr("sys.stdin", io.StringIO("eleven green bottles\n"))
    assert run("create_user", email="bea@example.com", role="agent", password_stdin=True)[0] == ""
    assert User.objects.get(email="bea@example.com").check_password("eleven green bottles")
    monkeypatch.setattr("sys.stdin", io.StringIO("123\n"))
    with pytest.raises(CommandError, match="10 characters"):
        run("create_user", email="cy@example.com", role="agent", password_stdin=True)
    with pytest.raises(CommandError, match="already exists"):
        run("create_user", email="ADA@example.com", role="agent")
    with pytest.raises(CommandError, match="valid email"):
        run("create_user", email="ada", role="agent")
    assert User.objects.count() == 2

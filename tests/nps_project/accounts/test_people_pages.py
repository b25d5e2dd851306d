"""Set-up of people, teams, keys, and one's own settings."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from nps_project.accounts.keys import user_of_key
from nps_project.accounts.models import ApiKey, Role, Team, User
from nps_project.accounts.people import services
from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db
ADMIN_PAGES = [
    "/setup/", "/setup/people/", "/setup/people/new/", "/setup/teams/", "/setup/teams/new/", "/setup/keys/",
    "/setup/keys/new/", "/setup/surveys/", "/setup/surveys/new/", "/setup/surveys/autumn/",
    "/setup/surveys/autumn/words/da/", "/setup/surveys/autumn/questions/", "/setup/surveys/autumn/questions/new/",
    "/setup/surveys/autumn/follow-up/", "/setup/playbooks/", "/setup/root-causes/", "/setup/root-causes/new/",
    "/setup/account-managers/",
]  # fmt: skip


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_set_up_is_for_admins(path: str) -> None:
    make_survey()
    assert Client().get(path)["Location"].startswith("/login/?next=/setup/")
    for role in (Role.VIEWER, Role.AGENT, Role.MANAGER):
        assert client_of(make_user(role.value, role)).get(path).status_code == 403
    assert client_of(make_user("eve", "admin")).get(path).status_code == 200


def secret_on(page: str) -> str:
    found = re.search(r'id="secret" value="([^"]+)"', page)
    assert found
    return found[1]


def test_an_invited_person_signs_in_with_the_password_shown_once() -> None:
    client = client_of(make_user("eve", "admin"))
    team = Team.objects.create(name="North")
    given = {"email": "New@Example.com", "name": "Nia", "role": "agent", "language": "da", "teams": [team.pk]}
    response = client.post("/setup/people/new/", given)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    person = User.objects.get(email="new@example.com")
    assert person.check_password(secret_on(response.content.decode()))
    assert (person.role, person.all_teams, list(person.teams.all())) == ("agent", False, [team])
    again = client.post("/setup/people/new/", given)
    assert again.status_code == 422
    assert 'value="Nia"' in again.content.decode()
    assert again.context["form"].errors.keys() == {"email"}


def test_the_last_admin_stays_one() -> None:
    eve = make_user("eve", "admin")
    client = client_of(eve)
    for changes in ({"role": "agent", "is_active": "on"}, {"role": "admin"}):
        response = client.post(f"/setup/people/{eve.pk}/", {"email": eve.email, "language": "en", **changes})
        assert response.status_code == 422
        eve.refresh_from_db()
        assert (eve.role, eve.is_active) == ("admin", True)
    make_user("adam", "admin")
    response = client.post(
        f"/setup/people/{eve.pk}/", {"email": eve.email, "language": "en", "role": "agent", "is_active": "on"}
    )
    assert response.status_code == 302
    eve.refresh_from_db()
    assert eve.role == "agent"


def test_a_service_account_is_no_admin_that_counts() -> None:
    eve = make_user("eve", "admin")
    make_user("robot", "admin", is_service=True)
    with pytest.raises(ValidationError):
        services.update_person(eve, {"is_active": False})


def test_a_new_password_ends_the_sessions_of_before() -> None:
    ada = make_user("ada")
    hers = client_of(ada)
    page = client_of(make_user("eve", "admin")).post(f"/setup/people/{ada.pk}/password/").content.decode()
    ada.refresh_from_db()
    assert ada.check_password(secret_on(page))
    assert hers.get("/setup/me/").status_code == 302


def test_a_key_is_shown_once_and_revoked_at_once() -> None:
    survey = make_survey()
    client = client_of(make_user("eve", "admin"))
    page = client.post("/setup/keys/new/", {"name": "CRM", "scope": "write", "survey": survey.pk}).content.decode()
    key = secret_on(page)
    user = user_of_key(key)
    assert user is not None
    assert (user.role, user.survey_limit_id()) == ("agent", survey.pk)
    assert key not in client.get("/setup/keys/").content.decode()
    client.post(f"/setup/keys/{ApiKey.objects.get().pk}/revoke/")
    assert user_of_key(key) is None
    assert client.get(f"/setup/keys/{ApiKey.objects.get().pk}/revoke/").status_code == 405


def test_a_team_has_a_lead_and_members() -> None:
    client = client_of(make_user("eve", "admin"))
    ada, bea = make_user("ada"), make_user("bea")
    assert (
        client.post("/setup/teams/new/", {"name": "North", "lead": ada.pk, "members": [ada.pk, bea.pk]}).status_code
        == 302
    )
    team = Team.objects.get()
    assert (team.lead, set(team.members.all())) == (ada, {ada, bea})
    again = client.post("/setup/teams/new/", {"name": "North"})
    assert again.status_code == 422
    assert again.context["form"].errors.keys() == {"name"}


def test_ones_own_settings_and_password() -> None:
    ada = make_user("ada")
    client = client_of(ada)
    basics = {"name": "Ada L", "language": "nl", "time_zone": "Europe/Amsterdam", "single_keys": "on"}
    assert client.post("/setup/me/", basics).status_code == 302
    wrong = client.post("/setup/me/", basics | {"password": "no", "new_password": "short"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"password", "new_password"}
    right = {"password": "a long enough password", "new_password": "three quiet herons"}
    assert client.post("/setup/me/", basics | right).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.language, ada.time_zone) == ("Ada L", "nl", "Europe/Amsterdam")
    assert ada.check_password("three quiet herons")
    assert client.get("/setup/me/").status_code == 200  # still signed in


def test_lists_of_people_and_teams_take_as_many_queries_for_one_as_for_twenty(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    eve = make_user("eve", "admin")
    client = client_of(eve)
    client.get("/setup/")  # the first page of a session notes where it is used from
    for size in (1, 20):
        for number in range(size):
            team = Team.objects.create(name=f"{size}-{number}", lead=eve)
            make_user(f"p{size}-{number}", all_teams=False).teams.add(team)
        with django_assert_num_queries(5):  # type: ignore[operator]  # session, user, people, teams, bell
            client.get("/setup/people/")
        with django_assert_num_queries(4):  # type: ignore[operator]  # session, user, teams, bell
            client.get("/setup/teams/")


def test_teams_stand_in_the_order_of_their_names() -> None:
    for name in ("Delta", "Bravo", "Echo", "Alfa", "Charlie"):
        Team.objects.create(name=name)
    shown = client_of(make_user("ada", role="admin")).get("/setup/teams/").context["teams"]
    assert [team.name for team in shown] == ["Alfa", "Bravo", "Charlie", "Delta", "Echo"]


def test_the_lead_of_a_team_is_one_of_its_members() -> None:
    lead = make_user("lea", "manager", all_teams=False)

    team = services.save_team(Team(), name="North", lead=lead, members=[])

    assert list(team.members.all()) == [lead]

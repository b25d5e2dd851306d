"""Where somebody is signed in, and ending it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from nps_project.accounts.models import Session, User
from nps_project.accounts.signin import sessions
from nps_project.accounts.tasks import forget_ended_sessions
from nps_project.background.queues import BULK, TASKS
from nps_project.background.schedule import SCHEDULE
from nps_project.deliveries.models import Delivery
from tests.factories import client_of, make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile/15E148 Safari/604.1"
)
PASSWORD = "a long enough password"


def at(user: User, agent: str, address: str = "10.0.0.7") -> Client:
    """A browser that has looked at the desk."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    client.force_login(user)
    assert client.get("/desk/").status_code == 200
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox, Windows"), (IPHONE, "Safari, iPhone"), ("curl/8.5", "curl"), ("", "an unknown browser")],
)
def test_a_browser_is_named_as_people_do(agent: str, words: str) -> None:
    assert sessions.in_words(agent) == words


def test_the_list_names_browser_address_and_this_one() -> None:
    ada = make_user("ada")
    at(make_user("bea"), FIREFOX, "10.0.0.99")
    here, phone = at(ada, FIREFOX), at(ada, IPHONE, "10.0.0.8")
    page = here.get("/setup/me/security/").content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "10.0.0.8" in page
    assert "10.0.0.99" not in page
    assert page.count("this one") == 1
    for client in (here, phone):
        assert str(client.session.session_key) not in page


def test_one_session_is_ended_or_all_others() -> None:
    ada = make_user("ada")
    here, phone, tablet = at(ada, FIREFOX), at(ada, IPHONE), at(ada, "Other/1")
    stranger = at(make_user("bea"), FIREFOX)
    rows = {row.pk: sessions.name_of(row) for row in Session.objects.all()}
    here.post(f"/setup/me/sessions/{rows[str(stranger.session.session_key)]}/end/")
    here.post(f"/setup/me/sessions/{rows[str(here.session.session_key)]}/end/")
    here.post(f"/setup/me/sessions/{rows[str(phone.session.session_key)]}/end/")
    assert [client.get("/desk/").status_code for client in (here, phone, tablet, stranger)] == [200, 302, 200, 200]
    here.post("/setup/me/sessions/others/end/")
    assert [client.get("/desk/").status_code for client in (here, tablet, stranger)] == [200, 302, 200]


def test_an_admin_ends_all_sessions_of_a_colleague_but_not_the_own_one() -> None:
    boss, ada = make_user("boss", "admin"), make_user("ada")
    office, lost = at(boss, FIREFOX), at(ada, IPHONE)
    assert lost.post(f"/setup/people/{boss.pk}/sessions/").status_code == 403
    office.post(f"/setup/people/{ada.pk}/sessions/")
    office.post(f"/setup/people/{boss.pk}/sessions/")
    assert (lost.get("/desk/").status_code, office.get("/desk/").status_code) == (302, 200)


def test_a_new_password_ends_every_other_session_and_is_told_by_mail() -> None:
    ada = make_user("ada")
    here, phone = at(ada, FIREFOX), at(ada, IPHONE)
    fields = {"name": "Ada", "language": "en", "time_zone": "", "password": PASSWORD}
    assert here.post("/setup/me/", fields | {"new_password": "seven tall white trees"}).status_code == 302
    assert (here.get("/desk/").status_code, phone.get("/desk/").status_code) == (200, 302)
    mail = Delivery.objects.get(template="account_changed")
    assert (mail.to_address, "password" in mail.body_text) == ("ada@example.com", True)


def test_being_seen_is_written_down_each_few_minutes_and_not_at_each_page() -> None:
    client = at(make_user("ada"), FIREFOX)
    first = Session.objects.get().seen_at
    client.get("/desk/")
    assert Session.objects.get().seen_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        client.get("/desk/")
    row = Session.objects.get()
    assert row.seen_at - first > timedelta(minutes=5)
    assert row.created_at <= first


def test_sessions_of_somebody_who_is_switched_off_open_nothing() -> None:
    ada = make_user("ada")
    client = at(ada, FIREFOX)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302


def test_sessions_that_ran_out_are_forgotten() -> None:
    live, over = client_of(make_user("ada")), client_of(make_user("bea"))
    Session.objects.filter(pk=over.session.session_key).update(expire_date=timezone.now())
    forget_ended_sessions()
    assert [row.pk for row in Session.objects.all()] == [live.session.session_key]
    assert forget_ended_sessions.name in [entry["task"] for entry in SCHEDULE.values()]
    assert TASKS[forget_ended_sessions.name] == BULK


@pytest.mark.parametrize(
    "cookie",
    [r'"12345678\000"', r'"\000\000\000\000\000\000\000\000"', "12345678", "é" * 40, "x" * 9_000, "%s%(a)s{0}"],
)
def test_a_cookie_that_is_no_key_of_a_session_leads_to_the_sign_in(cookie: str) -> None:
    answer = Client(headers={"cookie": f"sessionid={cookie}"}).get("/desk/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/desk/")

"""Figures that are kept, when the store fails at the wrong moment, holds odd things, or many people look at once."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from followup.insights.kept import again, changes, store, tasks
from followup.insights.kept.address import Address
from followup.insights.kept.digest import digest_of, name_of_code
from nps_project.accounts.models import Team, User
from nps_project.privacy.erasing import erase
from nps_project.privacy.models import Kind
from surveys.campaigns.first_steps.company import services as company
from surveys.models import Response, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.followup.insights.kept_pages import GROUPS, MONDAY, all_is_slow, caught, text_of  # noqa: F401  (a fixture for each test here)

pytestmark = pytest.mark.django_db

PAGE = "/insights/causes/"
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    return caught(monkeypatch)


@pytest.fixture
def bea() -> User:
    return make_user("bea", "manager", all_teams=True)


@pytest.fixture
def survey() -> Survey:
    survey = make_survey()
    for number in range(13):
        make_answer(survey, 10, contact=make_contact(number))
    return survey


# Forgetting does not hang on the store.


@pytest.fixture
def ann(survey: Survey) -> User:
    """Who sees the survey by her team alone."""
    north = Team.objects.create(name="North")
    Survey.objects.filter(pk=survey.pk).update(team=north)
    ann = make_user("ann", "manager", all_teams=False)
    ann.teams.set([north])
    return ann


def _leaves_the_team(ann: User, survey: Survey) -> None:
    ann.teams.get().members.remove(ann)


def _is_moved(ann: User, survey: Survey) -> None:
    survey.team = Team.objects.create(name="South")
    survey.save()


@pytest.mark.parametrize("change", [_leaves_the_team, _is_moved])
def test_what_is_taken_from_a_team_while_the_store_is_away_is_not_read_when_it_is_back(
    change: Any, ann: User, survey: Survey, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, there = client_of(ann), settings.REDIS_URL
    assert "n 13" in text_of(client)
    settings.REDIS_URL = NOWHERE
    with django_capture_on_commit_callbacks(execute=True):
        change(ann, survey)
    settings.REDIS_URL = there
    assert "n 13" not in text_of(client)


def test_nor_is_it_when_the_store_has_lost_its_number(ann: User, survey: Survey, settings: Any) -> None:
    """As a store does that is full and lets go of what was not read lately."""
    client = client_of(ann)
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        there.delete("winback.figures.generation")
        assert "n 13" in text_of(client)
        _leaves_the_team(ann, survey)
        there.delete("winback.figures.generation")
    assert "n 13" not in text_of(client)


def test_who_was_erased_while_the_store_is_away_is_not_in_what_was_kept(
    bea: User, survey: Survey, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, there = client_of(bea), settings.REDIS_URL
    text_of(client)
    assert "Counted" in text_of(client)
    settings.REDIS_URL = NOWHERE
    contact = Response.objects.values_list("contact", flat=True)[0]
    assert contact
    with django_capture_on_commit_callbacks(execute=True):
        erase(Kind.CONTACT, contact)
    settings.REDIS_URL = there
    assert "Counted" not in text_of(client)


def test_what_is_counted_while_a_customer_is_erased_is_not_kept_for_later(
    bea: User, survey: Survey, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The erasure falls between the counting and the keeping; it reaches the store, or does not."""
    client, keep = client_of(bea), store.keep
    contact = Response.objects.values_list("contact", flat=True)[0]
    assert contact

    def erasing(name: str, entry: store.Entry, counted_in: int | None, by: int) -> None:
        monkeypatch.setattr(store, "keep", keep)
        erase(Kind.CONTACT, contact)
        keep(name, entry, counted_in, by)

    monkeypatch.setattr(store, "keep", erasing)
    text_of(client)
    assert "Counted" not in text_of(client)


def test_a_survey_that_is_saved_while_the_store_is_away_waits_for_nothing(
    survey: Survey, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.REDIS_URL = NOWHERE
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        survey.name = "Another name"
        survey.save()
    assert store.forget_all not in callbacks


def test_another_currency_is_on_the_next_page_though_the_store_was_away(
    bea: User, survey: Survey, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, there = client_of(bea), settings.REDIS_URL
    text_of(client, PAGE)
    settings.REDIS_URL = NOWHERE
    with django_capture_on_commit_callbacks(execute=True):
        company.tell(name="Acme", language="en", time_zone="UTC", currency="DKK", by=bea)
    settings.REDIS_URL = there
    assert "Counted" not in text_of(client, PAGE)


def test_daily_work_has_nothing_counted_anew_and_a_setting_has(bea: User, survey: Survey) -> None:
    """Nobody's Monday meeting waits because customers were imported in the night."""
    client = client_of(bea)
    text_of(client)
    for label in changes.DAILY:
        kind = ContentType.objects.get_for_model(apps.get_model(label))
        LogEntry.objects.create(content_type=kind, object_pk="1", object_id=1, object_repr="1", action=1)
    assert "Counted" in text_of(client)
    Team.objects.create(name="South")
    assert "Counted" not in text_of(client)


# Many look at once.


def test_figures_that_many_people_see_are_counted_anew_once(bea: User, survey: Survey, sent: list[Any]) -> None:
    people = [client_of(person) for person in (bea, *(make_user(f"m{n}", "manager", all_teams=True) for n in (1, 2)))]
    with time_machine.travel(MONDAY, tick=False) as clock:
        for person in people:
            text_of(person)
        clock.shift(120)
        for person in people:
            assert "Newer figures" in text_of(person)
            assert person.get("/insights/compare/groups.csv?by=language").status_code == 200
    assert len(sent) == 1


def test_a_page_with_more_old_figures_than_are_being_counted_is_counted(
    bea: User, survey: Survey, sent: list[Any]
) -> None:
    client = client_of(bea)
    with time_machine.travel(MONDAY, tick=False) as clock:
        text_of(client, "/insights/words/")
        text_of(client, "/insights/words/?language=da")
        clock.shift(120)
        text_of(client, "/insights/words/")
        text_of(client, "/insights/words/?language=da")
    assert len(sent) == 2


def test_a_page_is_shown_when_the_broker_goes_away_just_then(
    bea: User, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_named: Any) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(tasks.count_again, "apply_async", refuse)
    client = client_of(bea)
    with time_machine.travel(MONDAY, tick=False) as clock:
        text_of(client)
        clock.shift(120)
        assert "Counted today" in text_of(client)


# The night's count.


def test_what_failed_at_night_is_tried_again_and_what_was_counted_is_not(
    bea: User, survey: Survey, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """As when the database starts anew just after midnight."""
    text_of(client_of(bea))

    def fail(*_args: Any) -> bool:
        raise OSError("the database is not there yet")

    with redis.Redis.from_url(settings.REDIS_URL) as there:
        for recount, least_s, most_s in ((fail, 1_000, 1_800), (again.recount, 86_000, 86_400)):
            for key in there.keys("winback.figures.claimed.*"):
                there.delete(key)
            with monkeypatch.context() as patched:
                patched.setattr(again, "recount", recount)
                assert again.count_of_the_day(timezone.now()) == 1
            [key] = there.keys("winback.figures.claimed.*")
            assert least_s <= there.ttl(key) <= most_s


def test_what_a_filter_says_is_in_no_log_and_is_forgotten_after_eight_days(
    bea: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    def fail(*_args: Any) -> bool:
        raise OSError

    monkeypatch.setattr(again, "recount", fail)
    at = timezone.now()
    store.note(Address(bea.pk, "en", "/insights/words/?trait=customer%3DVega"), at)
    assert again.count_of_the_day(at) == 1
    assert "/insights/words/" in caplog.text
    assert "Vega" not in caplog.text
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        for days, left in ((7, 1), (9, 0)):
            again.count_of_the_day(at + timedelta(days=days))
            assert there.zcard("winback.figures.addresses") == left


def test_a_page_of_the_monthly_meeting_is_counted_each_night_until_the_next_one(
    bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def recount(address: Address, _since: datetime) -> bool:
        counted.append(address.path)
        return True

    monkeypatch.setattr(again, "recount", recount)
    at = timezone.now()
    for path in ("/insights/", "/insights/?survey=shop"):
        store.note(Address(bea.pk, "en", path), at)
    for days in (7, 9, 34, 36):
        again.count_of_the_day(at + timedelta(days=days))
    assert counted == ["/insights/?survey=shop", "/insights/", "/insights/", "/insights/"]


def test_who_tries_many_filters_has_no_colleagues_page_left_out_at_night(bea: User) -> None:
    at, cas = timezone.now(), make_user("cas", "manager", all_teams=True)
    store.note(Address(cas.pk, "en", GROUPS), at)
    for number in range(store.MOST_ADDRESSES + 5):
        store.note(Address(bea.pk, "en", f"{GROUPS}&junk={number}"), at + timedelta(seconds=number))
    found = store.opened_since(at - timedelta(days=1))
    assert [one.user_id for one in found] == [bea.pk] * store.MOST_OF_ONE + [cas.pk]
    assert found[0].path.endswith(f"junk={store.MOST_ADDRESSES + 4}"), "the last that they opened stay"


def test_who_tries_many_filters_pushes_out_nobody_elses_figures(
    bea: User, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were in one row, of which the oldest went."""
    monkeypatch.setattr(store, "MOST_ENTRIES", 12)
    cas = client_of(make_user("cas", "viewer", all_teams=True))
    kept: Any = client_of(bea).get(PAGE).wsgi_request
    assert 0 < len(kept.figures.counted) <= 6
    for number in range(40):
        cas.get(f"{PAGE}?from=2020-01-{1 + number % 28:02}&to=2024-02-{1 + number // 2:02}")
    read: Any = client_of(bea).get(PAGE).wsgi_request
    assert len(read.figures.found) == len(kept.figures.counted)
    assert not read.figures.counted


def test_no_more_addresses_are_kept_than_are_counted_at_night() -> None:
    at = timezone.now()
    for number in range(store.MOST_ADDRESSES + 5):
        store.note(Address(number, "en", GROUPS), at + timedelta(seconds=number))
    found = store.opened_since(at - timedelta(days=1))
    assert [one.user_id for one in found] == list(reversed(range(5, store.MOST_ADDRESSES + 5)))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/insights/", "all other figures are of now."),
        ("/insights/risk/", "This is about “What unhappy customers are worth”"),
    ],
)
def test_a_page_with_figures_of_now_says_which_ones_were_kept(path: str, words: str, bea: User, survey: Survey) -> None:
    client = client_of(bea)
    assert words not in text_of(client, path)
    assert words in text_of(client, path)


# Odd things in the store.


@pytest.mark.parametrize("kind", ["a word", "a list"])
def test_a_number_that_is_none_lets_all_be_counted(kind: str, bea: User, survey: Survey, settings: Any) -> None:
    client = client_of(bea)
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        there.delete("winback.figures.generation")
        if kind == "a list":
            there.rpush("winback.figures.generation", 1)
        else:
            there.set("winback.figures.generation", "many")
    assert "n 13" in text_of(client)
    assert "Counted" not in text_of(client)


@pytest.mark.parametrize("odd", [b"", b"{", b"\xff\xfe", b"[1]", b'["x", "en", "/insights/"]', b"7", b"null"])
def test_an_address_that_nobody_can_read_is_passed_over_and_removed(odd: bytes, bea: User, settings: Any) -> None:
    store.note(Address(bea.pk, "en", GROUPS), timezone.now())
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        there.zadd("winback.figures.addresses", {odd: timezone.now().timestamp()})
        assert [one.path for one in store.opened_since(timezone.now() - timedelta(days=1))] == [GROUPS]
        assert there.zscore("winback.figures.addresses", odd) is None


@pytest.mark.parametrize("path", ["/desk/", "/accounts/", "/insights/silence/people/", "/"])
def test_an_address_of_another_page_opens_nothing(path: str, bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not again.recount(Address(bea.pk, "en", path), timezone.now())


class _Gone:
    """Of a release that had this class."""

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return _raise, ()


def _raise() -> None:
    raise AttributeError("no such class any more")


def test_an_entry_that_cannot_be_unpacked_any_more_is_counted_anew() -> None:
    store.keep("name", store.Entry(_Gone(), timezone.now()))
    assert store.find("name") is None


def test_what_was_kept_under_another_secret_is_not_read(settings: Any) -> None:
    store.keep("name", store.Entry(1, timezone.now()))
    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    assert store.find("name") is None


# Names.


def test_a_filter_without_a_name_of_its_own_is_refused(survey: Survey) -> None:
    """The text of psycopg2's wrapper of JSON has its address in memory, which another value may get later."""
    asked = Response.objects.filter(traits__contains={"plan": "gold"})
    assert any(" object at 0x" in repr(value) for value in asked.query.sql_with_params()[1])
    with pytest.raises(TypeError, match="no name for"):
        digest_of("reader", {"answers": asked})


def test_a_process_whose_files_are_replaced_reads_and_keeps_for_itself_alone(tmp_path: Path) -> None:
    path, now = tmp_path / "new.py", time.time()
    path.write_text("")
    os.utime(path, (now - 90_000, now - 90_000))  # as one that is unpacked has the time of its packing
    assert name_of_code([tmp_path], now + 60) == name_of_code([tmp_path], now + 60)
    assert name_of_code([tmp_path], now - 60) != name_of_code([tmp_path], now - 60)
    before = name_of_code([tmp_path], now + 60)
    path.write_text("1")
    assert name_of_code([tmp_path], now + 60) != before

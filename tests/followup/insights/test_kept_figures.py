"""Figures that take long are kept: shown at once, with their time, and counted anew behind the reader's back."""

import pickle
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from django.db import connection
from django.utils import timezone

from followup.insights.kept import again, store, tasks
from followup.insights.kept.address import Address
from followup.insights.kept.changes import known_changes
from followup.insights.kept.digest import digest_of
from followup.insights.recovery import reading as recovery
from followup.insights.segments.dimensions import parts_of
from followup.models import RootCause
from nps_project.accounts.models import Team, User
from nps_project.privacy.erasing import erase
from nps_project.privacy.models import Kind
from surveys.models import Response, Survey
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.insights.kept_pages import GROUPS, MONDAY, all_is_slow, caught, text_of  # noqa: F401  (a fixture for each test here)
from tests.product import within

pytestmark = pytest.mark.django_db

PAGES = (
    "/insights/", "/insights/compare/?by=language", "/insights/silence/", "/insights/fair-play/", "/insights/causes/",
    "/insights/recovery/", "/insights/risk/", "/insights/words/",
)  # fmt: skip


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names under which something was counted and kept."""
    names: list[str] = []
    keep = store.keep

    def noting(name: str, entry: store.Entry, counted_in: int | None, by: int) -> None:
        names.append(name)
        keep(name, entry, counted_in, by)

    monkeypatch.setattr(store, "keep", noting)
    return names


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    return caught(monkeypatch)


@pytest.fixture
def bea() -> User:
    return make_user("bea", "manager", all_teams=True)


@pytest.fixture
def survey() -> Survey:
    survey = make_survey()
    for number in range(12):
        make_answer(survey, 10, contact=make_contact(number))
    ticket = make_ticket(survey, 2, contact=make_contact(90))
    ticket.root_cause = RootCause.objects.create(slug="late", names={"en": "Late"}, position=90)
    ticket.save()
    return survey


@pytest.mark.parametrize("path", PAGES)
def test_the_next_look_reads_what_was_kept_and_says_so(
    path: str, bea: User, survey: Survey, counted: list[str]
) -> None:
    client = client_of(bea)
    assert "Counted today" not in text_of(client, path)
    assert counted
    first = [*counted]
    assert "Counted today" in text_of(client, path)
    assert counted == first


def test_of_recovery_the_figures_are_kept_and_not_what_they_are_computed_from(
    bea: User, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts behind them grow with the tickets, and so would the time that the next look takes."""
    client = client_of(bea)
    first = text_of(client, "/insights/recovery/")
    monkeypatch.delattr(recovery, "figures_of")
    again = text_of(client, "/insights/recovery/")
    assert re.sub(r"Counted today\S* at \S+", "", again).split()[-300:] == first.split()[-300:]


@pytest.mark.parametrize("path", ["/insights/", "/insights/compare/?by=survey", "/insights/compare/?by=team"])
def test_what_comes_from_tallies_has_an_answer_in_the_next_request(path: str, bea: User, survey: Survey) -> None:
    client = client_of(bea)
    assert "13" in text_of(client, path)
    make_answer(survey, 10, contact=None)
    shown = text_of(client, path)
    assert re.search(r"\b14\b", shown), shown


def test_what_is_open_now_is_of_now(bea: User, survey: Survey) -> None:
    client = client_of(bea)
    before = text_of(client, "/insights/")
    make_ticket(survey, 1, contact=make_contact(91))
    after = text_of(client, "/insights/")
    assert "Counted today" in after
    assert [re.findall(r"Open now (\d+)", shown) for shown in (before, after)] == [["1"], ["2"]]


def test_a_reader_that_asks_for_a_person_is_told_what_they_may_see(survey: Survey) -> None:
    """All who see all teams read the same, and nobody else's."""
    sees_all = [make_user("eve", "admin", all_teams=False), make_user("mia", "viewer", all_teams=True)]
    others = [make_user("tom", "manager", all_teams=False), make_user("zoe", "manager", all_teams=False)]
    limited = [Program(scope, survey=survey).user for scope in ("read", "admin")]
    names = [digest_of("reader", {"user": one}) for one in (*sees_all, *others, *limited)]
    assert names[0] == names[1]
    assert len(set(names)) == 5
    User.objects.filter(pk=sees_all[1].pk).update(all_teams=False)
    assert digest_of("reader", {"user": User.objects.get(pk=sees_all[1].pk)}) not in names


def test_a_trait_may_have_any_name() -> None:
    names = {digest_of("reader", {"traits": {"at": value}, "at": timezone.now()}) for value in ("one", "two")}
    assert len(names) == 2
    assert len({digest_of("reader", {"traits": {}, "at": at}) for at in (MONDAY, MONDAY + timedelta(days=1))}) == 1


def test_what_is_counted_quickly_is_counted_each_time(bea: User, survey: Survey, settings: Any) -> None:
    settings.FIGURES_KEPT_FROM_MS = 600_000
    client = client_of(bea)
    assert "n 13" in text_of(client)
    make_answer(survey, 10, contact=None)
    assert "n 14" in text_of(client)
    assert "Counted" not in text_of(client)


def test_old_figures_are_counted_anew_once_for_all_who_look(bea: User, survey: Survey, sent: list[Any]) -> None:
    client = client_of(bea)
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False) as clock:
        text_of(client)
        make_answer(survey, 10, contact=None)
        clock.shift(30)
        assert "n 13" in text_of(client)
        assert not sent, "half a minute is new enough"
        clock.shift(60)
        assert "09:00. Newer figures are being counted. Load them in a moment" in text_of(client)
        assert "n 13" in text_of(client)
        assert len(sent) == 1
        tasks.count_again(*sent[0])
        shown = text_of(client)
    assert "n 14" in shown
    assert "Newer figures" not in shown


def test_what_has_become_quick_is_kept_no_more(bea: User, survey: Survey, settings: Any) -> None:
    client = client_of(bea)
    text_of(client)
    settings.FIGURES_KEPT_FROM_MS = 600_000
    again.recount(Address(bea.pk, "en", GROUPS), timezone.now())
    assert "Counted" not in text_of(client)


def test_what_was_opened_is_counted_for_the_new_day(bea: User, survey: Survey, counted: list[str]) -> None:
    client = client_of(bea)
    with time_machine.travel(MONDAY, tick=False) as clock:
        for path in PAGES:
            text_of(client, path)
        clock.move_to(MONDAY + timedelta(hours=16))
        counted.clear()
        assert again.count_of_the_day(timezone.now()) == len(PAGES)
        assert counted
        counted.clear()
        assert again.count_of_the_day(timezone.now()) == 0, "each page once a day"
        clock.shift(3600)
        for path in PAGES:
            assert "Counted today" in text_of(client, path)
        assert not counted
        clock.shift(timedelta(days=36))
        assert again.count_of_the_day(timezone.now()) == 0, "nobody has looked for five weeks"


def test_each_page_is_counted_at_night_for_all_who_see_all_teams_in_each_of_their_languages(
    bea: User, survey: Survey, counted: list[str]
) -> None:
    make_user("nel", "admin", language="nl")
    make_user("tom", "manager", all_teams=False, language="da")
    make_user("ann", "manager", all_teams=True, language="da", is_active=False)
    board = client_of(make_user("kim", "viewer", all_teams=True))  # who never looked before
    dutch = client_of(make_user("mia", "viewer", all_teams=True, language="nl"))
    with time_machine.travel(MONDAY, tick=False) as clock:
        assert again.count_for_all(timezone.now(), ends=0.0) == 0, "the run is over"
        tasks.of_the_day()
        assert again.count_for_all(timezone.now()) == 0, "each once a day"
        assert counted
        counted.clear()
        clock.shift(3600)
        for path in again.pages():
            counted.clear()
            text_of(board, path)
            assert not counted, path
        assert "Counted today" in text_of(board, "/insights/risk/")
        assert "Geteld " in text_of(dutch, "/insights/risk/")
        clock.shift(timedelta(days=1))
        assert again.count_for_all(timezone.now()) == 2 * len(again.pages())


def test_every_page_with_kept_figures_is_counted_at_night() -> None:
    assert {path.partition("?")[0] for path in PAGES} <= set(again.pages())
    assert all(path.startswith("/insights/") for path in again.pages())


def test_a_page_that_fails_stops_no_other_one(bea: User, survey: Survey, counted: list[str]) -> None:
    for path in ("/insights/no-such-page/", "/insights/?from=never"):
        store.note(Address(bea.pk, "en", path), timezone.now())
    store.note(Address(bea.pk, "no language", "/insights/"), timezone.now())
    store.note(Address(bea.pk, "en", "/insights/compare/"), timezone.now() - timedelta(seconds=1))
    assert again.count_of_the_day(timezone.now()) == 4
    assert counted


def test_for_who_was_switched_off_nothing_is_counted(bea: User, survey: Survey, counted: list[str]) -> None:
    address = Address(bea.pk, "en", "/insights/")
    User.objects.filter(pk=bea.pk).update(is_active=False)
    assert not again.recount(address, timezone.now())
    assert not counted
    User.objects.filter(pk=bea.pk).update(is_active=True)
    assert again.recount(address, timezone.now())
    assert counted


def test_each_reads_the_figures_of_their_own_teams(survey: Survey) -> None:
    north, south = (Team.objects.create(name=name) for name in ("North", "South"))
    Survey.objects.filter(pk=survey.pk).update(team=north)
    ann, ben = (make_user(name, "manager", all_teams=False) for name in ("ann", "ben"))
    ann.teams.set([north])
    ben.teams.set([south])
    assert "n 13" in text_of(client_of(ann))
    assert "n 13" not in text_of(client_of(ben))
    assert "n 13" in text_of(client_of(ann))


def test_who_leaves_a_team_reads_its_figures_no_more(survey: Survey, django_capture_on_commit_callbacks: Any) -> None:
    north = Team.objects.create(name="North")
    Survey.objects.filter(pk=survey.pk).update(team=north)
    ann = make_user("ann", "manager", all_teams=False)
    ann.teams.set([north])
    client = client_of(ann)
    assert "n 13" in text_of(client)
    with django_capture_on_commit_callbacks(execute=True):
        north.members.remove(ann)
    assert "n 13" not in text_of(client)


def test_who_was_erased_is_not_in_what_was_kept(
    bea: User, survey: Survey, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(bea)
    text_of(client)
    contact = Response.objects.filter(contact__isnull=False).values_list("contact", flat=True)[0]
    assert contact
    with django_capture_on_commit_callbacks(execute=True):
        erase(Kind.CONTACT, contact)
    assert "Counted" not in text_of(client)


def test_what_was_kept_of_the_database_before_a_restore_is_not_read_though_nobody_could_tell_the_store() -> None:
    """Its tables are made anew, and may have the same rows."""
    before = known_changes()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_erasure RENAME TO privacy_erasure_before")
        cursor.execute("CREATE TABLE privacy_erasure (LIKE privacy_erasure_before INCLUDING ALL)")

    assert known_changes() != before


def test_what_is_forgotten_while_it_is_counted_is_not_read_later() -> None:
    before = store.generation()
    store.forget_all()
    store.keep(f"{before}.figures", store.Entry("old", timezone.now()))
    assert store.find(f"{store.generation()}.figures") is None


def test_what_is_forgotten_is_nowhere_in_the_store_and_no_more_in_its_file(bea: User, settings: Any) -> None:
    """The figures may hold the name of whoever was erased, and the filter of a page, too."""
    began_in = store.generation()
    named = "/insights/words/?trait=full_name%3DZebedee"
    for path in ("/insights/", named):
        store.note(Address(bea.pk, "en", path), timezone.now())
    store.keep("theirs", store.Entry("Zebedee", timezone.now()), began_in)
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        store.forget_all()
        store.keep("late", store.Entry("Zebedee", timezone.now()), began_in)

        assert not [key for key in there.keys("winback.figures.*") if b"Zebedee" in (there.dump(key) or b"")]
        assert [one.path for one in store.opened_since(timezone.now() - timedelta(hours=1))] == ["/insights/"]
        rewritten = int(there.info("persistence")["aof_rewrites"])
        store.forget_in_file()
        store.forget_in_file()  # which has nothing to do any more
        assert within(10, lambda: not there.info("persistence")["aof_rewrite_in_progress"])
        assert int(there.info("persistence")["aof_rewrites"]) == rewritten + 1


@pytest.mark.parametrize("path", ["/insights/", "/insights/causes/", "/insights/words/", "/insights/recovery/"])
def test_other_days_are_other_figures(path: str, bea: User, survey: Survey, counted: list[str]) -> None:
    client = client_of(bea)
    for asked in ("?from=2026-01-01", "?from=2026-01-01&to=2026-06-30", "?from=2026-01-02&to=2026-06-30"):
        counted.clear()
        text_of(client, path + asked)
        assert counted


def test_names_are_kept_in_the_language_of_the_reader(bea: User, survey: Survey) -> None:
    client = client_of(bea)
    assert "English" in text_of(client, "/insights/compare/?by=language")
    bea.language = "nl"
    bea.save()
    assert "Engels" in text_of(client, "/insights/compare/?by=language")


class Bomb:
    """Leaves a trace where it is unpacked."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("signature", [b"", b"\0" * 32])
def test_what_somebody_else_put_into_the_store_is_not_unpacked(signature: bytes, tmp_path: Path, settings: Any) -> None:
    store.keep("name", store.Entry(1, timezone.now()))
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        [key] = [key for key in there.keys("winback.figures.*") if key.endswith(b".name")]
        there.set(key, signature + pickle.dumps(Bomb(tmp_path / "trace")))
    assert store.find("name") is None
    assert not (tmp_path / "trace").exists()


def test_an_entry_is_not_read_under_another_name(settings: Any) -> None:
    store.keep("mine", store.Entry(1, timezone.now()))
    with redis.Redis.from_url(settings.REDIS_URL) as there:
        [key] = [key for key in there.keys("winback.figures.*") if key.endswith(b".mine")]
        there.set(key.replace(b".mine", b".theirs"), there.get(key) or b"")
    assert store.find("theirs") is None


def test_only_so_many_are_kept_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ENTRIES", 3)
    for name in "abcd":
        store.keep(name, store.Entry(name, timezone.now()))
    assert [store.find(name) is not None for name in "abcd"] == [False, True, True, True]
    store.keep("b", store.Entry("b", timezone.now()))
    store.keep("e", store.Entry("e", timezone.now()))
    assert [store.find(name) is not None for name in "bcde"] == [True, False, True, True]


def test_without_the_store_all_is_counted(bea: User, survey: Survey, settings: Any) -> None:
    client = client_of(bea)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "n 13" in text_of(client)
    make_answer(survey, 10, contact=None)
    assert "n 14" in text_of(client)
    assert again.count_of_the_day(timezone.now()) == 0
    store.forget_all()


def test_programs_have_all_counted_now(bea: User, survey: Survey) -> None:
    kept = parts_of(Survey.objects.all(), "survey", first_day=None, last_day=None)
    make_answer(survey, 10, contact=None)
    assert parts_of(Survey.objects.all(), "survey", first_day=None, last_day=None) != kept

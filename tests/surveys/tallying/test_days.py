"""What is counted by day is what the answers say, at every moment, whoever changes them or their customers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.insights.overview.days import days_with_traits
from followup.insights.segments.dimensions import parts_of
from surveys.contacts.services import save_contact
from surveys.models import Response, Survey
from surveys.services import decisions, responses
from surveys.services.responses import NewAnswer
from surveys.statistics import nps_figures
from surveys.tallying.days import counting as days
from surveys.tallying.days.asks import counting as asks
from surveys.tallying.days.divisions import BY_BASE, as_value
from surveys.tallying.days.reading import days_of
from surveys.tallying.marking import mark_these
from surveys.tallying.models import ChangedDay, CountedDay, CountedSoFar, DayCount, Division
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.sizes import FULL

FIRST = (timezone.now() - timedelta(days=12)).replace(hour=12)  # answers of so long ago may be changed
BY = ("language", "channel", "company", "account_manager")


def figures() -> list[Any]:
    """Everything that days are counted for."""
    every, two = Survey.objects.all(), {"plan": "gold", "seats": "3"}
    week: dict[str, Any] = {"first_day": FIRST.date(), "last_day": (FIRST + timedelta(days=6)).date()}
    found: list[Any] = [parts_of(every, by, **week) for by in BY]
    found += [parts_of(every, by, first_day=None, last_day=None) for by in BY]
    found += [parts_of(every, "trait.plan", traits={"seats": "3"}, **week), nps_figures(every, traits=two, **week)]
    found += [parts_of(every, "trait.seats", traits={"plan": "gold"}, **week), nps_figures(every, traits=two)]
    trend = days_with_traits(every, week["first_day"], week["last_day"], two)
    return [*found, {day: counts for day, counts in trend.items() if any(counts)}]


def count_all() -> None:
    days.go_on(timezone.now())
    assert days.differing_days() == []


def from_answers(look: Callable[[], Any] = figures) -> Any:
    """The same without any day that is counted; they are counted again afterwards."""
    with transaction.atomic():
        days.forget_all()
        found = look()
        transaction.set_rollback(True)
    return found


def some_answers() -> tuple[list[Response], list[Any]]:
    surveys = make_survey("one"), make_survey("two")
    customers = [make_contact(1, account_manager="a@example.com", traits={"company": "[Fjord"}), make_contact(2)]
    made = [
        make_answer(
            surveys[n % 2], n % 11, answered_at=FIRST + timedelta(hours=7 * n), language=["en", "nl"][n % 2],
            contact=[*customers, None][n % 3], traits=[{"plan": "gold", "seats": 3}, {"plan": "gold", "seats": 3.0},
                                                      {"seats": 3, "company": "Own"}, {}][n % 4],
        )
        for n in range(24)
    ]  # fmt: skip
    mark_these(["plan", "seats"])
    return made, customers


@pytest.mark.django_db
def test_counted_days_say_what_the_answers_say_and_so_does_what_changed_at_once() -> None:
    made, customers = some_answers()
    boss = make_user("boss", "admin")
    changes: list[Callable[[], Any]] = [
        lambda: None,
        lambda: responses.change_response(response_id=made[0].pk, answer=NewAnswer(10, "Better")),
        lambda: decisions.discard_response(response_id=made[1].pk, by=boss, reason="spam"),
        lambda: decisions.restore_response(response_id=made[1].pk, by=boss),
        lambda: make_answer(made[0].survey, 9, answered_at=FIRST, language="da"),
        lambda: save_contact(customers[0], {"account_manager": "b@example.com"}, by=boss),
        lambda: save_contact(customers[1], {"traits": {"company": "Fjord"}}, by=boss),
        lambda: Response.objects.filter(pk=made[2].pk).update(language="da", traits={"plan": "gold", "seats": 3}),
        lambda: Response.objects.filter(contact=customers[0]).update(contact=None),
        lambda: Response.objects.filter(pk=made[3].pk).delete(),
        lambda: make_answer(made[0].survey, 4, traits={"plan": "gold", "seats": 3}),  # today's is no day that is over
    ]
    for change in changes:
        count_all()
        change()
        at_once = figures()
        count_all()
        counted = figures()
        assert at_once == counted == from_answers()


@pytest.mark.django_db
def test_counted_days_are_read_without_an_answer_and_today_with_its_own_alone() -> None:
    some_answers()
    assert reads_answers(figures)
    count_all()
    assert not reads_answers(figures)
    make_answer(Survey.objects.get(slug="one"), 9, language="da")
    assert [part.value for part in parts_of(Survey.objects.all(), "language", first_day=None, last_day=None)] == [
        "en", "nl", "da",
    ]  # fmt: skip


def reads_answers(look: Callable[[], object]) -> bool:
    with CaptureQueriesContext(connection) as captured:
        look()
    return any('FROM "surveys_response"' in query["sql"] for query in captured.captured_queries)


@pytest.mark.django_db
def test_a_day_is_counted_when_it_is_over_for_an_hour_and_a_half_in_the_companys_zone() -> None:
    make_answer(make_survey(), 9, answered_at=FIRST)
    midnight = FIRST.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days.go_on(midnight + timedelta(hours=1.5, seconds=-1))
    assert not CountedDay.objects.exists()
    days.go_on(midnight + timedelta(hours=1.5))
    assert set(CountedDay.objects.values_list("day", flat=True)) == {FIRST.date()}


@pytest.mark.django_db
def test_a_day_with_too_many_values_is_not_kept_and_read_from_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "MOST_A_DAY", 2)
    survey = make_survey()
    for company in "abc":
        make_answer(survey, 9, traits={"company": company}, answered_at=FIRST)
    count_all()
    assert not DayCount.objects.filter(division__name="company").exists()
    parts = parts_of(Survey.objects.all(), "company", first_day=None, last_day=None)
    assert [(part.value, part.figures.promoters) for part in parts] == [("a", 1), ("b", 1), ("c", 1)]


class TestToday:
    """A day that is not over: of FIRST's, at some hour of it."""

    NOON = FIRST.replace(hour=12, minute=0, second=0, microsecond=0)
    AFTERNOON = NOON + timedelta(hours=1, minutes=40)  # answers before noon may be counted

    @pytest.fixture(autouse=True)
    def survey(self, db: None) -> Survey:
        survey = make_survey()
        for minutes, score in ((-200, 9), (-1, 0), (0, 9), (100, 9)):
            make_answer(survey, score, answered_at=self.NOON + timedelta(minutes=minutes), language="nl")
        return survey

    def look(self) -> tuple[int, int]:
        """Promoters and detractors of the day."""
        day = self.NOON.date()
        (part,) = parts_of(Survey.objects.all(), "language", first_day=day, last_day=day)
        return part.figures.promoters, part.figures.detractors

    def until(self) -> list[datetime]:
        return list(CountedSoFar.objects.filter(division__name="language").values_list("until", flat=True))

    def test_what_is_over_for_an_hour_and_a_half_is_counted_and_the_others_read(self) -> None:
        days.go_on(self.AFTERNOON)
        assert self.until() == [self.NOON]
        assert self.look() == from_answers(self.look) == (3, 1)
        assert days.differing_days() == []
        DayCount.objects.filter(division__name="language").update(promoters=100, detractors=0)
        assert self.look() == (102, 0), "two are read from the answers"
        assert ("language", self.NOON.date()) in days.differing_days()

    def test_the_count_moves_on_with_the_hours_and_the_day_is_counted_when_it_is_over(self) -> None:
        for hours in (0, 1, 3):
            days.go_on(self.AFTERNOON + timedelta(hours=hours))
            assert self.until() == [self.NOON + timedelta(hours=hours)]
            assert self.look() == (3, 1)
        days.go_on(self.NOON.replace(hour=1, minute=40) + timedelta(days=1))
        assert self.until() == []
        assert CountedDay.objects.filter(day=self.NOON.date(), division__name="language").exists()
        days.go_on(self.AFTERNOON)  # of a clock that is late
        assert (self.until(), self.look()) == ([], (3, 1))

    def test_what_is_counted_so_far_is_not_counted_again_because_a_day_before_it_changed(self, survey: Survey) -> None:
        days.go_on(self.AFTERNOON)
        DayCount.objects.filter(division__name="language").update(promoters=100)  # so that a new count shows
        make_answer(survey, 9, answered_at=self.NOON - timedelta(days=1), language="nl")
        days.go_on(self.AFTERNOON)
        assert DayCount.objects.get(division__name="language", day=self.NOON.date()).promoters == 100
        assert DayCount.objects.filter(division__name="language", day__lt=self.NOON.date()).count() == 1

    def test_before_its_first_quarter_nothing_of_a_day_is_counted(self) -> None:
        midnight = self.NOON.replace(hour=0)
        quarter = timedelta(minutes=15)
        assert days.so_far(midnight + 7 * quarter - timedelta(seconds=1)) is None
        assert days.so_far(midnight + 7 * quarter) == (midnight.date(), midnight + quarter)
        assert days.so_far(midnight + 9 * quarter - timedelta(seconds=1)) == (midnight.date(), midnight + 2 * quarter)
        assert days.so_far(midnight) == (midnight.date() - timedelta(days=1), midnight - 6 * quarter)

    def test_what_changes_of_counted_hours_is_seen_at_once(self, survey: Survey) -> None:
        days.go_on(self.AFTERNOON)
        make_answer(survey, 10, answered_at=self.NOON - timedelta(hours=1), language="nl")
        assert self.look() == (4, 1)
        Response.objects.filter(score=0).delete()
        assert self.look() == (4, 0)
        days.go_on(self.AFTERNOON)
        assert (self.until(), self.look(), days.differing_days()) == ([self.NOON], (4, 0), [])

    @pytest.mark.parametrize("meanwhile", ["more hours", "the day is over", "it changed", "it is forgotten", "erased"])
    def test_who_reads_while_it_is_counted_counts_nothing_twice_and_misses_nothing(
        self, survey: Survey, meanwhile: str
    ) -> None:
        days.go_on(self.AFTERNOON)
        day = self.NOON.date()
        read = days_of("language", Survey.objects.all(), day, day)
        assert read is not None
        assert read.so_far == day
        match meanwhile:
            case "more hours":
                days.go_on(self.AFTERNOON + timedelta(hours=2))
            case "the day is over":
                days.go_on(self.NOON + timedelta(days=1))
            case "it changed":
                Response.objects.filter(score=0).update(state="discarded")
                days.go_on(self.AFTERNOON)
            case "it is forgotten":
                days.forget_all()
            case _:
                Response.objects.filter(score=0).delete()
                days.drop_changed_now()
        found = read.sums(as_value(F("language")), "value")
        left = int(meanwhile in ("it is forgotten", "more hours", "the day is over"))
        assert found == [{"value": "nl", "promoters": 3, "passives": 0, "detractors": left}]

    def test_a_day_with_too_many_values_is_read_from_its_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(days, "MOST_A_DAY", 0)
        days.go_on(self.AFTERNOON)
        assert (self.until(), self.look()) == ([self.NOON], (3, 1))
        assert not DayCount.objects.exists()

    def test_what_changes_of_an_answer_of_the_last_hour_marks_no_day(self, survey: Survey) -> None:
        days.go_on(timezone.now())
        new = make_answer(survey, 3, answered_at=timezone.now() - timedelta(minutes=50))
        Response.objects.filter(pk=new.pk).update(score=4)
        assert not ChangedDay.objects.exists()
        Response.objects.filter(pk=new.pk).update(answered_at=timezone.now() - timedelta(minutes=70))
        assert ChangedDay.objects.count() == 1


@pytest.mark.django_db
def test_of_a_day_whose_answers_are_gone_nothing_is_kept() -> None:
    answer = make_answer(make_survey(), 9, traits={"company": "Kim Consulting"}, answered_at=FIRST)
    count_all()
    assert DayCount.objects.filter(value="Kim Consulting").exists()
    decisions.discard_response(response_id=answer.pk, by=None, reason="spam")
    count_all()
    assert not DayCount.objects.exists()


@pytest.mark.django_db
def test_a_customer_who_answers_now_marks_no_day_and_an_import_each_of_its_days_once() -> None:
    survey = make_survey()
    make_answer(survey, 9)
    assert not ChangedDay.objects.exists()
    for n in range(6):
        make_answer(survey, 9, answered_at=FIRST + timedelta(days=n % 2))
    assert ChangedDay.objects.count() == 2, "all of one transaction"


@pytest.mark.django_db
def test_two_traits_of_which_one_is_marked_no_longer_are_counted_no_longer() -> None:
    some_answers()
    count_all()
    of_answers = Division.objects.exclude(name__startswith=asks.ALL)
    assert of_answers.count() == len(BY) + len(BY_BASE) + 1
    mark_these(["plan"])
    before = figures()
    count_all()
    assert of_answers.count() == len(BY) + len(BY_BASE)
    assert figures() == before == from_answers()


@pytest.mark.django_db
def test_the_check_names_a_day_that_differs_and_counting_all_anew_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    some_answers()
    count_all()
    DayCount.objects.filter(division__name="language", day=FIRST.date()).update(promoters=99)
    with pytest.raises(SystemExit):
        call_command("check_tallies")
    assert f"language, {FIRST.date()}" in capsys.readouterr().out
    call_command("rebuild_tallies")
    count_all()
    call_command("check_tallies")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2] if FULL else [1])
def test_while_eight_writers_change_the_past_and_two_count_it_no_count_is_ever_wrong(seed: int) -> None:
    made, customers = some_answers()
    boss = make_user("boss", "admin")
    count_all()

    def write(number: int) -> None:
        random = Random(seed * 1_000 + number)
        one, at = random.choice(made), FIRST + timedelta(days=random.randrange(7))
        doors: list[Callable[[], object]] = [
            lambda: make_answer(one.survey, random.randrange(11), answered_at=at, traits={"plan": "gold", "seats": 3}),
            lambda: responses.change_response(response_id=one.pk, answer=NewAnswer(random.randrange(11), str(number))),
            lambda: decisions.discard_response(response_id=one.pk, by=boss, reason="spam"),
            lambda: decisions.restore_response(response_id=one.pk, by=boss),
            lambda: save_contact(customers[0], {"account_manager": f"m{number}@example.com"}, by=boss),
        ]
        try:
            random.choice(doors)()
        finally:
            connection.close()

    def count(number: int) -> None:
        try:
            days.go_on(timezone.now() if number % 50 == 0 else FIRST + timedelta(days=3, hours=4))
            if number % 4 == 0:
                assert days.differing_days() == []
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        done = [pool.submit(count if number % 10 == 0 else write, number) for number in range(200)]
        for one in done:
            one.result(60)
    at_once = figures()
    count_all()
    assert not ChangedDay.objects.exists()
    assert figures() == at_once == from_answers()


@pytest.mark.django_db
def test_days_are_the_companys_and_not_those_of_utc(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    survey = make_survey()
    answer = make_answer(survey, 9, answered_at=datetime(2026, 6, 1, 20, tzinfo=UTC))  # the second in Auckland
    count_all()
    assert set(CountedDay.objects.values_list("day", flat=True)) == {date(2026, 6, 2)}
    Response.objects.filter(pk=answer.pk).update(language="nl")
    assert set(ChangedDay.objects.values_list("day", flat=True)) == {date(2026, 6, 2)}

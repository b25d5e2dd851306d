"""The sample data: believable, in every state, and quiet."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from followup.demo import comments, loading
from followup.demo.clock import Clock, Window
from followup.demo.deck import Deck
from followup.demo.lexicon import fill
from followup.demo.plan import AFTER_DELIVERY, Planned, plan
from followup.escalation import services as escalation
from followup.insights.figures.periods import PERIOD_DAYS as STANDARD_DAYS
from followup.management.commands import load_demo
from followup.models import Activity, Ticket
from nps_project.accounts.models import User
from surveys.models import Response, Sample, Survey
from tests.factories import make_answer, make_survey, make_ticket
from tests.product import CHECKOUT

LITTLE = 0.02  # of the year: about 170 answers; the desk of today is whole
MONDAY_MORNING = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", partial(loading.load, size=LITTLE))


@pytest.mark.django_db
def test_it_waits_for_the_migrations_of_a_product_that_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_demo, "missing_migrations", lambda: 7)
    with pytest.raises(CommandError, match="7 migrations are not applied yet, and nothing was changed"):
        load()


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def nps(planned: list[Planned]) -> float:
    return 100 * (sum(one.score > 8 for one in planned) - sum(one.score < 7 for one in planned)) / len(planned)


def test_the_plan_of_the_year_is_the_same_each_time_and_has_a_dip() -> None:
    year = plan()
    assert year == plan()
    assert len(year) >= 5_000
    assert 530 <= sum(one.story is not None and one.follows is None for one in year) <= 700
    assert {one.survey for one in year} == {0, 1, 2}
    assert min(Counter(one.language for one in year).values()) > 1_400
    assert 0.4 < sum(not one.comment for one in year) / len(year) < 0.5

    deliveries: dict[int, list[Planned]] = defaultdict(list)
    for one in year:
        if one.survey == AFTER_DELIVERY:
            deliveries[int(one.window.end_h / (24 * 7 * 4))].append(one)
    by_month = {ago: nps(answers) for ago, answers in deliveries.items()}
    assert by_month[11] > 40
    assert by_month[3] > 40
    assert by_month[2] < 15  # the strike
    assert by_month[0] > 40


def test_the_page_that_opens_shows_the_strike_its_end_and_that_it_is_over() -> None:
    weeks: dict[int, list[Planned]] = defaultdict(list)
    for one in plan():
        weeks[int(one.window.end_h / (24 * 7))].append(one)
    shown = range(STANDARD_DAYS // 7)
    lowest = min(shown, key=lambda ago: nps(weeks[ago]))
    assert nps(weeks[lowest]) < 20
    assert nps(weeks[max(shown)]) > 30, "as it was before"
    assert nps(weeks[0] + weeks[1] + weeks[2]) > 45
    before = [one for ago in range(13, 26) for one in weeks[ago]]
    assert nps(before) - nps([one for ago in shown for one in weeks[ago]]) > 10


def test_nobody_says_at_length_what_another_one_said() -> None:
    said = Counter(one.comment for one in plan() if len(one.comment) >= 25)
    assert len(said) > 1_500
    assert max(said.values()) == 1
    lengths = sorted(map(len, said))
    assert lengths[-1] > 150


@pytest.mark.parametrize("language", comments.LANGUAGES)
def test_every_blank_of_every_comment_can_be_filled(language: str) -> None:
    lines = list(comments.all_lines(language))
    assert len(lines) > 400
    assert len(set(lines)) == len(lines)
    for line in lines:
        filled = fill(line, language, Random(1))
        assert "{" not in filled
        assert filled == filled.strip()


def test_answers_come_in_the_evening_and_calls_in_office_hours() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    clock = Clock(MONDAY_MORNING, zone)
    times = [clock.moment(Window(52 * 168, 0), number / 4_000) for number in range(4_000)]
    assert times == sorted(times)
    assert times[-1] <= MONDAY_MORNING
    hours = Counter(at.astimezone(zone).hour for at in times)
    assert hours[20] > 2 * hours[10] > 10 * hours[3]
    days = Counter(at.astimezone(zone).weekday() for at in times)
    assert days[6] > 1.3 * days[2]
    for at in times[::40]:
        worked = clock.worked(at, at + timedelta(hours=24), 0.5).astimezone(zone)
        assert at < worked < at + timedelta(hours=24)
        assert 8 <= worked.hour < 18


@pytest.mark.django_db
@pytest.mark.parametrize("now", [MONDAY_MORNING, MONDAY_MORNING + timedelta(days=5, hours=19)])
def test_the_desk_of_today_is_the_same_at_any_hour(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        loading.load(now=now, size=LITTLE)
        states = Counter(ticket.due_state(now) for ticket in Ticket.objects.filter(resolved_at=None))
        assert escalation.move_clocks(now) == 0
    assert states["overdue"] == 6
    assert states["due_soon"] == 6
    assert states["on_time"] == 14


@pytest.mark.django_db
@pytest.mark.usefixtures("little")
def test_real_answers_are_not_mixed_with_samples_unless_told() -> None:
    make_answer(make_survey(), 5)
    with pytest.raises(CommandError, match="make demo ARGS=--yes"):
        load()
    assert Response.objects.count() == 1
    assert "cannot sign in" in load("--yes")
    count = Response.objects.count()
    assert count > 100
    assert "already" in load("--yes")  # a second time changes nothing
    assert Response.objects.count() == count
    with pytest.raises(CommandError, match="--reset or --remove"):
        load("--with-tries")


@pytest.mark.django_db
def test_nothing_real_becomes_a_sample_and_no_other_history_can_go() -> None:
    survey = make_survey()
    real = make_ticket(survey, 2)
    with pytest.raises(DatabaseError, match="no sample"), transaction.atomic():
        Sample.objects.create(survey_ids=[survey.pk])
    sample = Sample.objects.create(survey_ids=[make_survey("empty").pk])
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(survey_ids=[survey.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('winback.removing_samples', 'on', true)")
        for ticket_of in (None, sample.survey_ids[0]):
            if ticket_of:  # not even with its ticket moved to a sample
                Ticket.objects.filter(pk=real.pk).update(survey=ticket_of)
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("DELETE FROM followup_activity WHERE ticket_id = %s", [real.pk])


@pytest.mark.django_db
def test_samples_of_an_earlier_version_have_no_list() -> None:
    make_survey("demo-relationship")
    with pytest.raises(CommandError, match="earlier version"):
        load("--remove")


@pytest.mark.django_db
def test_a_load_that_is_stopped_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    whole = loading.load

    def stop(done: int) -> None:
        calls.append(done)
        if sum(calls) > 60:
            raise KeyboardInterrupt

    def load_a_part(now: datetime, **_progress: object) -> loading.Loaded:
        return whole(now=now, size=LITTLE, progress=stop)

    monkeypatch.setattr(loading, "load", load_a_part)
    with pytest.raises(CommandError, match="as it was"):
        load()
    assert not Survey.objects.exists()
    assert not Activity.objects.exists()
    assert not User.objects.exists()


def test_a_deck_gives_every_card_before_any_comes_twice_and_the_same_ones_each_time() -> None:
    first, second = (Deck(range(10), Random(3)) for _time in range(2))
    drawn = [first.draw() for _card in range(20)]
    assert sorted(drawn[:10]) == sorted(drawn[10:]) == list(range(10))
    assert drawn == [second.draw() for _card in range(20)]


def test_the_readme_says_how_to_load_it_after_an_answer_of_ones_own() -> None:
    assert "`make demo ARGS=--yes`" in (CHECKOUT / "README.md").read_text()

"""Tallies by trait are equal to a recount, whoever writes while a trait is marked and its past is counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from nps_project.background import sweep
from surveys.models import Response, ResponseState
from surveys.services import decisions, insert, responses, tallies
from surveys.services.responses import NewAnswer, Origin, row_of
from surveys.tallying import filling
from surveys.tallying.marking import mark_these
from surveys.tallying.models import MOST_VALUES, MarkedTrait, TraitTally
from tests.factories import make_answer, make_survey
from tests.product import within

ROUNDS, WRITERS = 400, 8


def mark(*names: str) -> None:
    """Mark these, and count their past."""
    mark_these(names)
    sweep.run(filling.FILL, timezone.now())


def counts(name: str) -> dict[tuple[str, int], int]:
    """By value and score, of all days."""
    rows = TraitTally.objects.filter(trait__name=name).values_list("value", "score").annotate(Sum("count"))
    return {(value, score): count for value, score, count in rows if count}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("seed", "kills"), [(1, 0), (2, 25)])
def test_eight_writers_while_traits_are_marked_leave_what_a_recount_finds(seed: int, kills: int) -> None:
    """With `kills` so many of them, or of those that fill, lose their connection in the midst of what they do."""
    survey = make_survey()
    made = [make_answer(survey, 5, traits={"plan": "gold"}).pk for _number in range(20)]

    def write(number: int) -> None:
        random = Random(seed * 10_000 + number)
        traits: dict[str, Any] = random.choice(
            [{}, {"plan": "gold"}, {"plan": "silver", "seats": 3}, {"seats": 3.0}, {"plan": ""}]
        )
        one = random.choice(made)
        doors: list[Callable[[], object]] = [
            lambda: made.append(make_answer(survey, random.randrange(11), traits=traits).pk),
            lambda: made.append(make_answer(survey, 3, traits=traits, state="provisional").pk),
            lambda: responses.change_response(response_id=one, answer=NewAnswer(random.randrange(11), str(number))),
            lambda: decisions.discard_response(response_id=one, by=None, reason="spam"),
            lambda: decisions.restore_response(response_id=one, by=None),
            lambda: decisions.accept_response(response_id=one, by=None),
            lambda: import_some(survey, traits),
        ]
        try:
            random.choice([*doors, doors[0], doors[0]])()
        except (OperationalError, InterfaceError):
            if not kills:
                raise
            killed.append(number)
        finally:
            connection.close()

    def fill() -> None:
        try:
            while any(filling.fill_some(one.pk, at_once=7) for one in MarkedTrait.objects.all()):
                pass
        except (OperationalError, InterfaceError):
            if not kills:
                raise
        finally:
            connection.close()

    killed: list[int] = []

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        writing = [pool.submit(write, number) for number in range(ROUNDS)]
        assert within(10, lambda: Response.objects.count() > 40)
        mark_these(["plan", "seats"])
        for one in MarkedTrait.objects.all():
            assert within(10, lambda one=one: filling.begin(one.pk))  # type: ignore[misc]
        filled = [pool.submit(fill), pool.submit(fill)]
        for _number in range(kills):
            kill_one()
        for done in writing + filled:
            done.result(60)  # raises what any of them raised, a deadlock too
    fill()

    assert bool(killed) == bool(kills)
    assert {one.state for one in MarkedTrait.objects.all()} == {"ready"}
    assert tallies.differences() == []
    assert sum(counts("plan").values()) == Response.objects.confirmed().count()
    before = counts("plan") | counts("seats")
    tallies.rebuild()
    assert counts("plan") | counts("seats") == before


def kill_one() -> None:
    """End a connection of this database that does something, as when its worker is killed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
            " ORDER BY random() LIMIT 1"
        )


def import_some(survey: Any, traits: dict[str, Any]) -> None:
    at = timezone.now()
    given = [Origin("import", "en", traits=traits, answered_at=at - timedelta(days=n % 3)) for n in range(5)]
    with transaction.atomic():
        insert.insert_many([row_of(survey, NewAnswer(n), one, at) for n, one in enumerate(given)])


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_waited_while_a_trait_was_marked_is_counted() -> None:
    """It was asked for before the mark was there, and its statement saw the world of that moment."""
    survey = make_survey()
    for _number in range(3):
        make_answer(survey, 9, traits={"plan": "gold"})  # the statement is planned
    mark_these(["plan"])
    begun, may_end = Event(), Event()

    def begin_slowly() -> None:
        try:
            with transaction.atomic():
                filling.begin(MarkedTrait.objects.get().pk)
                begun.set()
                assert may_end.wait(20)
        finally:
            connection.close()

    def answer() -> None:
        try:
            make_answer(survey, 9, traits={"plan": "gold"})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        marking = pool.submit(begin_slowly)
        assert begun.wait(20)
        answering = pool.submit(answer)
        assert within(10, waits_for_a_lock)
        may_end.set()
        marking.result(20)
        answering.result(20)
    sweep.run(filling.FILL, timezone.now())
    assert counts("plan") == {('"gold"', 9): 4}
    assert tallies.differences() == []


@pytest.mark.django_db(transaction=True)
def test_while_somebody_writes_for_long_a_mark_waits_and_no_answer_does() -> None:
    survey = make_survey()
    mark_these(["plan"])
    written, may_end = Event(), Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                make_answer(survey, 9)
                written.set()
                assert may_end.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_slowly)
        assert written.wait(20)
        assert sweep.run(filling.FILL, timezone.now()) == 0
        assert MarkedTrait.objects.get().state == "waiting"
        make_answer(survey, 8)
        may_end.set()
        writing.result(20)
    sweep.run(filling.FILL, timezone.now())
    assert counts("plan") == {("null", 9): 1, ("null", 8): 1}


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", ["filling", "change"])
def test_a_change_and_the_part_that_counts_its_answer_wait_for_each_other(is_first: str) -> None:
    answer = make_answer(make_survey(), 2, traits={"plan": "gold"})
    mark_these(["plan"])
    found = MarkedTrait.objects.get()
    filling.begin(found.pk)
    done, may_end = Event(), Event()

    def fill() -> None:
        filling.fill_some(found.pk)

    def change() -> None:
        responses.change_response(response_id=answer.pk, answer=NewAnswer(10))

    def hold(act: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                act()
                done.set()
                assert may_end.wait(20)
        finally:
            connection.close()

    def wait(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connection.close()

    first, second = (fill, change) if is_first == "filling" else (change, fill)
    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold, first)
        assert done.wait(20)
        waiting = pool.submit(wait, second)
        assert within(10, waits_for_a_lock)
        may_end.set()
        holding.result(20)
        waiting.result(20)
    assert counts("plan") == {('"gold"', 10): 1}
    assert tallies.differences() == []


@pytest.mark.django_db(transaction=True)
def test_marks_come_and_go_while_answers_change_and_nobody_is_refused() -> None:
    survey = make_survey()
    made = [make_answer(survey, 5, traits={"plan": "gold", "region": number % 3}).pk for number in range(10)]

    def change(number: int) -> None:
        try:
            responses.change_response(response_id=made[number % 10], answer=NewAnswer(number % 11, str(number)))
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        changing = [pool.submit(change, number) for number in range(150)]
        for names in (["plan"], ["region", "plan"], ["region"], ["plan", "region"], [], ["plan", "region"]):
            mark(*names)
            filling.delete_unmarked()
        for done in changing:
            done.result(60)
    for _number in range(3):
        sweep.run(filling.FILL, timezone.now())
    assert {one.state for one in MarkedTrait.objects.all()} == {"ready"}
    assert tallies.differences() == []


@pytest.mark.django_db
def test_the_past_is_counted_in_parts_and_changes_meanwhile_count_once() -> None:
    survey = make_survey()
    made = [make_answer(survey, 2, traits={"plan": "gold"}).pk for _number in range(4)]
    mark_these(["plan"])
    found = MarkedTrait.objects.get()
    assert filling.begin(found.pk)
    assert filling.fill_some(found.pk, at_once=2)
    assert counts("plan") == {('"gold"', 2): 2}
    assert 0 < MarkedTrait.objects.get().percent < 100

    for pk in (made[0], made[3]):
        responses.change_response(response_id=pk, answer=NewAnswer(10))
    make_answer(survey, 5, traits={"plan": "gold"})
    assert counts("plan") == {('"gold"', 2): 1, ('"gold"', 10): 1, ('"gold"', 5): 1}
    assert tallies.differences() == [], "what is to be counted yet is no difference"

    assert not filling.fill_some(found.pk)
    assert counts("plan") == {('"gold"', 2): 2, ('"gold"', 10): 2, ('"gold"', 5): 1}
    assert tallies.differences() == []
    found.refresh_from_db()
    assert (found.state, found.percent, found.values) == ("ready", 100, 1)


class Stopped(BaseException):
    """The worker is gone."""


@pytest.mark.django_db(transaction=True)
def test_stopped_at_any_statement_filling_goes_on_where_it_was() -> None:
    survey = make_survey()
    for number in range(6):
        make_answer(survey, number, traits={"plan": number % 2})
    mark_these(["plan"])
    found = MarkedTrait.objects.get()
    stops = 0
    for stop_at in range(1, 200):
        left = [stop_at]

        def statement(execute: Callable[..., Any], *call: Any, left: list[int] = left) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Stopped
            return execute(*call)

        try:
            with connection.execute_wrapper(statement):
                while not filling.begin(found.pk):  # a busy machine keeps its lock for longer
                    pass
                while filling.fill_some(found.pk, at_once=2):
                    pass
            break
        except Stopped:
            stops += 1
            assert tallies.differences() == []
    assert stops > 5
    assert MarkedTrait.objects.get().state == "ready"
    assert tallies.differences() == []
    assert sum(counts("plan").values()) == 6


@pytest.mark.django_db
def test_a_wrong_tally_is_named_and_mended(capsys: pytest.CaptureFixture[str]) -> None:
    survey = make_survey()
    make_answer(survey, 9, traits={"plan": "gold"})
    mark("plan")
    TraitTally.objects.update(count=5)
    [difference] = tallies.differences()
    assert (difference.trait, difference.value, difference.tally, difference.recount) == ("plan", '"gold"', 5, 1)
    with pytest.raises(SystemExit):
        call_command("check_tallies")
    assert 'plan "gold", survey' in capsys.readouterr().out
    assert tallies.rebuild() == 2
    assert tallies.differences() == []
    call_command("check_tallies")


@pytest.mark.django_db
def test_a_trait_with_too_many_values_is_refused_and_takes_no_room() -> None:
    survey, at = make_survey(), timezone.now()
    given = [Origin("import", "en", traits={"order": n}, answered_at=at) for n in range(MOST_VALUES + 1)]
    insert.insert_many([row_of(survey, NewAnswer(9), one, at) for one in given])
    mark("order")
    refused = MarkedTrait.objects.get()
    assert (refused.state, refused.values) == ("refused", MOST_VALUES + 1)
    filling.delete_unmarked()
    make_answer(survey, 9, traits={"order": 1})
    assert not TraitTally.objects.exists()
    assert tallies.differences() == []

    Response.objects.filter(traits__order=0).update(state=ResponseState.DISCARDED)
    tallies.rebuild()
    mark("order")
    assert MarkedTrait.objects.get().state == "ready", "marked again it is tried again"


@pytest.mark.django_db
def test_a_trait_that_grows_too_many_values_is_refused_within_the_hour() -> None:
    survey, at = make_survey(), timezone.now()
    mark("order")
    given = [Origin("import", "en", traits={"order": n}, answered_at=at) for n in range(MOST_VALUES + 1)]
    insert.insert_many([row_of(survey, NewAnswer(9), one, at) for one in given])
    assert MarkedTrait.objects.get().state == "ready"
    sweep.run(filling.FILL, at + filling.LOOK_EVERY + timedelta(minutes=1))
    assert MarkedTrait.objects.get().state == "refused"


@pytest.mark.django_db
def test_without_its_mark_a_trait_is_counted_no_longer_and_marked_again_whole() -> None:
    survey = make_survey()
    make_answer(survey, 9, traits={"plan": "gold"})
    mark("plan", "region")
    mark("region")
    make_answer(survey, 9, traits={"plan": "gold"})
    assert filling.delete_unmarked() == 1
    assert counts("region") == {("null", 9): 2}
    mark("plan", "region")
    assert counts("plan") == {('"gold"', 9): 2}

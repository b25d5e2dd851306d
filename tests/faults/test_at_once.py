"""Promises 2 and 5 with everybody at the same ticket at once: customer, colleagues, workers and sweeps."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from followup import tallying
from followup.causes import services as causes
from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Activity, Attempt, RootCause, Ticket
from followup.tickets import actions, attempts, identity, opening
from nps_project.deliveries.models import Delivery
from nps_project.errors import DomainError
from surveys.models import Response
from surveys.services import decisions, responses, tallies
from surveys.services.responses import NewAnswer
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.product import within
from tests.sizes import FULL

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, HANDS = 160, 10


@pytest.mark.parametrize("seed", [1, 2] if FULL else [1])
def test_whatever_they_do_at_once_nothing_is_lost_or_told_twice(seed: int) -> None:
    causes.ensure_defaults()
    survey, cause = make_survey(), RootCause.objects.all()[0]
    people = [make_user(f"agent{number}") for number in range(3)]
    make_user("chief", "manager")
    make_contact(1)
    made = [make_answer(survey, score, contact_email="customer1@example.com") for score in (0, 5, 9)]
    done: Counter[str] = Counter()

    def act(number: int) -> None:
        random = Random(seed * 10_000 + number)
        response_id, by = random.choice(made).pk, random.choice(people)
        ticket = Ticket.objects.filter(response=response_id).first()
        step = random.choice([*ticket.steps.all()]) if ticket else None
        of_customer: dict[str, Callable[[], object]] = {
            "change": lambda: responses.change_response(
                response_id=response_id,
                answer=NewAnswer(random.randrange(11), str(number), contact_email="customer1@example.com"),
            ),
            "discard": lambda: decisions.discard_response(response_id=response_id, by=None, reason="spam"),
            "confirm": lambda: decisions.accept_response(response_id=response_id, by=None),
            "open": lambda: opening.open_for_responses([one.pk for one in made]),
            "count": tallying.move_changes,
            "sweep": lambda: escalation.move_clocks(timezone.now() + timedelta(hours=random.randrange(100))),
        }
        if ticket and step:
            key, soon = ticket.pk, timezone.now() + timedelta(hours=1)
            of_customer |= {
                "claim": lambda: actions.claim(ticket_id=key, by=by),
                "note": lambda: actions.add_note(ticket_id=key, by=by, text=str(number)),
                "attempt": lambda: attempts.log_attempt(ticket_id=key, by=by, result="reached"),
                "step": lambda: actions.set_step(ticket_id=key, by=by, step_id=step.pk),
                "wait": lambda: actions.wait(ticket_id=key, by=by, until=soon),
                "resolve": lambda: actions.resolve(ticket_id=key, by=by, outcome="kept", root_cause=cause, note="x"),
                "reopen": lambda: actions.reopen(ticket_id=key, by=by, reason="x"),
                "recognise": lambda: identity.confirm_contact(ticket_id=key, by=by),
                "amount": lambda: actions.set_step(
                    ticket_id=key, by=by, step_id=step.pk, amount=Decimal(number), currency="EUR"
                ),
            }
        name = random.choice(sorted(of_customer))
        try:
            of_customer[name]()
        except DomainError:
            done["refused"] += 1
        else:
            done[name] += 1
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(act, range(ROUNDS)))  # raises what any of them raised, a deadlock too
    opening.open_for_responses([one.pk for one in made])

    assert len(done) >= 12, done
    assert tallies.differences() == []
    assert tallying.differing_days() == []
    assert list(chain.verify()) == []
    assert not Response.objects.unprocessed().exists()
    for response in Response.objects.filter(state="confirmed", score__lte=6):
        assert Ticket.objects.filter(response=response, answer_score=response.score).count() == 1
    assert Activity.objects.filter(kind="attempt").count() == Attempt.objects.count() == done["attempt"]
    assert Activity.objects.filter(kind="note").count() == done["note"]
    keys = list(Delivery.objects.values_list("dedupe_key", flat=True))
    assert len(keys) == len(set(keys))


def test_an_answer_that_turns_bad_while_many_are_looked_at_gets_its_ticket() -> None:
    """A storm found it: the look at many waits for the change, and must see what the change left behind."""
    survey = make_survey()
    made = [make_answer(survey, 9, contact_email="a@example.com") for _number in range(4)]

    def look() -> None:
        try:
            opening.open_for_responses([one.pk for one in made])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            responses.change_response(response_id=made[0].pk, answer=NewAnswer(2, contact_email="a@example.com"))
            looking = pool.submit(look)
            assert within(10, waits_for_a_lock), "it began with the answer as it was"
        looking.result(20)
    opening.open_for_responses([one.pk for one in made])
    assert list(Ticket.objects.values_list("response", "score")) == [(made[0].pk, 2)]
    assert not Response.objects.unprocessed().exists()


def waits_for_a_lock() -> bool:
    """Whether some connection to this database waits for another one's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one moment of it otherwise
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])

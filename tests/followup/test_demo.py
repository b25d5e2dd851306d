"""The sample data: believable, in every state, and quiet."""

from collections import Counter
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from followup.demo import loading
from followup.demo.deck import Deck
from followup.models import Outcome, Ticket, TicketStatus
from followup.services import escalation, history
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery, Status
from surveys.models import Contact, Response
from surveys.services import tallies
from tests.making import make_answer, make_survey

pytestmark = pytest.mark.django_db


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_sample_data_shows_everything_and_shouts_at_nobody() -> None:
    assert "cannot sign in" in load()
    now = timezone.now()
    found = list(Ticket.objects.select_related("response", "play"))
    assert {ticket.status for ticket in found} == set(TicketStatus)
    assert {ticket.outcome for ticket in found if ticket.outcome} == set(Outcome)
    states = Counter(ticket.due_state(now) for ticket in found)
    assert {"on_time", "due_soon", "overdue", "met", "missed", None} <= set(states)
    assert all(ticket.response.answered_at <= ticket.opened_at <= now for ticket in found)

    assert escalation.move_clocks(now) == 0
    assert not Delivery.objects.exclude(status=Status.SUPPRESSED).exists()
    assert Delivery.objects.exists()
    assert list(history.verify()) == []
    assert tallies.differences() == []
    assert not Response.objects.unprocessed().exists()

    answers = Response.objects.all()
    assert answers.count() == loading.ANSWERS
    assert set(answers.values_list("language", flat=True)) == {"en", "nl", "da"}
    assert len(set(answers.exclude(comment="").values_list("comment", flat=True))) > 120
    assert not Contact.objects.exclude(email__endswith="@example.com").exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_real_answers_are_not_mixed_with_samples_unless_told() -> None:
    make_answer(make_survey(), 5)
    with pytest.raises(CommandError, match="--yes"):
        load()
    assert Response.objects.count() == 1
    load("--yes")
    assert Response.objects.count() == loading.ANSWERS + 1
    assert "already" in load("--yes")  # a second time changes nothing
    assert Response.objects.count() == loading.ANSWERS + 1


def test_a_deck_gives_every_card_before_any_comes_twice_and_the_same_ones_each_time() -> None:
    first, second = (Deck(range(10), Random(3)) for _time in range(2))
    drawn = [first.draw() for _card in range(20)]
    assert sorted(drawn[:10]) == sorted(drawn[10:]) == list(range(10))
    assert drawn == [second.draw() for _card in range(20)]

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
from django.utils import timezone

from followup import statistics
from followup.conversations.models import Message
from followup.conversations.slots.models import CallBooking
from followup.demo import comments, loading
from followup.demo.clock import Clock, Window
from followup.demo.deck import Deck
from followup.demo.lexicon import fill
from followup.demo.plan import AFTER_DELIVERY, Planned, plan
from followup.escalation import services as escalation
from followup.history import chain
from followup.insights.events.models import Event
from followup.insights.figures.periods import PERIOD_DAYS as STANDARD_DAYS
from followup.insights.improvements.models import Improvement, Told
from followup.insights.silence.calls.progress import finding_of, progress_of
from followup.insights.silence.models import CallList
from followup.management.commands import load_demo
from followup.models import Activity, Outcome, Playbook, Ticket, TicketStatus
from followup.playbooks.trials.models import Trial
from followup.tasks import open_missed_tickets
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.tasks import send_due
from surveys.campaigns import tasks as asking_tasks
from surveys.campaigns.running.progress import counts_of
from surveys.contacts.services import save_contact
from surveys.models import Campaign, Company, Contact, Invitation, Response, Sample, Segment, Survey, Tally
from surveys.scanners.models import OpenedMail, Opening, Tap
from surveys.services import tallies
from surveys.services.invitations import create_invitation
from surveys.tallying import filling
from surveys.tallying.marking import mark_these
from surveys.tallying.models import TraitTally
from tests.factories import make_answer, make_survey, make_ticket, make_user
from tests.product import CHECKOUT
from tests.surveys.scanners.conftest import opened_and_tapped

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
def test_the_sample_data_shows_everything_and_shouts_at_nobody() -> None:
    done: list[int] = []
    begun: list[int] = []
    loaded = loading.load(now=timezone.now(), size=0.08, begin=begun.append, progress=done.append)
    now = timezone.now()
    found = list(Ticket.objects.select_related("response", "play", "owner"))
    assert loaded == loading.Loaded(Response.objects.count(), len(found))
    assert begun == [sum(done)]
    called = CallList.objects.get()
    assert loaded.answers - begun[0] == progress_of([called])[called.pk].said >= 10
    assert finding_of(called, progress_of([called])[called.pk]).whole is not None
    assert {ticket.status for ticket in found} == set(TicketStatus)
    assert {ticket.outcome for ticket in found if ticket.outcome} == set(Outcome)
    states = Counter(ticket.due_state(now) for ticket in found)
    assert min(states[state] for state in ("on_time", "due_soon", "overdue", "missed", None)) >= 4
    assert 0.7 < states["met"] / (states["met"] + states["missed"]) < 0.95
    assert 30 <= sum(not ticket.is_resolved for ticket in found) <= 60
    assert all(ticket.response.answered_at <= ticket.opened_at <= now for ticket in found)
    causes = set(Ticket.objects.exclude(root_cause=None).values_list("root_cause__slug", flat=True))
    assert len(causes) >= 6
    improved = [ticket for ticket in found if ticket.improved_at]
    assert improved
    assert Activity.objects.filter(kind="asked_again").exists()

    assert set(Message.objects.values_list("direction", "status")) == {("in", "received"), ("out", "delivered")}
    assert "{" not in "".join(Message.objects.values_list("text", flat=True))
    assert Message.objects.filter(channel="case").exists()
    assert {one.person for one in CallBooking.objects.all()} <= {ticket.owner for ticket in found}
    assert CallBooking.objects.that_hold().filter(starts_at__gt=now).exists()
    assert set(Ticket.objects.filter(resolved_at=None).values_list("customer_said", flat=True)) >= {
        "fixed",
        "not_fixed",
    }

    trial = Trial.objects.get()
    assert trial.state == "ended"
    assert trial.result is not None
    assert sum(trial.result[arm]["n"] for arm in "ab") == min(trial.size, trial.draws.count()) > 0
    assert {entry.data["arm"] for entry in Activity.objects.filter(kind="trial_drawn")} == {"a", "b"}

    # The sweeps of the first minute find nothing to do, and the promises that were broken are marked as told.
    assert escalation.move_clocks(now) == 0
    open_missed_tickets()
    send_due()
    assert not Response.objects.unprocessed().exists()
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.SUPPRESSED}
    assert not Delivery.objects.filter(queued_at__gt=now).exists()
    overdue = [ticket.pk for ticket in found if ticket.due_state(now) == "overdue"]
    assert Activity.objects.filter(ticket__in=overdue, kind="escalated").count() == len(overdue)

    assert list(chain.verify()) == []
    for ticket in found:
        times = [entry.at for entry in ticket.activities.order_by("number")]
        assert times == sorted(times)
        assert times[-1] <= now
    assert tallies.differences() == []
    assert set(Response.objects.values_list("language", flat=True)) == {"en", "nl", "da"}
    assert {"country", "region", "plan", "account_manager"} <= {
        key for one in Contact.objects.all() for key in one.traits
    }
    assert not Contact.objects.exclude(email__endswith="@example.com").exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not User.objects.exclude(email__endswith="@example.com").exists()
    campaigns = {campaign.status: campaign for campaign in Campaign.objects.all()}
    assert set(campaigns) == {"finished", "paused", "running"}
    counts = counts_of(list(campaigns.values()))
    assert min(counts[campaign.pk].answered for campaign in campaigns.values()) > 0
    assert counts[campaigns["paused"].pk].bounced > counts[campaigns["finished"].pk].bounced / 2
    assert counts[campaigns["finished"].pk].waiting == 0 < counts[campaigns["running"].pk].waiting
    before = list(Invitation.objects.order_by("pk").values_list("status", "asked_at"))
    asking_tasks.go_on(now + timedelta(days=3))
    assert list(Invitation.objects.order_by("pk").values_list("status", "asked_at")) == before
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.SUPPRESSED}
    assert [event.words for event in Event.objects.all()][:2] == ["Strike in the warehouse", "The strike is over"]
    mended = {one.state: one for one in Improvement.objects.all()}
    assert set(mended) == {"done", "doing"}
    sent = Told.objects.filter(improvement=mended["done"], status="sent")
    assert sent.count() >= 3
    assert Activity.objects.filter(kind="improvement_told").count() == sent.count()
    figures = statistics.follow_up_figures(Ticket.objects.all(), at=now)
    assert figures.open == sum(not ticket.is_resolved for ticket in found)


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
@pytest.mark.usefixtures("little")
def test_removing_takes_the_samples_and_nothing_else() -> None:
    assert "no sample data" in load("--remove")
    survey, ada = make_survey(), make_user("ada", "admin")
    real = make_ticket(survey, 2, "Real", contact=None, contact_email="me@firm.example")
    mark_these(["plan"])
    sweep.run(filling.FILL, timezone.now())
    load("--yes")
    again = load("--reset", "--yes")
    assert "answers removed" in again
    assert "answers with" in again

    sample = Ticket.objects.filter(resolved_at=None, owner=None).exclude(pk=real.pk).first()
    assert sample is not None
    actions.claim(ticket_id=sample.pk, by=ada)  # worked on by a real colleague, and still a sample
    assert Segment.objects.count() == 3
    assert Contact.objects.exclude(company=None).exclude(last_answered_at=None).exists()
    shared = Company.objects.order_by("pk")[0].name
    mine = save_contact(Contact(), {"name": "Real", "company_name": shared})
    opened_and_tapped(Invitation.objects.order_by("pk")[0], sample.response)
    load("--remove")
    assert mine.company is not None
    mine.delete()
    assert list(Ticket.objects.all()) == [real]
    assert list(Response.objects.all()) == [real.response]
    assert list(Survey.objects.all()) == [survey]
    assert list(User.objects.all()) == [ada]
    assert list(Company.objects.values_list("name", flat=True)) == [shared]  # it has a real contact meanwhile
    for model in (Contact, Invitation, Campaign, Team, Sample, Segment, Opening, OpenedMail, Tap):
        assert not model.objects.exists()
    assert Playbook.objects.get().is_default
    for counts in (Tally, TraitTally):
        assert set(counts.objects.values_list("survey", flat=True)) == {survey.pk}
    assert Delivery.objects.filter(status=Status.SUPPRESSED).count() == 0
    assert list(chain.verify()) == []
    assert tallies.differences() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("little")
def test_removing_refuses_where_something_real_hangs_on_a_sample() -> None:
    survey = make_survey()
    load()
    before = Response.objects.count()
    customer = Contact.objects.order_by("pk")[0]
    answer = make_answer(survey, 9, contact=customer)
    survey.team = Team.objects.order_by("pk")[0]
    survey.save()
    with pytest.raises(CommandError) as refused:
        load("--remove")
    assert f"answer {answer.pk}: contact is a sample" in str(refused.value)
    assert f"survey {survey.pk}: team is a sample" in str(refused.value)
    survey.team = None
    survey.save()
    Response.objects.filter(pk=answer.pk).update(contact=None)

    tried = Survey.objects.get(slug="demo-after-service")
    make_ticket(tried, 1, "Trying it")
    create_invitation(survey=tried, contact=customer)
    with pytest.raises(CommandError, match="--with-tries"):
        load("--reset", "--yes")
    assert Response.objects.count() == before + 2
    load("--remove", "--with-tries")
    assert list(Response.objects.all()) == [answer]


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

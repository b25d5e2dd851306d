"""The sample year, loaded once: believable, in every state, quiet, and gone again without a trace."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.management import CommandError
from django.utils import timezone

from followup import statistics
from followup.conversations.models import Message
from followup.conversations.slots.models import CallBooking
from followup.demo import loading
from followup.escalation import services as escalation
from followup.history import chain
from followup.insights.events.models import Event
from followup.insights.improvements.models import Improvement, Told
from followup.insights.recovery.facts import UNTOUCHED
from followup.insights.recovery.figures import figures_of
from followup.insights.recovery.query import Selection, read
from followup.insights.silence.calls.progress import finding_of, progress_of
from followup.insights.silence.models import CallList
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
from tests.followup.demo.test_demo import LITTLE, load
from tests.kept_rows import kept_for_module
from tests.surveys.scanners.conftest import opened_and_tapped

pytestmark = pytest.mark.django_db


@dataclass
class Year:
    """What the load said, and when it was done."""

    loaded: loading.Loaded
    begun: list[int]
    done: list[int]
    at: datetime


def load_a_year() -> Year:
    begun: list[int] = []
    done: list[int] = []
    loaded = loading.load(now=timezone.now(), size=0.12, begin=begun.append, progress=done.append)
    return Year(loaded, begun, done, timezone.now())


kept_year = kept_for_module(load_a_year)


@pytest.fixture
def year(db: None, kept_year: Year) -> Year:
    return kept_year


def test_the_sample_data_shows_everything_and_shouts_at_nobody(year: Year) -> None:
    loaded, done, begun, now = year.loaded, year.done, year.begun, year.at
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


def test_the_sample_year_says_who_recovered_and_who_left(year: Year) -> None:
    now = year.at
    found = figures_of(read(Selection(Ticket.objects.all(), Survey.objects.all(), None, None, now, None)))
    assert found.recovered.of >= 10
    assert found.retained is not None
    assert found.retained.share is not None
    assert 0.5 < found.retained.share < 1
    left = Contact.objects.filter(churned_at__isnull=False)
    assert left.count() == Activity.objects.filter(kind="left").count() > 0
    assert all(contact.churned_at is not None and contact.churned_at <= now for contact in left)
    assert any(cell.speed == UNTOUCHED and cell.second is not None for cell in read(
        Selection(Ticket.objects.all(), Survey.objects.all(), None, None, now, None)).cells)  # fmt: skip
    assert list(chain.verify()) == []


def test_removing_takes_the_samples_and_nothing_else(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load", partial(loading.load, size=LITTLE))
    survey, ada = make_survey(), make_user("ada", "admin")
    real = make_ticket(survey, 2, "Real", contact=None, contact_email="me@firm.example")
    mark_these(["plan"])
    sweep.run(filling.FILL, timezone.now())
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
    assert "no sample data" in load("--remove")


def test_removing_refuses_where_something_real_hangs_on_a_sample(year: Year) -> None:
    survey = make_survey()
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

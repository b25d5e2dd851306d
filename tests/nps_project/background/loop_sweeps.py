"""Rows that are due for the sweeps of trials, improvements, calls, weekly mails and reports."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from followup.insights.improvements.models import Improvement, Told
from followup.insights.praise.models import LovedWords
from followup.insights.reports.models import Report
from followup.insights.silence.models import Call, CallList
from followup.insights.themes.models import Theme
from followup.insights.weekly.models import WeeklyMail
from followup.insights.weekly.sending import basis_of
from followup.insights.words.models import LANGUAGES, ToRead
from followup.playbooks.trials.models import Trial
from nps_project.common.dates import company_day
from nps_project.privacy import erasing
from nps_project.privacy.models import Kind
from surveys.tallying.days.counting import keep_divisions
from surveys.tallying.models import CountedDay, Division, MarkedTrait
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.playbooks.trials.making import run_trial

SECONDS, DAY = timedelta(seconds=10), timedelta(days=1)


def to_send_weekly() -> tuple[list[int], datetime]:
    at = timezone.now()
    people = [make_user(name, "manager") for name in ("ann", "bob", "cee")]
    made = [WeeklyMail(person=person, due_at=at, basis=basis_of(person)) for person in people]
    return [row.pk for row in WeeklyMail.objects.bulk_create(made)], at


def to_erase_late() -> tuple[list[int], datetime]:
    """Answers that were stored while their customers were erased."""
    survey, contacts = make_survey(), [make_contact(number) for number in (1, 2, 3)]
    for one in contacts:
        erasing.erase(Kind.CONTACT, one.pk)
    return [make_answer(survey, 9, "Late", contact=one).pk for one in contacts], timezone.now()


def to_send_reports() -> tuple[list[int], datetime]:
    at = timezone.now()
    people = [make_user(name, "manager") for name in ("ann", "bob", "cee")]
    made = [Report(person=person, due_at=at) for person in people]
    return [row.pk for row in Report.objects.bulk_create(made)], at


def is_reported(row_id: int) -> bool:
    return Report.objects.get(pk=row_id).last_day is not None


def is_moved_on(row_id: int) -> bool:
    return WeeklyMail.objects.get(pk=row_id).week is not None


def to_end_trials() -> tuple[list[int], datetime]:
    survey, at = make_survey(), timezone.now()
    trials = [run_trial(survey, scores=[score], last_day=at.date()) for score in (1, 2, 3)]
    return [row.pk for row in trials], at + 2 * DAY


def is_waiting(trial_id: int) -> bool:
    return Trial.objects.get(pk=trial_id).state == "waiting"


def improvements(**fields: Any) -> list[Improvement]:
    owner = make_user("owner")
    return [Improvement.objects.create(title=f"{n}", owner=owner, **fields) for n in range(3)]


def overdue() -> tuple[list[int], datetime]:
    return [row.pk for row in improvements(due_on=timezone.localdate() - DAY)], timezone.now() + SECONDS


def to_be_told() -> tuple[list[int], datetime]:
    at = timezone.now()
    telling = improvements(state="done", done_on=at.date(), reviewed_at=at, is_telling=True, looked_at=at)
    survey = make_survey()
    tickets = [make_ticket(survey, 2, contact=make_contact(number)) for number in range(3)]
    rows = [
        Told.objects.create(
            improvement=one, contact_id=ticket.response.contact_id or 0, ticket=ticket, survey=ticket.survey
        )
        for one, ticket in zip(telling, tickets, strict=True)
    ]  # fmt: skip
    return [row.pk for row in rows], timezone.now() + SECONDS


def to_count_praise() -> tuple[list[int], datetime]:
    made = [make_survey(f"survey-{n}") for n in range(3)]
    for one in made:
        LovedWords.objects.create(survey=one, language="en", n=0, counted_at=timezone.now() - 2 * DAY)
    return [row.pk for row in made], timezone.now() + SECONDS


def to_lapse() -> tuple[list[int], datetime]:
    at, drawn = timezone.now(), CallList.objects.create(name="Silent", survey=make_survey())
    rows = [
        Call.objects.create(
            call_list=drawn, contact=make_contact(number), place=number, state="claimed", claimed_at=at - DAY
        )
        for number in range(3)
    ]  # fmt: skip
    return [row.pk for row in rows], at


def to_read() -> tuple[list[int], datetime]:
    survey = make_survey()
    made = [make_answer(survey, 3, f"The {what} came too late") for what in ("sofa", "table", "bed")]
    return [ToRead.objects.create(response=answer).pk for answer in made], timezone.now() + SECONDS


def to_learn() -> tuple[list[int], datetime]:
    return [Theme.objects.create(language=language).pk for language in LANGUAGES], timezone.now() + SECONDS


def to_fill() -> tuple[list[int], datetime]:
    made = [MarkedTrait.objects.create(name=name, place=place) for place, name in enumerate(("a", "b", "c"), start=1)]
    return [row.pk for row in made], timezone.now() + SECONDS


def to_count_days() -> tuple[list[int], datetime]:
    at = timezone.now()
    make_answer(make_survey(), 9, answered_at=at - 3 * DAY)
    keep_divisions()
    ids = list(Division.objects.exclude(name__startswith="asks").order_by("pk").values_list("pk", flat=True))
    CountedDay.objects.bulk_create(CountedDay(division_id=pk, day=company_day(at - 3 * DAY)) for pk in ids[3:])
    return ids[:3], at

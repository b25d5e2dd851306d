"""The ends of trials, by the clock: the drawing ends at its size or day, and the result is counted once, later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from followup.models import Playbook
from followup.playbooks.trials import second_scores
from followup.playbooks.trials.models import UNDER_WAY, Draw, Trial, TrialState
from nps_project.background.sweep import Sweep, add
from nps_project.common.dates import company_day

# So long after the drawing an answer may still wait for its ticket, with the promise that its page showed.
STRAGGLERS = timedelta(days=1)


def _due(at: datetime) -> QuerySet[Trial]:
    """Trials that have drawn enough, whose second scores are in, or that can draw nobody any more."""
    today = company_day(at)
    drawn = Draw.objects.filter(trial=OuterRef("pk")).order_by().values("trial").annotate(n=Count("pk")).values("n")
    full = Q(state=TrialState.DRAWING) & (Q(last_day__lt=today) | Q(drawn__gte=2 * F("per_arm")))
    counted = Q(state=TrialState.WAITING, counts_until__lte=at)
    over = Q(state__in=(TrialState.ENDED, TrialState.STOPPED), playbook__has_trial=True, may_draw=False)
    rows = Trial.objects.alias(
        drawn=Subquery(drawn), may_draw=Exists(_may_draw(at).filter(playbook=OuterRef("playbook")))
    )
    return rows.filter(full | counted | over).order_by("pk")


def _may_draw(at: datetime) -> QuerySet[Trial]:
    lately = Q(drawn_until__gt=at - STRAGGLERS)
    return Trial.objects.filter(Q(state__in=UNDER_WAY) | lately)


@transaction.atomic
def move_on(trial_id: int, at: datetime) -> bool:
    """Take a trial to its next state, if it is due still. Whoever starts or stops one locks the playbook, too."""
    book_id = Trial.objects.values_list("playbook", flat=True).get(pk=trial_id)
    book = Playbook.objects.select_for_update(no_key=True).get(pk=book_id)
    trial = _due(at).filter(pk=trial_id).first()
    if trial is None:
        return False
    if trial.state == TrialState.DRAWING:
        trial.state, trial.drawn_until = TrialState.WAITING, at
        trial.counts_until = at + timedelta(days=trial.window_days)
        trial.save(update_fields=["state", "drawn_until", "counts_until"])
    elif trial.state == TrialState.WAITING:
        trial.state, trial.ended_at, trial.result = TrialState.ENDED, at, second_scores.of_trial(trial)
        trial.save(update_fields=["state", "ended_at", "result"])
    else:
        book.has_trial = False
        book.save(update_fields=["has_trial"])
    return True


MOVE = add(Sweep("trials.move", _due, move_on))

"""The list of trials, one trial, and what is done with it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.errors import WrongState
from followup.insights.trials import planning, texts
from followup.insights.trials.access import all_teams_required
from followup.insights.trials.estimate import POWER, Comparison
from followup.insights.trials.export import fields, table, with_drawn
from followup.insights.trials.forms import StopForm, today
from followup.playbooks import services as playbooks
from followup.playbooks.trials import services as trials
from followup.playbooks.trials.models import Trial, TrialState
from followup.presentation.play_texts import changes
from followup.presentation.wording import percent
from nps_project.accounts.permissions import StaffRequest
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download
from nps_project.web.setup_pages import Crumb

MOST = 200


def crumbs() -> list[Crumb]:
    """Where the pages of a trial stand."""
    return [(reverse("trials:list"), _("Trials"))]


@all_teams_required
@require_safe
@read_from_replica
def trial_list(request: StaffRequest) -> HttpResponse:
    """Every trial, the newest first; two queries."""
    rows = with_drawn()[:MOST]
    shown = [
        {"trial": row, "drawn": fields(row)["drawn"],
         "result": texts.headline(Comparison.of(row.result)) if row.result else ""}
        for row in rows
    ]  # fmt: skip
    context = {"room": "insights", "here": "trials", "title": _("Trials"), "rows": shown}
    return render(request, "followup/insights/trials/trials.html", context)


@all_teams_required
@require_safe
@read_from_replica
def trial(request: StaffRequest, trial_id: int) -> HttpResponse:
    """One trial, by its state: until its end only how many were drawn, never what came out."""
    return page(request, _trial(trial_id), StopForm())


def _trial(trial_id: int) -> Trial:
    people = ("playbook", "created_by", "started_by", "stopped_by", "adopted_by", "adopted")
    return get_object_or_404(Trial.objects.select_related(*people), pk=trial_id)


@all_teams_required
@require_safe
@read_from_replica
def as_csv(request: StaffRequest) -> HttpResponseBase:
    """Every trial as a table."""
    return download(request, iter([list(table())]), kind="csv", name="trials", about="trials")


def page(
    request: StaffRequest, row: Trial, form: StopForm, faults: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    """The page of a trial."""
    at = timezone.now()
    before = playbooks.plays_of_version(row.before_id) if row.before_id else playbooks.plays_of(row.playbook)
    changed = playbooks.plays_of_version(row.changed_id)
    context: dict[str, Any] = {
        "room": "insights", "here": "trials", "title": row.name, "trial": row, "crumbs": crumbs(), "faults": faults,
        "stop_form": form, "surveys": list(row.surveys.order_by("name")), "power": round(100 * POWER),
        "plays": [{"score": score, "changes": changes(before[score], changed[score])} for score in row.scores],
        "other_share": row.baseline + row.effect,
    }  # fmt: skip
    if row.state == TrialState.DRAFT:
        context["outlook"] = planning.outlook(row, at)
        context["is_late"] = row.last_day < today(at)
    else:
        context["drawn"] = min(row.draws.count(), row.size)
    if row.result:
        found = Comparison.of(row.result)
        context |= {
            "found": found, "headline": texts.headline(found), "explained": list(texts.explained(found, row)),
            "limits": list(texts.limits(found, row)), "range": texts.Range.of(found), "sides": _sides(found),
        }  # fmt: skip
    return render(request, "followup/insights/trials/trial.html", context, status=status)


def _sides(found: Comparison) -> list[dict[str, Any]]:
    return [
        {"name": name, "side": side, "share": percent(side.share), "meter": round(100 * (side.share or 0)),
         "low": percent(side.interval[0]), "high": percent(side.interval[1])}
        for name, side in ((_("As it is"), found.a), (_("With the change"), found.b))
    ]  # fmt: skip


def _start(request: StaffRequest, row: Trial) -> str:
    trials.start(trial_id=row.pk, by=request.user, at=timezone.now())
    return _("It has started. From now on the coin decides; you see here how many are drawn.")


def _adopt(request: StaffRequest, row: Trial) -> str:
    version = trials.adopt(trial_id=row.pk, by=request.user, at=timezone.now())
    words = _("The change is in force, as version %(number)d of the playbook. It counts from the next answer on.")
    return words % {"number": version.number}


def _delete(_request: StaffRequest, row: Trial) -> str:
    trials.delete(trial_id=row.pk)
    return _("The draft is deleted.")


_ACTIONS: Mapping[str, Callable[[StaffRequest, Trial], str]] = {"start": _start, "adopt": _adopt, "delete": _delete}


@all_teams_required
@require_POST
def act(request: StaffRequest, trial_id: int, action: str) -> HttpResponse:
    """Start, stop, adopt or delete a trial."""
    row = _trial(trial_id)
    try:
        if action == "stop":
            return _stop(request, row)
        if action not in _ACTIONS:
            raise Http404
        messages.success(request, _ACTIONS[action](request, row))
    except ValidationError as error:
        return page(request, _trial(trial_id), StopForm(), tuple(error.messages), status=422)
    except WrongState:
        messages.info(request, _("Nothing was changed: somebody was quicker, or it is over."))
    return redirect("trials:list") if action == "delete" else redirect("trials:trial", trial_id)


def _stop(request: StaffRequest, row: Trial) -> HttpResponse:
    form = StopForm(request.POST)
    if not form.is_valid():
        return page(request, row, form, status=422)
    trials.stop(trial_id=row.pk, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
    messages.success(request, _("It is stopped. Nobody is drawn any more, and it has no result."))
    return redirect("trials:trial", row.pk)

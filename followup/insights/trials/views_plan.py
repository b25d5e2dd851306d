"""Planning a trial: what it is to find out, and the plays that it tries."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from followup.errors import WrongState
from followup.insights.trials import planning
from followup.insights.trials.access import all_teams_required
from followup.insights.trials.forms import PlanForm, today
from followup.insights.trials.views import crumbs
from followup.models import Play, Playbook
from followup.playbooks import services as playbooks
from followup.playbooks.forms import PlayForm
from followup.playbooks.parts import faulty_parts, parts_in_words
from followup.playbooks.step_forms import MOST_STEPS, NEW_STEP, StepFormSet, step_drafts, step_formset
from followup.playbooks.trials import second_scores
from followup.playbooks.trials import services as trials
from followup.playbooks.trials.models import Trial, TrialState
from nps_project.accounts.permissions import StaffRequest
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, add_faults, is_to_be_saved, render_form

_DAYS = 180  # of drawing, unless somebody says otherwise
_WINDOW = 60
_EFFECT, _UNKNOWN = 10, 20
_FEW = 30  # tickets of the last year below which their share says little


def _playbook(request: HttpRequest) -> Playbook:
    """The playbook that the address names; without one the default."""
    given = request.GET.get("playbook", "")
    if not given:
        return playbooks.ensure_default()
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Http404
    return get_object_or_404(Playbook, pk=int(given))


@all_teams_required
def new(request: StaffRequest) -> HttpResponse:
    """Plan a trial of a playbook's play; the plays that it tries are copies until somebody changes them."""
    book, at = _playbook(request), timezone.now()
    score = planning.score_of(request.GET.get("score"))
    scores = [score] if score is not None else []
    known = second_scores.of_last_year(book, scores or list(range(7)), _WINDOW, at)
    share = round(100 * known.recovered / known.n) if known.n >= _FEW else _UNKNOWN
    last_day = today(at) + timedelta(days=_DAYS)
    initial = {
        "scores": scores, "baseline": min(98, max(1, share)), "effect": _EFFECT, "window_days": _WINDOW,
        "last_day": last_day,
    }  # fmt: skip
    form = PlanForm(request.POST or None, playbook=book, at=at, initial=initial)
    if is_to_be_saved(request, form, is_new=True):
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("trials:list")
            trial = trials.plan(playbook=book, new=form.plan(), by=request.user)
        messages.success(request, _("The plan is kept as a draft. Now change the play that is tried."))
        return redirect("trials:trial", trial.pk)
    return _plan_page(request, form, book, _("A new trial"), _("Keep as a draft"), reverse("trials:list"), known=known)


@all_teams_required
def plan(request: StaffRequest, trial_id: int) -> HttpResponse:
    """Change the plan of a draft."""
    trial, at = _draft(trial_id), timezone.now()
    initial = {name: getattr(trial, name) for name in PlanForm.base_fields} | {"surveys": list(trial.surveys.all())}
    form = PlanForm(request.POST or None, playbook=trial.playbook, at=at, initial=initial)
    known = second_scores.of_last_year(trial.playbook, trial.scores, trial.window_days, at)
    page_url = reverse("trials:trial", args=[trial_id])
    if is_to_be_saved(request, form):
        try:
            trials.change_plan(trial_id=trial_id, new=form.plan(), by=request.user)
        except WrongState:
            messages.info(request, _("Nothing was changed: it has started, and its plan stays as it is."))
        else:
            messages.success(request, _("The plan is changed."))
        return redirect(page_url)
    more = [*crumbs(), (page_url, trial.name)]
    return _plan_page(
        request, form, trial.playbook, _("The plan"), _("Save the plan"), page_url, known=known, crumbs=more
    )  # fmt: skip


def _plan_page(
    request: StaffRequest, form: PlanForm, book: Playbook, title: str, submit: str, cancel: str, **more: Any
) -> HttpResponse:
    extra: dict[str, Any] = {"crumbs": crumbs(), "room": "insights", "playbook": book} | more
    extra["is_known"] = extra["known"].n >= _FEW
    return render_form(
        request, form, title=title, here="trials", submit=submit, cancel=cancel,
        template="followup/insights/trials/plan.html", **extra,
    )  # fmt: skip


def _draft(trial_id: int) -> Trial:
    """Raises: Http404 for what is no draft; its plan and plays stay as they are."""
    drafts = Trial.objects.filter(state=TrialState.DRAFT).select_related("playbook")
    return get_object_or_404(drafts, pk=trial_id)


@all_teams_required
def play(request: StaffRequest, trial_id: int, score: int) -> HttpResponse:
    """Change the play that a draft tries for a score; the one in force stays as it is."""
    trial = _draft(trial_id)
    if score not in trial.scores:
        raise Http404
    current = Play.objects.prefetch_related("steps", "levels").get(version=trial.changed_id, score=score)
    form = PlayForm(request.POST or None, instance=current)
    formset = step_formset(request.POST or None, current)
    if change := form_rows.asked(request.POST):
        rows, at = form_rows.changed([form_rows.typed(step) for step in formset.forms], change, new=NEW_STEP)
        form = PlayForm(instance=current, initial=form_rows.typed(form))
        formset = step_formset(None, current, rows=rows[:MOST_STEPS])
        return _play_page(
            request, trial, score, form, formset, shown=request.POST.get(SHOWN, ""), change=change, go_on_at=at,
            open_parts={change.rows},
        )  # fmt: skip
    if is_to_be_saved(request, form, formset=formset):
        try:
            draft = form.draft(step_drafts(formset))
            trials.change_play(trial_id=trial_id, score=score, draft=draft, by=request.user)
        except ValidationError as error:
            add_faults(form, error)
        except WrongState:
            messages.info(request, _("Nothing was changed: it has started, and its plan stays as it is."))
            return redirect("trials:trial", trial_id)
        else:
            messages.success(request, _("What is tried for %(score)d is saved.") % {"score": score})
            return redirect("trials:trial", trial_id)
    return _play_page(request, trial, score, form, formset)


def _play_page(
    request: StaffRequest, trial: Trial, score: int, form: PlayForm, formset: StepFormSet, **extra: Any
) -> HttpResponse:
    page_url = reverse("trials:trial", args=[trial.pk])
    more: dict[str, Any] = {
        "crumbs": [*crumbs(), (page_url, trial.name)],
        "crumb": str(score),
        "template": "followup/insights/trials/play.html",
        "formset": formset,
        "parts": parts_in_words(form, formset),
        "open_parts": faulty_parts(form, formset),
        "most_steps": MOST_STEPS,
        "also_faulty": formset.is_bound and not formset.is_valid(),
        "room": "insights",
        "base": "followup/insights/trials/base.html",
    }
    title = _("What is tried for %(score)d") % {"score": score}
    return render_form(
        request, form, title=title, here="trials", submit=_("Save what is tried"), cancel=page_url, **more | extra
    )  # fmt: skip

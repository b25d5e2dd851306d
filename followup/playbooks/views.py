"""Set-up of playbooks: which play each score gets, and which playbook a survey uses."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.models import Play, Playbook
from followup.playbooks import services as playbooks
from followup.playbooks import versions
from followup.playbooks.forms import CopyForm, PlayForm, SurveyPlaybookForm
from followup.playbooks.parts import faulty_parts, parts_in_words
from followup.playbooks.step_forms import MOST_STEPS, NEW_STEP, StepFormSet, step_drafts, step_formset
from followup.playbooks.trying import dry_run
from followup.playbooks.views_versions import version_rows
from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.common.dates import company_day
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, Crumb, add_faults, is_to_be_saved, render_form
from surveys.models import Survey
from surveys.views.tabs import tabs_of


def _crumbs(playbook: Playbook | None = None) -> list[Crumb]:
    crumbs = [(reverse("followup_setup:playbooks"), _("Playbooks"))]
    if playbook is not None:
        crumbs.append((reverse("followup_setup:playbook", args=[playbook.pk]), playbook.name))
    return crumbs


@admin_required
def playbook_list(request: StaffRequest) -> HttpResponse:
    """Every playbook, its version and the surveys that chose it; two queries."""
    rows = Playbook.objects.annotate(version=Max("versions__number")).order_by("name")
    rows = rows.prefetch_related("surveys__survey")
    context = {"room": "setup", "here": "playbooks", "title": _("Playbooks"), "playbooks": rows}
    return render(request, "followup/playbooks/playbooks.html", context)


@admin_required
def playbook(request: StaffRequest, pk: int) -> HttpResponse:
    """The eleven plays as a table; POST makes a copy with a name of its own."""
    row = get_object_or_404(Playbook, pk=pk)
    form = CopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if not form_submissions.is_first(request):
                    form_submissions.say_twice(request)
                    return redirect("followup_setup:playbooks")
                copy = playbooks.copy_playbook(playbook=row, name=form.cleaned_data["name"], by=request.user)
        except IntegrityError:
            form.add_error("name", _("Another playbook has this name."))
        else:
            messages.success(request, _("The copy is made. Choose it at a survey, under Follow-up."))
            return redirect("followup_setup:playbook", copy.pk)
    plays = playbooks.plays_of(row)
    return render_form(
        request,
        form,
        title=row.name,
        here="playbooks",
        submit=_("Make a copy"),
        cancel=reverse("followup_setup:playbooks"),
        crumbs=_crumbs(),
        template="followup/playbooks/playbook.html",
        playbook=row,
        version=row.current_version(),
        versions=version_rows(row),
        lanes=_lanes(row, plays),
        plays=[play for _score, play in sorted(plays.items())],
    )


def _lanes(row: Playbook, plays: dict[int, Play]) -> list[dict[str, Any]]:
    """Passives and promoters: whether they open tickets, and how many a week that is; one query."""
    since = company_day(timezone.now()) - timedelta(days=dry_run.DAYS)
    counts = versions.answers_by_score(row, since)
    names = {"passives": _("Passives, 7 and 8"), "promoters": _("Promoters, 9 and 10")}
    return [
        {
            "name": name,
            "label": names[name],
            "is_on": any(plays[score].opens_ticket for score in scores),
            "is_half": len({plays[score].opens_ticket for score in scores}) == 2,
            "a_week": round(sum(counts.get(score, 0) for score in scores) * 7 / dry_run.DAYS),
        }
        for name, scores in versions.LANES.items()
    ]


@admin_required
def play(request: StaffRequest, pk: int, score: int) -> HttpResponse:
    """Change the play of one score. Saving makes a new version; open tickets keep theirs.

    The button "try" and those that add, remove and move steps store nothing.
    """
    row = get_object_or_404(Playbook, pk=pk)
    current = playbooks.plays_of(row).get(score)
    if current is None:
        raise Http404
    form = PlayForm(request.POST or None, instance=current)
    formset = step_formset(request.POST or None, current)
    if change := form_rows.asked(request.POST):
        rows, at = form_rows.changed([form_rows.typed(step) for step in formset.forms], change, new=NEW_STEP)
        form = PlayForm(instance=current, initial=form_rows.typed(form))
        formset = step_formset(None, current, rows=rows[:MOST_STEPS])
        return _play_page(
            request, row, score, form, formset, shown=request.POST.get(SHOWN, ""), change=change, go_on_at=at,
            open_parts={change.rows},
        )  # fmt: skip
    if is_to_be_saved(request, form, formset=formset):
        draft = form.draft(step_drafts(formset))
        if "try" in request.POST:
            tried = dry_run.dry_run(playbook=row, score=score, draft=draft, at=timezone.now())
            return _play_page(request, row, score, form, formset, tried=tried)
        try:
            if form.has_changed() or formset.has_changed():
                playbooks.save_plays(playbook=row, drafts={score: draft}, by=request.user)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("The play for %(score)d is saved.") % {"score": score})
            return redirect("followup_setup:playbook", row.pk)
    return _play_page(request, row, score, form, formset)


def _play_page(
    request: StaffRequest, row: Playbook, score: int, form: PlayForm, formset: StepFormSet, **extra: Any
) -> HttpResponse:
    return render_form(
        request,
        form,
        title=_("The play for %(score)d") % {"score": score},
        here="playbooks",
        submit=_("Save the play"),
        cancel=reverse("followup_setup:playbook", args=[row.pk]),
        crumbs=_crumbs(row),
        template="followup/playbooks/play.html",
        formset=formset,
        parts=parts_in_words(form, formset),
        most_steps=MOST_STEPS,
        crumb=str(score),
        trial_url=_trial_url(row, score) if form.instance.opens_ticket else "",
        also_faulty=formset.is_bound and not formset.is_valid(),
        **{"open_parts": faulty_parts(form, formset)} | extra,
    )


def _trial_url(row: Playbook, score: int) -> str:
    """Where a trial of this play is planned."""
    return f"{reverse('trials:new')}?{urlencode({'playbook': row.pk, 'score': score})}"


@admin_required
def survey_playbook(request: StaffRequest, slug: str) -> HttpResponse:
    """Which playbook a survey uses."""
    survey = get_object_or_404(Survey, slug=slug)
    now = playbooks.playbook_of(survey.pk)
    since = playbooks.churn_recorded_since(survey.pk)
    form = SurveyPlaybookForm(request.POST or None, initial={"playbook": now.pk, "churn_recorded_since": since})
    if is_to_be_saved(request, form):
        data = form.cleaned_data
        if data["playbook"] != now:
            messages.success(request, _("The playbook is used from the next answer on."))
        else:
            messages.success(request, _("The follow-up of this survey is saved."))
        playbooks.use_playbook(survey=survey, playbook=data["playbook"])
        playbooks.record_churn_since(survey=survey, day=data["churn_recorded_since"])
        return redirect("followup_setup:survey", slug)
    return render_form(
        request,
        form,
        title=_("%(survey)s: follow-up") % {"survey": survey.name},
        here="surveys",
        submit=_("Save the follow-up"),
        cancel=reverse("surveys_setup:survey_edit", args=[slug]),
        crumbs=[
            (reverse("surveys_setup:surveys"), _("Surveys")),
            (reverse("surveys_setup:survey_edit", args=[slug]), survey.name),
        ],
        crumb=_("Follow-up"),
        template="followup/playbooks/survey.html",
        now=now,
        **tabs_of(survey, "follow-up"),
    )


@require_POST
@admin_required
def survey_copy(request: StaffRequest, slug: str) -> HttpResponse:
    """Copy the playbook of a survey for that survey alone, which uses the copy at once."""
    survey = get_object_or_404(Survey, slug=slug)
    with transaction.atomic():
        if not form_submissions.is_first(request):
            form_submissions.say_twice(request)
            return redirect("followup_setup:survey", slug)
        now = playbooks.playbook_of(survey.pk)
        copy = playbooks.copy_playbook(playbook=now, name=_free_name(survey.name), by=request.user)
        playbooks.use_playbook(survey=survey, playbook=copy)
    messages.success(request, _("%(survey)s has a playbook of its own now.") % {"survey": survey.name})
    return redirect("followup_setup:playbook", copy.pk)


def _free_name(wanted: str) -> str:
    name, number = wanted[:90], 2
    taken = set(Playbook.objects.filter(name__startswith=name).values_list("name", flat=True))
    free = name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free

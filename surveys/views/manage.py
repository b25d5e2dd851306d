"""Set-up pages of surveys: the survey, its texts in each language, its extra questions."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web import form_submissions
from nps_project.web.setup_pages import Crumb, add_faults, is_to_be_saved, render_form
from surveys.forms import QuestionForm, SurveyForm, TextsForm
from surveys.models import Question, Survey, SurveyTexts, Tally
from surveys.services import surveys as services
from surveys.views.missing import missing_in
from surveys.views.tabs import has_ended, tabs_of

_VERSIONS_SHOWN = 20


def _crumbs(survey: Survey | None = None) -> list[Crumb]:
    crumbs = [(reverse("surveys_setup:surveys"), _("Surveys"))]
    if survey is not None:
        crumbs.append((reverse("surveys_setup:survey_edit", args=[survey.slug]), survey.name))
    return crumbs


@admin_required
def index(request: StaffRequest) -> HttpResponse:
    """The first page of the set-up."""
    return render(request, "setup/index.html", {"room": "setup", "title": _("Setup")})


@admin_required
def survey_list(request: StaffRequest) -> HttpResponse:
    """Every survey with the number of its answers, from the tallies; two queries."""
    counts = dict(Tally.objects.values_list("survey").annotate(total=Sum("count")))
    at = timezone.now()
    surveys = Survey.objects.order_by("name", "pk")
    rows = [(survey, counts.get(survey.pk, 0), has_ended(survey, at)) for survey in surveys]
    context = {"room": "setup", "here": "surveys", "title": _("Surveys"), "rows": rows}
    return render(request, "surveys/setup/surveys.html", context)


@admin_required
def survey_new(request: StaffRequest) -> HttpResponse:
    """Make a survey; it starts with the standard texts."""
    form = SurveyForm(request.POST or None, initial={"languages": ["en"], "allowed_traits": []})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        others = {name: data.pop(name) for name in ("edit_days", "quarantine_days", "flood_limit")}
        try:
            survey = services.create_survey(**data, by=request.user)
            if any(getattr(survey, name) != value for name, value in others.items()):
                survey = services.update_survey(survey, others, by=request.user)
        except ValidationError as error:
            add_faults(form, error)
        except IntegrityError:
            form.add_error("slug", _("Another survey has this short name."))
        else:
            messages.success(request, _("%(survey)s is made. Read its words before you send the link.")
                             % {"survey": survey.name})  # fmt: skip
            return redirect("surveys_setup:survey_edit", survey.slug)
    return render_form(
        request,
        form,
        title=_("Make a survey"),
        here="surveys",
        submit=_("Make the survey"),
        cancel=reverse("surveys_setup:surveys"),
        crumbs=_crumbs(),
    )


@admin_required
def survey_edit(request: StaffRequest, slug: str) -> HttpResponse:
    """Change a survey; customers see it with the next page."""
    survey = get_object_or_404(Survey, slug=slug)
    title = survey.name
    form = SurveyForm(request.POST or None, instance=Survey.objects.get(pk=survey.pk))
    if is_to_be_saved(request, form):
        try:
            saved = services.update_survey(survey, form.cleaned_data, by=request.user)
        except ValidationError as error:
            add_faults(form, error)
        except IntegrityError:
            form.add_error("slug", _("Another survey has this short name."))
        else:
            messages.success(request, _("%(survey)s is saved.") % {"survey": saved.name})
            return redirect("surveys_setup:survey_edit", saved.slug)
    return render_form(
        request,
        form,
        title=title,
        here="surveys",
        submit=_("Save the survey"),
        cancel=reverse("surveys_setup:surveys"),
        crumbs=_crumbs(),
        template="surveys/setup/survey.html",
        missing=missing_in(survey),
        **tabs_of(survey, "survey"),
    )


@admin_required
def words(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """The texts in one language. Saving makes a new version; `?version=2` begins with the texts of that one."""
    survey = get_object_or_404(Survey, slug=slug)
    if language not in survey.languages:
        raise Http404
    versions = survey.texts.filter(language=language).select_related("created_by").order_by("-version")
    newest = versions.first()
    begin = newest
    if request.GET.get("version", "").isdecimal():
        begin = versions.filter(version=min(int(request.GET["version"]), 2**31 - 1)).first() or newest
    texts = {name: getattr(begin, name) for name in SurveyTexts.TEXTS} if begin else {}
    form = TextsForm(request.POST or None, initial=texts, language=language)
    if is_to_be_saved(request, form):
        given = {name: form.cleaned_data[name] for name in SurveyTexts.TEXTS}
        if newest is None or any(getattr(newest, name) != text for name, text in given.items()):
            services.save_texts(survey=survey, language=language, texts=given, by=request.user)
        messages.success(request, _("The words are saved. Customers read them from their next page on."))
        return redirect("surveys_setup:words", survey.slug, language)
    return render_form(
        request,
        form,
        title=_("%(survey)s: the words") % {"survey": survey.name},
        here="surveys",
        submit=_("Save the words"),
        cancel=reverse("surveys_setup:survey_edit", args=[slug]),
        crumbs=_crumbs(survey),
        crumb=dict(settings.LANGUAGES)[language],
        template="surveys/setup/words.html",
        versions=versions[:_VERSIONS_SHOWN],
        begin=begin,
        newest=newest,
        missing=missing_in(survey, language),
        missing_is_open=True,
        **tabs_of(survey, language),
    )


@admin_required
def questions(request: StaffRequest, slug: str) -> HttpResponse:
    """The extra questions of a survey."""
    survey = get_object_or_404(Survey, slug=slug)
    context = {
        "room": "setup",
        "here": "surveys",
        "title": _("%(survey)s: extra questions") % {"survey": survey.name},
        "crumbs": _crumbs(survey),
        "crumb": _("Extra questions"),
        "questions": survey.questions.all(),
    }
    return render(request, "surveys/setup/questions.html", context | tabs_of(survey, "questions"))


@admin_required
def question_edit(request: StaffRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add or change an extra question."""
    survey = get_object_or_404(Survey, slug=slug)
    question = get_object_or_404(Question, pk=pk, survey=survey) if pk is not None else Question(survey=survey)
    back = reverse("surveys_setup:questions", args=[slug])
    initial = {} if question.pk else {"position": survey.questions.count() + 1}
    form = QuestionForm(request.POST or None, survey=survey, question=question, initial=initial)
    if is_to_be_saved(request, form, is_new=pk is None):
        question.kind = form.cleaned_data["kind"]
        question.position = form.cleaned_data["position"]
        question.is_active = form.cleaned_data["is_active"]
        question.texts, question.options = form.texts(), form.options()
        try:
            with transaction.atomic():
                if form_submissions.is_first(request):
                    services.save_question(question)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("The question is saved."))
            return redirect(back)
    return render_form(
        request,
        form,
        title=_("Change a question") if question.pk else _("Add a question"),
        here="surveys",
        submit=_("Save the question"),
        cancel=back,
        crumbs=[*_crumbs(survey), (back, _("Extra questions"))],
    )

"""Set-up pages of asking: a survey's mail in each language, the company's quarantine, and what waits for a person."""

from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.deliveries.queueing import is_reserved
from nps_project.system.outbox import MAIL_POLICY
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form
from surveys.campaigns import asking, trying
from surveys.campaigns.setup import services
from surveys.campaigns.setup.forms import AskingForm, MailTextsForm
from surveys.models import Asking, MailTexts, Survey
from surveys.standard_mail import standard_mail
from surveys.views.missing import missing_in
from surveys.views.tabs import tabs_of

HELD_SHOWN = 100


def _survey(slug: str, language: str) -> Survey:
    survey = get_object_or_404(Survey, slug=slug)
    if language not in survey.languages:
        raise Http404
    return survey


@admin_required
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
def mail(request: StaffRequest, slug: str, language: str = "") -> HttpResponse:
    """The texts of a survey's mail in one language, and how the mail looks."""
    survey = get_object_or_404(Survey, slug=slug)
    language = language or survey.default_language
    if language not in survey.languages:
        raise Http404
    own = MailTexts.objects.filter(survey=survey, language=language).first()
    texts = {name: getattr(own, name) for name in MailTexts.TEXTS} if own else standard_mail(language)
    form = MailTextsForm(request.POST or None, initial=texts)
    for field in form.fields.values():
        field.widget.attrs["lang"] = language
    if is_to_be_saved(request, form):
        given = {name: form.cleaned_data[name] for name in MailTexts.TEXTS}
        try:
            if given != texts:
                services.save_mail_texts(survey=survey, language=language, texts=given)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("The mail is saved. Mails that leave from now on have these words."))
            return redirect("campaigns:mail_in", slug, language)
    names = dict(settings.LANGUAGES)
    return render_form(
        request,
        form,
        title=_("%(survey)s: the mail") % {"survey": survey.name},
        here="surveys",
        submit=_("Save the mail"),
        cancel=reverse("surveys_setup:survey_edit", args=[slug]),
        crumbs=[
            (reverse("surveys_setup:surveys"), _("Surveys")),
            (reverse("surveys_setup:survey_edit", args=[slug]), survey.name),
        ],
        crumb=_("Mail"),
        template="surveys/asking/mail.html",
        language=language,
        language_name=names[language],
        languages=[(code, names[code]) for code in survey.languages],
        is_standard=own is None,
        is_stored_only=settings.MAIL_IS_STORED_ONLY,
        missing=missing_in(survey, language),
        missing_is_open=True,
        **tabs_of(survey, "mail"),
    )


@admin_required
@require_safe
@never_cache
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail_preview(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """The mail and nothing else, under the policy of mails: no script, no network."""
    survey = _survey(slug, language)
    return HttpResponse(trying.sample_mail(survey, language, request.user.name).html)


@admin_required
@require_POST
def mail_test(request: StaffRequest, slug: str, language: str) -> HttpResponse:
    """Send the mail to the admin who asks for it."""
    survey, to = _survey(slug, language), request.user
    with transaction.atomic():
        if form_submissions.is_first(request):
            trying.send_test(survey, language, to)
    if settings.MAIL_IS_STORED_ONLY:
        messages.info(request, _("No mail server is set (EMAIL_URL), so the test lies in the outbox."))
    elif is_reserved(to.email):
        messages.warning(request, _("Your address, %(to)s, can belong to nobody: the test will not arrive. "
                                    "An admin gives you a real one under Setup, People.")
                         % {"to": to.email})  # fmt: skip
    else:
        messages.success(request, _("A test is on its way to %(to)s. It counts nowhere.") % {"to": to.email})
    return redirect("campaigns:mail_in", slug, language)


@admin_required
def asking_settings(request: StaffRequest) -> HttpResponse:
    """/setup/asking/: the company's quarantine, and the asks that wait for a person."""
    now = Asking.current()
    form = AskingForm(request.POST or None, initial={"quarantine_days": now.quarantine_days})
    if is_to_be_saved(request, form):
        services.save_quarantine(form.cleaned_data["quarantine_days"])
        messages.success(request, _("It is saved, and holds from the next ask on."))
        return redirect("campaigns:asking")
    held = list(asking.waiting_for_a_person().select_related("contact", "survey")[: HELD_SHOWN + 1])
    return render_form(
        request,
        form,
        title=_("Asking"),
        here="asking",
        submit=_("Save"),
        cancel=reverse("surveys_setup:index"),
        template="surveys/asking/asking.html",
        held=held[:HELD_SHOWN],
        more=len(held) > HELD_SHOWN,
        is_stored_only=settings.MAIL_IS_STORED_ONLY,
    )


@admin_required
@require_POST
def held(request: StaffRequest, invitation_id: int, action: str) -> HttpResponse:
    """Let an ask go that waits for a person, or drop it."""
    try:
        if action == "send":
            sent = asking.let_go(invitation_id=invitation_id, at=timezone.now())
            if sent.status == "waiting":
                messages.success(request, _("The mail is on its way."))
            else:
                messages.warning(request, _("Not asked: %(reason)s.") % {"reason": sent.get_reason_display()})
        elif action == "drop":
            asking.drop(invitation_id=invitation_id)
            messages.success(request, _("It will not be sent."))
        else:
            raise Http404
    except asking.NotHeld:
        messages.info(request, _("Somebody has decided about it already."))
    return redirect("campaigns:asking")

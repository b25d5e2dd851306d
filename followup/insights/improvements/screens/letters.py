"""The page on which a person reads what customers will be told, who they are, and lets it go."""

from collections.abc import Mapping
from typing import Any

from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from followup.insights.improvements.errors import CannotTell
from followup.insights.improvements.letter import telling, texts, whom
from followup.insights.improvements.models import Improvement, LetterTexts, State
from followup.insights.improvements.screens.forms import LetterForm, SinceForm
from followup.insights.improvements.screens.listing import find
from followup.insights.improvements.screens.showing import may_tell
from followup.insights.improvements.services import save_improvement
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.errors import DomainError
from nps_project.system.outbox import MAIL_POLICY
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults
from surveys.models import AskReason, Survey

_LANGUAGES = dict(settings.LANGUAGES)


@viewer_required
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
@require_safe
def letter(request: StaffRequest, improvement_id: int, language: str = "") -> HttpResponse:
    """The words in one language with their preview, and whom they go to."""
    return _page(request, find(request, improvement_id), language)


@manager_required
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # as above
@require_POST
def keep(request: StaffRequest, improvement_id: int, language: str) -> HttpResponse:
    """Keep the words in one language; 422 with what was typed, where they cannot be kept."""
    improvement, form = find(request, improvement_id), LetterForm(request.POST)
    if language not in _LANGUAGES:
        raise Http404
    if form.is_valid() and _is_kept(request, improvement, language, form):
        return redirect("improvements:letter_in", improvement.pk, language)
    return _page(request, improvement, language, form)


def _page(
    request: StaffRequest, improvement: Improvement, language: str, form: LetterForm | None = None
) -> HttpResponse:
    if language and language not in _LANGUAGES:
        raise Http404
    words, at = texts.letters_of(improvement), timezone.now()
    audience = whom.audience(improvement, request.user, at) if may_tell(request.user) else None
    readers = audience.languages if audience else {}
    language = language or _first(words, readers)
    kept = words.get(language)
    if form is None:
        initial = {"subject": kept.subject, "body": kept.body} if kept else texts.standard_texts(language)
        form = LetterForm(initial=initial)
    missing, mailed = sorted(set(readers) - set(words)), audience.mailed if audience else 0
    context = {
        "room": "insights",
        "here": "improvements",
        "improvement": improvement,
        "form": form,
        "since": SinceForm(initial={"since": improvement.since}),
        "language": language,
        "languages": [(code, name, code in words, readers.get(code, 0)) for code, name in
                      _LANGUAGES.items()],
        "has_words": kept is not None,
        "version": texts.version_of(words),
        "subject": _sample(improvement, kept, language, request).subject if kept else "",
        "audience": audience,
        "skipped": [(dict(AskReason.choices).get(reason, reason), n) for reason, n in
                    sorted(audience.skipped.items(), key=lambda pair: (-pair[1], pair[0]))] if audience else [],
        "samples": [(contact, _LANGUAGES[code]) for contact, code in audience.samples] if audience else [],
        "missing": [_LANGUAGES[code] for code in missing],
        "send_words": _send_words(mailed),
        "is_done": improvement.state == State.DONE,
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "may_change": request.user.is_at_least(Role.MANAGER),
        "may_tell": may_tell(request.user),
        "may_send": bool(mailed) and not missing and not settings.MAIL_IS_STORED_ONLY,
        "may_approve": bool(words) and improvement.reviewed_at is None,
        "submission": form_submissions.new_submission(),
    }  # fmt: skip
    return render(request, "followup/insights/letter.html", context, status=422 if form.errors else 200)


def _send_words(n: int) -> str:
    words = ngettext("I have read it. Send it to %(n)d customer", "I have read it. Send it to %(n)d customers", n)
    return words % {"n": n}


def _first(words: dict[str, LetterTexts], readers: Mapping[str, int]) -> str:
    """The language that most of them read, else one that has words."""
    most = max(readers, key=lambda code: readers[code], default="")
    return most or next(iter(words), settings.LANGUAGE_CODE)


def _is_kept(request: StaffRequest, improvement: Improvement, language: str, form: LetterForm) -> bool:
    try:
        texts.save_texts(improvement, language, **form.cleaned_data, at=timezone.now())
    except ValidationError as error:
        add_faults(form, error)
        return False
    messages.success(request, _("The words in %(language)s are saved.") % {"language": _LANGUAGES[language]})
    return True


def _sample(improvement: Improvement, words: LetterTexts, language: str, request: StaffRequest) -> texts.Made:
    """The letter as the reader would get it; its link leads nowhere."""
    cause = improvement.root_causes.order_by("position", "pk").first()
    survey = Survey.objects.visible_to(request.user).order_by("pk").first()
    with override(language):
        named = cause.name if cause else ""
    content = texts.letter_of(words, brand=survey.brand if survey else "", cause=named)
    return texts.make(content, name=request.user.name, leave=f"{settings.SITE_URL}/unsubscribe/test/")


@viewer_required
@require_safe
@never_cache
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def preview(request: StaffRequest, improvement_id: int, language: str) -> HttpResponse:
    """The letter and nothing else, under the policy of mails: no script, no network."""
    improvement = find(request, improvement_id)
    words = LetterTexts.objects.filter(improvement=improvement, language=language).first()
    if words is None:
        raise Http404
    return HttpResponse(_sample(improvement, words, language, request).html)


def _send(request: StaffRequest, improvement: Improvement) -> str:
    at = timezone.now()
    telling.approve(improvement_id=improvement.pk, by=request.user, at=at, version=request.POST.get("version", ""))
    telling.tell(improvement_id=improvement.pk, by=request.user, at=at)
    return _("It goes out. The first mails leave within a minute.")


def _go_on(request: StaffRequest, improvement: Improvement) -> str:
    telling.tell(improvement_id=improvement.pk, by=request.user, at=timezone.now())
    return _("It goes on with those who were not told.")


def _approve(request: StaffRequest, improvement: Improvement) -> str:
    version = request.POST.get("version", "")
    telling.approve(improvement_id=improvement.pk, by=request.user, at=timezone.now(), version=version)
    return _("The words are approved. Nothing is sent yet.")


def _stop(request: StaffRequest, improvement: Improvement) -> str:
    telling.stop(improvement_id=improvement.pk)
    return _("It is stopped: no further mail leaves.")


ACTIONS: dict[str, Any] = {"send": _send, "go-on": _go_on, "approve": _approve, "stop": _stop}


@manager_required
@require_POST
def act(request: StaffRequest, improvement_id: int, action: str) -> HttpResponse:
    """Do one of ACTIONS, or choose since when customers are told; for managers who see all teams, and admins."""
    improvement, do = find(request, improvement_id), ACTIONS.get(action)
    if not may_tell(request.user):
        raise PermissionDenied
    if do is None:
        raise Http404
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                messages.success(request, do(request, improvement))
            else:
                form_submissions.say_twice(request)
    except DomainError as error:
        messages.error(request, refusal_in_words(error))
        return redirect("improvements:letter", improvement.pk)
    return redirect("improvements:improvement", improvement.pk)


@manager_required
@require_POST
def since(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Choose from which day on customers are told."""
    improvement, form = find(request, improvement_id), SinceForm(request.POST)
    if form.is_valid():
        save_improvement(improvement, form.cleaned_data, by=request.user, at=timezone.now())
    else:
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
    return redirect("improvements:letter", improvement.pk)


def refusal_in_words(error: DomainError) -> str:
    """Why customers cannot be told, and what to do."""
    words = {
        "no_mail_server": _("No mail server is set (EMAIL_URL), so nobody can be told."),
        "wrong_state": _("It is not done yet. Mark it done first; then customers can be told."),
        "not_reviewed": _("Nobody has approved the words since they were changed. Read them, then send."),
        "words_changed": _("Somebody changed the words meanwhile. Read them again, then send."),
        "nobody": _("There is nobody to tell now. Below stands why."),
    }
    if isinstance(error, CannotTell) and error.code == "no_words":
        codes = [code for code in str(error.value).split(", ") if code in _LANGUAGES]
        if not codes:
            return _("There are no words yet. Write them first.")
        return _("Words are missing in: %(languages)s.") % {"languages": ", ".join(_LANGUAGES[code] for code in codes)}
    return str(words.get(error.code, _("That is not possible as it stands.")))

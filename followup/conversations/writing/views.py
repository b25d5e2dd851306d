"""Write a mail on a ticket's page, see it as the customer will, and take it back."""

from collections.abc import Sequence
from typing import Any

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from followup.conversations import mail_keys
from followup.conversations.meanwhile import WroteMeanwhile, in_short
from followup.conversations.models import Attachment, Direction, Message, MessageStatus
from followup.conversations.writing import beginning, services
from followup.conversations.writing.errors import LeftAlready, MayNotWrite
from followup.conversations.writing.forms import MailForm
from followup.conversations.writing.letter import letter_of
from followup.conversations.writing.who import WhyNot, answers_go_to
from followup.desk.ticket import views as ticket_views
from followup.errors import FollowUpError
from followup.models import Ticket
from followup.presentation.mail_texts import filled_where_known, left_open
from followup.presentation.wording import when
from nps_project.accounts.permissions import StaffRequest, agent_required
from nps_project.deliveries.from_header import from_of
from nps_project.web import form_submissions
from surveys.branding import look

PREVIEW, LATER = "preview", "later"  # what a button of the form says in `then`
# A mail is shown under a policy of its own: no script, no forms, no network but this site's pictures.
_POLICY = {
    "default-src": ["'none'"],
    "img-src": ["data:", "'self'", settings.SITE_URL],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "sandbox": True,
}


@agent_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The ticket's page with the form open; `?again=`: as one of the ticket's mails was written.

    POST sends it, or with `then=preview` shows it. A bad field is refused with 422, and nothing typed is lost.
    """
    ticket = _find(request, ticket_id)
    if request.method != "POST":
        again = _mail(ticket, request.GET.get("again", ""))
        begins = beginning.beginning_of(ticket, _messages(ticket), request.user, again)
        words = f"{begins.subject}\n{begins.text}"
        was_taken_back = again is not None and again.status == MessageStatus.CANCELLED
        form = beginning.form_of(begins, _newest(ticket))
        return _page(request, ticket, form, words, was_taken_back=was_taken_back)
    kept = Attachment.objects.filter(message__ticket=ticket, message__direction=Direction.OUT)
    form = MailForm(request.POST, request.FILES, auto_id="mail_%s")
    form.kept = list(kept.filter(pk__in=form.kept_ids()))
    if not form.is_valid():
        return _refused(request, ticket, form)
    if request.POST.get("then") == PREVIEW:
        return _preview(request, ticket, form)
    if fault := _fault(request, ticket, form):
        form.add_error(*fault)
        return _refused(request, ticket, form)
    try:
        with transaction.atomic():
            is_first = form_submissions.is_first(request)
            message = services.write(ticket_id=ticket.pk, by=request.user, draft=form.draft()) if is_first else None
    except MayNotWrite as error:
        messages.error(request, str(beginning.WHY_NOT[WhyNot(str(error.value))]))
        return _refused(request, ticket, form, error.status)
    except WroteMeanwhile as error:
        form.see(error.messages)
        return _refused(request, ticket, form, error.status, meanwhile=in_short(error.messages, timezone.now()))
    except FollowUpError as error:
        form.add_error("attached" if error.field == "files" else error.field, words_for(error))
        return _refused(request, ticket, form, error.status)
    if message is None:
        form_submissions.say_twice(request)
    else:
        _say_written(request, message)
    return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)


@agent_required
@require_POST
def take_back(request: StaffRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Take a mail back that has not left: its words are in the form again."""
    ticket = _find(request, ticket_id)
    message = _mail(ticket, str(message_id))
    if message is None:
        raise Http404
    try:
        services.take_back(message_id=message.pk, by=request.user)
    except LeftAlready:
        message.refresh_from_db()
        words = _("It is too late: the mail has left.")
        if message.status == MessageStatus.CANCELLED:
            words = _("The mail was taken back already.")
        messages.warning(request, words)
        return HttpResponseRedirect(reverse("followup:ticket", args=[ticket.pk]), status=303)
    url = reverse("conversations:write", args=[ticket.pk])
    return HttpResponseRedirect(f"{url}?again={message.pk}#mail", status=303)


def words_for(error: FollowUpError) -> str:
    """What the service refused, in words for the writer."""
    names = {"files": services.MOST_FILES, "size": services.MOST_BYTES // 2**20}
    given = str(error.value)
    if error.field in ("subject", "text"):
        open_fields = left_open(given)
        return beginning.missing_words(open_fields[0]) if open_fields else _("Write some words.")
    if error.field == "send_at":
        return _("Choose a time in the next 90 days.")
    if error.field == "files" and "MB" in error.allowed:
        return _("The files are too large: at most %(size)s MB together.") % names
    if error.field == "files" and "at most" in error.allowed:
        return _("These are too many files: at most %(files)s.") % names
    if error.field == "files" and "programs" in error.allowed:
        return _("%(file)s is a program. Mail servers refuse those.") % {"file": given}
    if error.field == "files":
        return _("%(file)s is empty.") % {"file": given}
    return _("This cannot be done as it stands.")


def _find(request: StaffRequest, ticket_id: int) -> Ticket:
    rows = Ticket.objects.visible_to(request.user)
    rows = rows.select_related("response__contact", "response__survey", "play", "owner")
    found = rows.filter(pk=ticket_id).first()
    if found is None:
        raise Http404
    return found


def _mail(ticket: Ticket, number: str) -> Message | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Message.objects.filter(pk=int(number), ticket=ticket, direction=Direction.OUT).first()


def _messages(ticket: Ticket) -> list[Message]:
    """The newest message that was not taken back, and before it the newest that has a subject; two queries at most."""
    found = Message.objects.filter(ticket=ticket).exclude(status__in=beginning.GONE).order_by("-at", "-pk")
    newest = found.first()
    if newest is None or newest.subject:
        return [newest] if newest else []
    return [*found.exclude(subject="")[:1], newest]


def _newest(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket).aggregate(newest=Max("pk"))["newest"] or 0


def _fault(request: StaffRequest, ticket: Ticket, form: MailForm) -> tuple[str, str] | None:
    """A mail of a greeting and a close alone, or one for later without a time: the field, and what is wrong."""
    typed = str(form.cleaned_data["text"]).split()
    if typed == beginning.frame_of(ticket, request.user).split():
        return "text", _("Write some words.")
    if request.POST.get("then") == LATER and form.cleaned_data["send_at"] is None:
        return "send_at", _("Choose a time.")
    return None


def _refused(
    request: StaffRequest,
    ticket: Ticket,
    form: MailForm,
    status: int = 422,
    *,
    meanwhile: Sequence[tuple[str, str, str]] = (),
) -> HttpResponse:
    if request.FILES and request.headers.get("X-Requested-With") != "fetch":  # a script keeps them
        form.add_error("attached", _("Choose the files again: a browser does not keep them."))
    words = filled_where_known(f"{request.POST.get('subject', '')}\n{request.POST.get('text', '')}", ticket)
    return _page(request, ticket, form, words, status, meanwhile=meanwhile)


def _page(
    request: StaffRequest,
    ticket: Ticket,
    form: MailForm,
    words: str,
    status: int = 200,
    *,
    was_taken_back: bool = False,
    meanwhile: Sequence[tuple[str, str, str]] = (),
) -> HttpResponse:
    """The ticket's page with this form open. `words`: of the form, with what is known filled in. `meanwhile`: what
    others wrote after the writer had looked."""
    around = beginning.around(request.user, ticket, words)
    written = {"form": form, "is_open": True, "was_taken_back": was_taken_back, "meanwhile": meanwhile, **around}
    return ticket_views.page_with(request, ticket.pk, status=status, mail=written)


def _preview(request: StaffRequest, ticket: Ticket, form: MailForm) -> HttpResponse:
    """The mail and its head, and nothing else."""
    message = services.unsaved(ticket, request.user, form.draft(), timezone.now())
    open_fields = left_open(f"{message.subject}\n{message.text}")
    answers = answers_go_to(ticket, request.user, message)
    made = letter_of(message, ticket.response.survey.brand, look.shown())
    context = {
        "mail": message,
        "sender": from_of(mail_keys.TEMPLATE),
        "answers_to": answers.address,
        "missing": [beginning.missing_words(name) for name in open_fields],
        "files": [*(one.name for one in request.FILES.getlist("attached")), *(one.name for one in form.kept)],
    }
    head = render_to_string("followup/conversations/preview_head.html", context)
    before, body, after = made.html.partition("<body")
    tag, end, rest = after.partition(">")
    answer: Any = csp(_POLICY)(lambda _request: HttpResponse(f"{before}{body}{tag}{end}{head}{rest}"))
    page: HttpResponse = answer(request)
    return page


def _say_written(request: StaffRequest, message: Message) -> None:
    """On the next page: when it leaves, with a button that takes it back."""
    at = timezone.now()
    is_soon = message.send_at is not None and message.send_at <= at + services.TAKE_BACK
    context = {
        "message": message,
        "is_soon": is_soon,
        "seconds": int(services.TAKE_BACK.total_seconds()),
        "time": when(message.send_at, at, is_inside=True) if message.send_at else "",
    }
    messages.success(request, render_to_string("followup/conversations/_written.html", context, request))

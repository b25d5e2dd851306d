"""The outbox: every mail that was queued, for admins."""

from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.deliveries.from_header import from_of
from nps_project.deliveries.handing_over import message_id_of
from nps_project.deliveries.models import Delivery, Kind, Status
from nps_project.operations.logs import without_tokens
from nps_project.system import mail_names
from nps_project.system.cancelled import reason_in_words

PAGE_SIZE = 50

# The HTML of a mail is shown in a frame of its own: no script, no forms, no origin, and pictures of this site alone.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "img-src": ["data:", "'self'", settings.SITE_URL],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "sandbox": True,
}


@admin_required
@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """The list of mails, the last queued first, 50 a page. 404 for an unknown `?status=` or `?after=<id>`."""
    mails = Delivery.objects.filter(kind=Kind.MAIL).defer("body_text", "body_html").order_by("-queued_at", "-pk")
    status, after = request.GET.get("status", ""), request.GET.get("after", "")
    if status and status not in Status.values:
        raise Http404
    if status:
        mails = mails.filter(status=status)
    if after:
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise Http404
        last = get_object_or_404(Delivery.objects.only("queued_at"), pk=int(after), kind=Kind.MAIL)
        mails = mails.filter(queued_at__lte=last.queued_at).exclude(queued_at=last.queued_at, pk__gte=last.pk)
    found = list(mails[: PAGE_SIZE + 1])
    mail_names.name(found)
    for row in found:
        row.last_error = reason_in_words(row)
    context = {
        "mails": found[:PAGE_SIZE],
        "more_after": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_first": not after,
        "status": status,
        "statuses": [("", None), *Status.choices],
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
    }
    return render(request, "system/outbox.html", context)


def _shown(body: str) -> str:
    """The mail's text without tokens; where mails are only stored, with them, since admins hand them over."""
    return body if settings.MAIL_IS_STORED_ONLY else without_tokens(body)


@admin_required
@require_safe
@never_cache
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
def mail(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """One mail: its headers and its text; its HTML in a sandboxed frame."""
    delivery = get_object_or_404(Delivery, pk=delivery_id, kind=Kind.MAIL)
    mail_names.name([delivery])
    delivery.body_text, delivery.last_error = _shown(delivery.body_text), reason_in_words(delivery)
    context = {
        "mail": delivery,
        "from_address": from_of(delivery.template),
        "message_id": message_id_of(delivery),
        "is_waiting": delivery.status == Status.QUEUED and delivery.attempts > 0,
    }
    return render(request, "system/mail.html", context)


@admin_required
@require_safe
@never_cache
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail_html(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The HTML of one mail and nothing else, under a policy of its own."""
    delivery = get_object_or_404(Delivery, pk=delivery_id, kind=Kind.MAIL)
    return HttpResponse(_shown(delivery.body_html))

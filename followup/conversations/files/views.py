"""A file of a message as a download. It is never opened within the product's own pages."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from followup.conversations.files.content_types import UNKNOWN
from followup.conversations.models import Attachment, AttachmentContent
from followup.models import Ticket
from nps_project.accounts.permissions import StaffRequest, viewer_required

_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def download(attachment: Attachment) -> HttpResponse:
    """The answer with this file; the caller has looked who may have it. One query."""
    content = AttachmentContent.objects.filter(attachment=attachment).first()
    if content is None:
        raise Http404
    return saved(bytes(content.content), attachment.name)


def saved(content: bytes, name: str) -> HttpResponse:
    """An answer that a browser saves and never opens."""
    answer = HttpResponse(content, content_type=UNKNOWN)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _POLICY
    return answer


@viewer_required
@require_safe
@never_cache
def file(request: StaffRequest, ticket_id: int, attachment_id: int) -> HttpResponse:
    """A file of one of the ticket's messages, for who may see the ticket."""
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket_id).exists():
        raise Http404
    found = Attachment.objects.filter(pk=attachment_id, message__ticket=ticket_id).first()
    if found is None:
        raise Http404
    return download(found)

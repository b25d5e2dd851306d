"""A mail as it came, and its files: only ever saved, never opened in our own pages."""

from typing import cast

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from followup.conversations.incoming import seen_by
from followup.conversations.models import AttachmentContent, RawMail
from nps_project.accounts.permissions import StaffRequest, viewer_required


@viewer_required
@require_safe
def raw(request: StaffRequest, message_id: int) -> HttpResponse:
    """The whole mail, byte by byte, as a file that mail programs open."""
    visible = seen_by.visible(request.user).filter(pk=message_id).values("pk")
    found = RawMail.objects.filter(message__in=visible).first()
    if found is None:
        raise Http404
    return _saved(bytes(found.content), f"mail-{message_id}.eml", "message/rfc822")


@viewer_required
@require_safe
def file(request: StaffRequest, message_id: int, attachment_id: int) -> HttpResponse:
    """One file of a mail."""
    visible = seen_by.visible(request.user).filter(pk=message_id).values("pk")
    rows = AttachmentContent.objects.select_related("attachment").filter(attachment__message__in=visible)
    found = rows.filter(pk=attachment_id).first()
    if found is None:
        raise Http404
    return _saved(bytes(found.content), found.attachment.name, found.attachment.content_type)


def _saved(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = cast(str, content_disposition_header(True, name))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

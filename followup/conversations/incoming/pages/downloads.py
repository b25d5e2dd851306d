"""A mail as it came, and its files: only ever saved, never opened in our own pages."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from followup.conversations.files import views as files
from followup.conversations.incoming import seen_by
from followup.conversations.models import Attachment, RawMail
from nps_project.accounts.permissions import StaffRequest, viewer_required


@viewer_required
@require_safe
def raw(request: StaffRequest, message_id: int) -> HttpResponse:
    """The whole mail, byte by byte, as a file that mail programs open."""
    visible = seen_by.visible(request.user).filter(pk=message_id).values("pk")
    found = RawMail.objects.filter(message__in=visible).first()
    if found is None:
        raise Http404
    return files.saved(bytes(found.content), f"mail-{message_id}.eml")


@viewer_required
@require_safe
def file(request: StaffRequest, message_id: int, attachment_id: int) -> HttpResponse:
    """One file of a mail."""
    visible = seen_by.visible(request.user).filter(pk=message_id).values("pk")
    found = Attachment.objects.filter(pk=attachment_id, message__in=visible).first()
    if found is None:
        raise Http404
    return files.download(found)

"""/insights/wall/links/: the links of wallboards: made, opened, taken back."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from followup.insights.wall.forms import WallLinkForm
from followup.insights.wall.models import WallLink
from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.web import form_submissions

MOST = 50  # links of one person that are open at once


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: StaffRequest) -> HttpResponse:
    """The open links that the reader may see, and the form of a new one."""
    form = WallLinkForm(request.POST if request.method == "POST" else None, user=request.user)
    is_full = WallLink.objects.filter(revoked_at=None, made_by=request.user).count() >= MOST
    if request.method == "POST" and not is_full and form.is_valid():
        form.instance.made_by = request.user
        with transaction.atomic():
            if form_submissions.is_first(request):
                form.save()
                messages.success(request, _("Here is the link. Open it on the television."))
            else:
                form_submissions.say_twice(request)
        return redirect("wall:links")
    rows = WallLink.objects.filter(revoked_at=None).visible_to(request.user)
    context = {
        "room": "insights",
        "form": form,
        "submission": form_submissions.new_submission(),
        "is_full": is_full,
        "most": MOST,
        "site": settings.SITE_URL,
        "links": rows.select_related("survey", "team", "made_by").order_by("name", "pk"),
    }
    is_refused = request.method == "POST"
    return render(request, "followup/insights/wall/links.html", context, status=422 if is_refused else 200)


@manager_required
@require_POST
def revoke(request: StaffRequest, link_id: int) -> HttpResponse:
    """Take a link back: within half a minute it shows nothing any more. Raises: Http404 for one that is not theirs."""
    link = WallLink.objects.filter(revoked_at=None).visible_to(request.user).filter(pk=link_id).first()
    if link is None:
        raise Http404
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    messages.success(request, _("The link was taken back. A television that shows it goes blank within half a minute."))
    return redirect("wall:links")

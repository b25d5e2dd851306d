"""Keeping and deleting views of the queue."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.desk.queue import kept_views
from followup.desk.queue.forms import KeptViewForm, QueueFilterForm
from followup.desk.queue.query import first_view
from followup.errors import InvalidAction
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required

KEPT = frozenset({*QueueFilterForm.base_fields, "view", "from"} - {"from_"})


@viewer_required
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """POST `name`, `query`, `is_shared` (managers: 403 below); 303 to the view."""
    form = KeptViewForm(request.POST)
    is_valid = form.is_valid()
    given = form.cleaned_data
    is_shared = given.get("is_shared", False)
    if is_shared and not request.user.is_at_least(Role.MANAGER):
        raise PermissionDenied
    asked = QueryDict(given.get("query", "")[: kept_views.LONGEST_QUERY])
    query = QueryDict(mutable=True)
    for name in sorted(KEPT & set(asked)):
        if asked[name]:
            query[name] = asked[name]
    if "view" not in query:  # others who see it may begin with another one
        query["view"] = first_view(request.user, query)
    try:
        if not is_valid:
            raise InvalidAction("name", request.POST.get("name", "")[:80], "a name of at most 60 characters")
        view = kept_views.save(owner=request.user, name=given["name"], query=query.urlencode(), is_shared=is_shared)
    except InvalidAction:
        messages.error(request, _("Give the view a name of at most 60 characters; 20 views are the most."))
    else:
        messages.success(request, _("The view %(name)s is kept.") % {"name": view.name})
    return HttpResponseRedirect(f"{reverse('followup:desk')}?{query.urlencode()}", status=303)


@viewer_required
@require_POST
def delete(request: StaffRequest, view_id: int) -> HttpResponse:
    """POST: delete a view that the person keeps; 404 for another person's."""
    if not kept_views.delete(owner=request.user, view_id=view_id):
        raise Http404
    messages.success(request, _("The view is forgotten."))
    return HttpResponseRedirect(reverse("followup:desk"), status=303)

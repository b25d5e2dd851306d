"""The pages of segments: their list, and making, changing and deleting one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from nps_project.accounts.models import Role, User
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.common.paging import BadKey, address, before_id, page
from nps_project.common.text import TextField
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form
from surveys.contacts import contact_filter, counting, filter_words
from surveys.contacts.forms import ContactFilterForm
from surveys.contacts.segments import services as segments
from surveys.contacts.selection import select
from surveys.models import Segment


class SegmentForm(forms.Form):
    """The name of a segment, and its filter as the query of the list of contacts."""

    name = TextField(label=gettext_lazy("Name"), max_length=200)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8_000)


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The list of segments, newest first, with the number of contacts in each that this person sees."""
    after, faults = request.GET.get("after", ""), []
    rows = contact_filter.segments_for(request.user)
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults = [_("This page of the segments does not exist. Begin at its first page.")]
        rows = rows.none()
    found, has_more = page(rows.select_related("created_by").order_by("-pk"))
    may_change = request.user.is_at_least(Role.MANAGER)
    sizes, form = segments.sizes_of(found, request.user), ContactFilterForm(segments=(), user=request.user)
    context = {
        "room": "contacts",
        "tab": "segments",
        "faults": faults,
        "clear_url": "?",
        "rows": [
            {
                "segment": segment,
                "filter": filter_words.whole(filter_words.in_words(segment.filter, form)),
                "count": counting.count_words(sizes[segment.pk]),
                "url": f"{reverse('contacts:list')}?{urlencode({'segment': segment.slug})}",
                "may_change": may_change and segments.may_change(segment, request.user),
            }
            for segment in found
        ],
        "may_change": may_change,
        "submission": form_submissions.new_submission(),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, "surveys/contacts/segments.html", context, status=400 if faults else 200)


@manager_required
def new(request: StaffRequest) -> HttpResponse:
    """Make a segment of the filters that stand in the address, as the list of contacts has them."""
    form = SegmentForm(request.POST or None, initial={"name": "", "query": request.GET.urlencode()})
    if is_to_be_saved(request, form, is_new=True) and (answer := _saved(request, form, Segment())):
        return answer
    return _form_page(request, form, _("Save as a segment"), request.POST.get("query", request.GET.urlencode()))


def _find(request: StaffRequest, slug: str) -> Segment:
    """A segment that the reader may change. Raises: Http404, PermissionDenied."""
    segment: Segment = get_object_or_404(
        contact_filter.segments_for(request.user).select_related("created_by"), slug=slug
    )
    if not segments.may_change(segment, request.user):
        raise PermissionDenied
    return segment


@manager_required
def edit(request: StaffRequest, slug: str) -> HttpResponse:
    """Change the name of a segment, or its filters when the address brings others."""
    segment = _find(request, slug)
    stored = urlencode(segment.filter)
    form = SegmentForm(request.POST or None, initial={"name": segment.name, "query": stored})
    if is_to_be_saved(request, form) and (answer := _saved(request, form, segment)):
        return answer
    return _form_page(request, form, segment.name, request.POST.get("query", request.GET.urlencode() or stored))


def _form_page(request: StaffRequest, form: SegmentForm, title: str, query: str) -> HttpResponse:
    """`query`: the filters as they stand now, which may differ from those that are stored."""
    selection = select(QueryDict(query), request.user)
    return render_form(
        request, form, title=title, here="segments", room="contacts", template="surveys/contacts/segment.html",
        submit=_("Save the segment"), cancel=reverse("contacts:segments"),
        crumbs=[(reverse("contacts:segments"), _("Segments"))],
        chosen=selection.in_words(), faults=selection.faults, filter_form=selection.form, query=query,
        count="" if selection.faults else counting.count_words(counting.count(selection.contacts)),
        list_url=f"{reverse('contacts:list')}?{query}",
    )  # fmt: skip


def _filter_of(query: str, user: User) -> Mapping[str, Any]:
    """The filter in a query. Raises: ValidationError for one that a segment cannot have."""
    selection = select(QueryDict(query), user)
    if selection.faults:
        raise ValidationError({"query": selection.faults})
    if "segment" in selection.chosen:
        raise ValidationError({"query": _("A segment cannot stand on another segment.")})
    return selection.chosen


def _saved(request: StaffRequest, form: SegmentForm, segment: Segment) -> HttpResponseRedirect | None:
    """Save and go to the list; None, with the fault in the form, when that cannot be."""
    try:
        chosen = _filter_of(form.cleaned_data["query"], request.user)
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("contacts:segments")
            segments.save_segment(segment, {"name": form.cleaned_data["name"], "filter": chosen}, by=request.user)
    except segments.SegmentTaken:
        form.add_error("name", _("Another segment has this name. Choose another one."))
    except ValidationError as error:
        add_faults(form, error)
    else:
        messages.success(request, _("%(segment)s is saved.") % {"segment": form.cleaned_data["name"]})
        return redirect("contacts:segments")
    return None


@manager_required
@require_POST
def delete(request: StaffRequest, slug: str) -> HttpResponse:
    """Delete a segment; its contacts stay."""
    segment = _find(request, slug)
    try:
        segments.delete_segment(segment.pk)
    except segments.SegmentInUse as error:
        words = _("%(segment)s stays: it is asked by %(campaigns)s.")
        messages.error(request, words % {"segment": segment.name, "campaigns": error.value})
    else:
        messages.success(request, _("%(segment)s is deleted. Its contacts stay.") % {"segment": segment.name})
    return redirect("contacts:segments")

"""/insights/improvements/: the list, and making or changing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.improvements.models import UNDER_WAY, Improvement, State, ToldStatus
from followup.insights.improvements.screens.forms import ImprovementForm
from followup.insights.improvements.services import save_improvement, today_of
from followup.models import RootCause
from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.common.paging import BadKey, address, before_id, page
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form

TABS = ("under_way", "done", "dropped")
FORM = "followup/insights/improvement_form.html"


def find(request: StaffRequest, improvement_id: int) -> Improvement:
    """An improvement that the reader may see. Raises: Http404."""
    rows = Improvement.objects.visible_to(request.user).select_related("owner", "team", "reviewed_by", "told_by")
    found = rows.prefetch_related("root_causes__parent").filter(pk=improvement_id).first()
    if found is None:
        raise Http404
    return found


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The improvements, those that are due first, or the newest; 50 a page."""
    at, after, faults = timezone.now(), request.GET.get("after", ""), []
    tab = request.GET.get("state", TABS[0])
    if tab not in TABS:
        faults.append(_("State cannot be “%(value)s”. Allowed: %(allowed)s.")
                      % {"value": tab[:100], "allowed": ", ".join(TABS)})  # fmt: skip
        tab = TABS[0]
    visible = Improvement.objects.visible_to(request.user)
    states = {"under_way": list(UNDER_WAY), "done": [State.DONE], "dropped": [State.DROPPED]}
    counts = visible.aggregate(**{name: Count("pk", filter=Q(state__in=of)) for name, of in states.items()})
    rows = visible.filter(state__in=states[tab]).select_related("owner").prefetch_related("root_causes__parent")
    rows = rows.annotate(told_count=Count("told", filter=Q(told__status=ToldStatus.SENT)))
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults.append(_("This page of the improvements does not exist. Begin at its first page."))
    found, has_more = page((rows.none() if faults else rows).order_by("-pk"))
    today = today_of(at)
    labels = {"under_way": _("Open and under way"), "done": _("Done"), "dropped": _("Dropped")}
    context = {
        "room": "insights",
        "here": "improvements",
        "faults": faults,
        "clear_url": "?",
        "tab": tab,
        "tabs": [
            {"label": labels[name], "count": counts[name], "href": address(request.GET, state=name),
             "is_current": name == tab} for name in TABS
        ],
        "rows": [(row, row.is_overdue(today)) for row in found],
        "may_change": request.user.is_at_least(Role.MANAGER),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
        "is_empty": not any(counts.values()),
    }  # fmt: skip
    return render(request, "followup/insights/improvements.html", context, status=400 if faults else 200)


@manager_required
def new(request: StaffRequest) -> HttpResponse:
    """Start an improvement; ?cause=<slug> chooses its first root cause."""
    slugs = [slug for slug in request.GET.getlist("cause")[:20] if slug.isprintable()]
    chosen = list(RootCause.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    given: dict[str, Any] = {"root_causes": chosen} if chosen else {}
    form = ImprovementForm(request.POST or None, improvement=Improvement(), user=request.user, initial=given)
    if is_to_be_saved(request, form, is_new=True) and (answer := _saved(request, form)):
        return answer
    return _shown(request, form, _("Start an improvement"), reverse("improvements:list"), _("Start it"))


@manager_required
def edit(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Change an improvement."""
    improvement = find(request, improvement_id)
    url = reverse("improvements:improvement", args=[improvement.pk])
    form = ImprovementForm(request.POST or None, improvement=improvement, user=request.user)
    if is_to_be_saved(request, form) and (answer := _saved(request, form)):
        return answer
    return _shown(request, form, improvement.title, url, _("Save the improvement"), (url, improvement.title))


def _shown(
    request: StaffRequest, form: ImprovementForm, title: str, cancel: str, submit: str, *more: tuple[str, str]
) -> HttpResponse:
    crumbs = [(reverse("improvements:list"), _("Improvements")), *more]
    return render_form(
        request, form, title=title, here="improvements", room="insights", template=FORM, submit=submit, cancel=cancel,
        crumbs=crumbs, crumb=_("Change") if more else title,
    )  # fmt: skip


def _saved(request: StaffRequest, form: ImprovementForm) -> HttpResponseRedirect | None:
    """Save and go to it; None, with the fault in the form, when that cannot be."""
    improvement = form.improvement
    try:
        with transaction.atomic():
            if not form_submissions.is_first(request):
                form_submissions.say_twice(request)
                return redirect("improvements:list")
            saved = save_improvement(improvement, form.changes(), by=request.user, at=timezone.now())
    except ValidationError as error:
        add_faults(form, error)
        return None
    messages.success(request, _("%(improvement)s is saved.") % {"improvement": saved.title})
    return redirect("improvements:improvement", saved.pk)

"""A manager imports contacts from a file: upload, matching of columns, progress, bad rows, stop and undo."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nps_project.accounts.permissions import StaffRequest, manager_required
from surveys.contacts.imports import bad_rows, parts, services
from surveys.contacts.imports.errors import Unreadable
from surveys.contacts.imports.forms import FileForm, MatchingForm
from surveys.contacts.imports.models import AT_WORK, ContactImport, ImportState
from surveys.contacts.imports.reading import delimited
from surveys.contacts.imports.rules import columns, reasons
from surveys.contacts.imports.tasks import begin_work
from surveys.errors import NotNow

SHOWN = 50
FAULTS_SHOWN = 100
SAMPLES = 3
LONGEST_SAMPLE = 60
REFRESH_S = 2


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """The last imports: one's own; for admins those of all. POST `file` stores a file and leads to its columns."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return _to(parts.store(file, file.name, by=request.user))
        except Unreadable as error:
            form.add_error("file", str(error))
    rows = ContactImport.objects.visible_to(request.user).select_related("by").order_by("-pk")[:SHOWN]
    context = {"room": "contacts", "form": form, "rows": rows}
    return render(request, "surveys/contacts/imports/imports.html", context, status=422 if form.errors else 200)


def _to(run: ContactImport) -> HttpResponse:
    return HttpResponseRedirect(reverse("imports:import", args=[run.pk]), status=303)


def _find(request: StaffRequest, run_id: int) -> ContactImport:
    rows = ContactImport.objects.visible_to(request.user).select_related("by", "undone_by", "team")
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


@manager_required
@require_safe
def show(request: StaffRequest, run_id: int) -> HttpResponse:
    """The columns of a file that is not imported yet; else the import's progress, which reloads while it runs."""
    run = _find(request, run_id)
    if run.state == ImportState.NEW:
        return _matching_page(request, run, MatchingForm(None, run=run, matching=services.matching_of(run)))
    page = render(request, "surveys/contacts/imports/import.html", _progress(run))
    if run.state in AT_WORK:
        page.headers["Refresh"] = str(REFRESH_S)
    return page


def _matching_page(request: StaffRequest, run: ContactImport, form: MatchingForm, status: int = 200) -> HttpResponse:
    rows = [row for row in parts.first_rows(run.pk, SAMPLES) if row.is_whole]
    samples = [
        [row.cells[number].strip()[:LONGEST_SAMPLE] for row in rows if number < len(row.cells)]
        for number in range(len(run.header))
    ]
    context = {
        "room": "contacts",
        "run": run,
        "form": form,
        "left_out": form.left_out(),
        "separator": delimited.SEPARATORS.get(run.separator, ""),
        "encoding": delimited.encoding_name(run.encoding),
        "columns": [
            (field, [sample for sample in of_column if sample])
            for field, of_column in zip(form.of_columns(), samples, strict=True)
        ],
    }  # fmt: skip
    return render(request, "surveys/contacts/imports/matching.html", context, status=status)


def _progress(run: ContactImport) -> dict[str, Any]:
    faults = list(run.faults.order_by("line", "id")[: FAULTS_SHOWN + 1])
    for fault in faults:
        fault.words = reasons.in_words(fault.code, fault.detail)  # type: ignore[attr-defined]
        fault.label = columns.FIELDS.get(fault.field, fault.field)  # type: ignore[attr-defined]
    return {
        "room": "contacts",
        "run": run,
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": len(faults) > FAULTS_SHOWN,
        "matched": [
            (name, columns.FIELDS.get(target, target))
            for name in columns.heads(run.header)
            if (target := run.columns.get(name))
        ],
        "to_undo": run.made + run.changed,
    }


@manager_required
@require_POST
def act(request: StaffRequest, run_id: int, action: str) -> HttpResponse:
    """POST `start` with a target for each column, `stop`, `go-on`, `undo` or `discard`: 303 to what comes next."""
    run = _find(request, run_id)
    if action == "start":
        return _start(request, run)
    if action == "stop":
        services.stop(run_id=run.pk)
    elif action == "go-on":
        if services.go_on(run_id=run.pk):
            begin_work(run.pk)
    elif action == "undo":
        try:
            services.undo(run_id=run.pk, by=request.user)
            begin_work(run.pk)
        except NotNow:
            messages.error(request, _("This import cannot be undone: it runs, or it is older than 30 days."))
    elif action == "discard":
        if services.discard(run_id=run.pk):
            messages.success(request, _("%(file)s is forgotten. Nothing was imported.") % {"file": run.name})
            return HttpResponseRedirect(reverse("imports:list"), status=303)
    else:
        raise Http404
    return _to(run)


def _start(request: StaffRequest, run: ContactImport) -> HttpResponse:
    if run.state != ImportState.NEW:
        return _to(run)
    form = MatchingForm(request.POST, run=run, matching=services.matching_of(run))
    if not form.is_valid():
        return _matching_page(request, run, form, status=422)
    try:
        services.start(run_id=run.pk, chosen=form.chosen, team=form.cleaned_data.get("team"))
        begin_work(run.pk)
    except NotNow:
        pass  # sent twice, and started once
    return _to(run)


@manager_required
@require_safe
def bad(request: StaffRequest, run_id: int) -> StreamingHttpResponse:
    """The bad rows as a CSV file to mend."""
    run = _find(request, run_id)
    if run.forgotten_at is not None:
        raise Http404
    page = StreamingHttpResponse(bad_rows.csv_of(run), content_type="text/csv; charset=utf-8")
    page.headers["Content-Disposition"] = f'attachment; filename="bad-rows-{run.pk}.csv"'
    return page

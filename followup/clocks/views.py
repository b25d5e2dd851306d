"""Set-up of calendars: when teams are in service, with a trial before saving."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.clocks import calendars
from followup.clocks.business_time import ServiceHours
from followup.clocks.countries import country_name, region_name
from followup.clocks.day_forms import OwnDayFormSet, day_formset
from followup.clocks.forms import CalendarForm, most_times, times_asked
from followup.errors import InvalidAction
from followup.models import Calendar, TeamFollowUp
from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, Crumb, is_to_be_saved, render_form

_WEEK = {str(day): [["09:00", "17:00"]] for day in range(5)}
TRIED_HOURS = (4, 8, 24)
OwnDays = dict[date, tuple[str, list[list[str]]]]


def _crumbs() -> list[Crumb]:
    return [(reverse("followup_setup:calendars"), _("Calendars"))]


@admin_required
def calendar_list(request: StaffRequest) -> HttpResponse:
    """Every calendar with the teams that work by it; two queries."""
    teams = Prefetch("teams", TeamFollowUp.objects.select_related("team").order_by("team__name"))
    rows = [(row, _holidays_of(row)) for row in Calendar.objects.prefetch_related(teams)]
    context = {"room": "setup", "here": "calendars", "title": _("Calendars"), "calendars": rows}
    return render(request, "followup/clocks/calendars.html", context)


def _holidays_of(calendar: Calendar) -> str:
    """Whose public holidays a calendar has; "" for none."""
    if not calendar.country:
        return ""
    country = country_name(calendar.country)
    return f"{country}, {region_name(calendar.country, calendar.subdivision)}" if calendar.subdivision else country


@admin_required
def calendar_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a calendar. "try" shows its effect; that, and the buttons that change its rows, store nothing."""
    if pk is not None:
        calendar = get_object_or_404(Calendar, pk=pk)
    else:
        calendar = Calendar(time_zone=settings.TIME_ZONE, week=_WEEK)
    title = calendar.name or _("Make a calendar")
    times = times_asked(request.POST, most_times(calendar))
    form = CalendarForm(request.POST or None, calendar=calendar, times=times)
    rows = day_formset(request.POST or None, calendar, times=times)
    tried = calendars.hours_of_calendar(calendar) if pk is not None else None
    extra: dict[str, Any] = {}
    if change := form_rows.asked(request.POST):
        form, rows, extra = _redrawn(request, form, rows, change)
    elif is_to_be_saved(request, form, formset=rows, is_new=pk is None):
        calendar, days = form.filled(), rows.own_days()
        if "try" not in request.POST:
            return _saved(request, form, calendar, days)
        tried = calendars.service_hours(calendar, {day: calendars.read_day(own) for day, own in days.items()})
    return render_form(
        request,
        form,
        title=title,
        here="calendars",
        submit=_("Save the calendar"),
        cancel=reverse("followup_setup:calendars"),
        crumbs=_crumbs(),
        template="followup/clocks/calendar.html",
        calendar=calendar,
        formset=rows,
        most_times=calendars.MOST_INTERVALS,
        also_faulty=rows.is_bound and not rows.is_valid(),
        preview=_preview(tried) if isinstance(tried, ServiceHours) else None,
        **extra,
    )


def _redrawn(
    request: StaffRequest, form: CalendarForm, rows: OwnDayFormSet, change: form_rows.RowChange
) -> tuple[CalendarForm, OwnDayFormSet, dict[str, Any]]:
    """The forms as typed, with a row more or less, a time more for each day, or the regions of the country."""
    typed, at = [form_rows.typed(row) for row in rows.forms], -1
    if change.rows == "days":
        typed, at = form_rows.changed(typed, change, new={})
    is_more = (change.rows, change.action) == ("hours", "add")
    times = min(form.number_of_times + is_more, calendars.MOST_INTERVALS)
    drawn = CalendarForm(calendar=form.calendar, times=times, initial=form_rows.typed(form))
    days = day_formset(None, form.calendar, times=times, rows=typed[: calendars.MOST_DAYS])
    return drawn, days, {"shown": request.POST.get(SHOWN, ""), "change": change, "go_on_at": at}


def _saved(request: StaffRequest, form: CalendarForm, calendar: Calendar, days: OwnDays) -> HttpResponse:
    with transaction.atomic():
        if form_submissions.is_first(request):
            calendars.save_calendar(calendar, days, teams=form.cleaned_data["teams"])
    messages.success(request, _("%(name)s is saved. Tickets that are open keep their deadlines.") % {"name": calendar})
    return redirect("followup_setup:calendars")


@admin_required
@require_POST
def calendar_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a calendar that no team works by."""
    calendar = get_object_or_404(Calendar, pk=pk)
    try:
        calendars.delete_calendar(calendar)
    except InvalidAction:
        teams = ", ".join(row.team.name for row in calendar.teams.select_related("team")[:10])
        words = _("%(name)s stays: %(teams)s work by it. Give them another calendar first.")
        messages.error(request, words % {"name": calendar, "teams": teams})
        return redirect("followup_setup:calendar", pk)
    messages.success(request, _("%(name)s is removed.") % {"name": calendar})
    return redirect("followup_setup:calendars")


def _preview(hours: ServiceHours) -> dict[str, Any]:
    """What promises made on the next Friday afternoon come to, and the next closed days."""
    today = timezone.now().astimezone(hours.zone).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    start = datetime.combine(friday, time(16, 30), tzinfo=hours.zone)
    return {
        "start": _say(start, hours.zone),
        "promises": [(length, _say(hours.add(start, length * 3600), hours.zone)) for length in TRIED_HOURS],
        "closed": [(date_format(day, "WEEKDAY"), name) for day, name in calendars.next_closed_days(hours, today)],
    }


def _say(at: datetime, zone: ZoneInfo) -> str:
    return date_format(at.astimezone(zone), "WEEKDAY_MOMENT_OF_YEAR")

"""Set-up of routing: rules in their order, tried on past tickets before they are saved; limits; absences."""

import re
from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followup.errors import InvalidAction
from followup.models import Absence, RoutingRule, Ticket, WorkShare
from followup.notify import recipients
from followup.notify.recipients import NO_ACCOUNT_MANAGER
from followup.presentation.wording import exactly
from followup.routing import assignment
from followup.routing.absences import arranged_by, promised_meanwhile
from followup.routing.forms import AbsenceForm, RuleForm
from followup.routing.rule_texts import conditions_in_words
from followup.routing.trait_forms import (
    MOST_TRAITS,
    TraitFormSet,
    trait_formset,
    with_written_values,
)
from nps_project.accounts.models import Team, User
from nps_project.accounts.permissions import StaffRequest, admin_required, agent_required
from nps_project.web import form_rows, form_submissions
from nps_project.web.setup_pages import SHOWN, Crumb, is_to_be_saved, render_form
from surveys.contacts.trait_labels.choosing import Known, NewTraitForm
from surveys.contacts.trait_labels.known import known_traits
from surveys.contacts.trait_labels.labels import TraitLabels

_LIMIT = re.compile(r"[1-9][0-9]{0,2}|1000", re.ASCII)
TRIED_DAYS, MOST_TRIED = 90, 1000
ABSENCES_SHOWN = 100


def _crumbs() -> list[Crumb]:
    return [(reverse("followup_setup:routing"), _("Who gets a ticket"))]


@admin_required
def rule_list(request: StaffRequest) -> HttpResponse:
    """The rules in their order, and the teams with their limits; at most four queries."""
    labels = TraitLabels()
    rows = RoutingRule.objects.select_related("person", "team").prefetch_related("surveys")
    context = {
        "room": "setup",
        "here": "routing",
        "title": _("Who gets a ticket"),
        "rules": [(rule, conditions_in_words(rule, labels)) for rule in rows],
        "teams": Team.objects.order_by("name"),
    }
    return render(request, "followup/routing/routing.html", context)


@admin_required
def rule_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a rule.

    The button "try" shows what it would have done; that and those that change the conditions on traits store nothing.
    """
    if pk is not None:
        rule = get_object_or_404(RoutingRule, pk=pk)
    else:
        last = RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0
        rule = RoutingRule(position=last + 1, to="team")
    title = rule.name or _("Make a rule")
    form = RuleForm(request.POST or None, rule=rule)
    known, labels = known_traits(), TraitLabels()
    rows = trait_formset(request.POST or None, rule, known=known, labels=labels)
    new = NewTraitForm(request.POST or None, known=known, labels=labels, taken=())
    tried, extra = None, dict[str, Any]()
    if change := form_rows.asked(request.POST):
        typed = [with_written_values(form_rows.typed(row)) for row in rows.forms]
        if change.action != "add" or (new.asked() and new.asked() not in [row["name"] for row in typed]):
            typed, extra["go_on_at"] = form_rows.changed(typed, change, new={"name": new.asked(), "values": []})
        form = RuleForm(rule=rule, initial=form_rows.typed(form))
        rows = trait_formset(None, rule, known=known, labels=labels, rows=typed[:MOST_TRAITS])
        extra |= {"shown": request.POST.get(SHOWN, ""), "change": change}
    elif new.is_valid() and is_to_be_saved(request, form, formset=rows, is_new=pk is None):
        filled = form.filled(rows.traits())
        if "try" not in request.POST:
            with transaction.atomic():
                if form_submissions.is_first(request):
                    assignment.save_rule(filled)
            words = _("%(name)s is saved. It counts from the next ticket on.")
            messages.success(request, words % {"name": filled.row.name})
            return redirect("followup_setup:routing")
        tried = _try(filled)
    return render_form(
        request,
        form,
        title=title,
        here="routing",
        submit=_("Save the rule"),
        cancel=reverse("followup_setup:routing"),
        crumbs=_crumbs(),
        template="followup/routing/rule.html",
        rule=rule,
        tried=tried,
        formset=rows,
        new_trait=_new_trait(new, rows, known, labels),
        most_traits=MOST_TRAITS,
        also_faulty=rows.is_bound and not (rows.is_valid() and new.is_valid()),
        **extra,
    )


def _new_trait(new: NewTraitForm, rows: TraitFormSet, known: Known, labels: TraitLabels) -> NewTraitForm:
    """The form as it is to be drawn: with its fault, else empty, without the traits that are conditions already."""
    taken = [str(row["name"].value()) for row in rows.forms]
    return (
        new if new.is_bound and rows.is_bound and new.errors else NewTraitForm(known=known, labels=labels, taken=taken)
    )


@admin_required
@require_POST
def rule_move(request: StaffRequest, pk: int) -> HttpResponse:
    """POST: move a rule `to` up or down among the others."""
    rule = get_object_or_404(RoutingRule, pk=pk)
    assignment.move_rule(rule, up=request.POST.get("to") == "up")
    messages.success(request, _("%(name)s has another place.") % {"name": rule.name})
    return redirect("followup_setup:routing")


@admin_required
@require_POST
def rule_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a rule; tickets that it sent stay where they are."""
    rule = get_object_or_404(RoutingRule, pk=pk)
    rule.delete()
    messages.success(request, _("%(name)s is removed.") % {"name": rule.name})
    return redirect("followup_setup:routing")


def _try(draft: assignment.Rule) -> dict[str, Any]:
    """What the rule, in its place among the others, would have done with the tickets of 90 days; four queries."""
    others = [rule for rule in assignment.rules() if rule.row.pk != draft.row.pk]
    ordered = sorted([*others, draft], key=lambda rule: (rule.row.position, rule.row.pk or 2**62))
    since = timezone.now() - timedelta(days=TRIED_DAYS)
    rows = Ticket.objects.filter(opened_at__gte=since).select_related(
        "response__contact", "response__survey", "owner", "team"
    )
    tickets = list(rows.defer("response__comment", "response__search_vector").order_by("-pk")[:MOST_TRIED])
    managers = recipients.account_managers_of(ticket.response for ticket in tickets)
    went: Counter[str] = Counter()
    for ticket in tickets:
        manager = managers.get(ticket.response_id, NO_ACCOUNT_MANAGER)
        if assignment.first_match(ordered, assignment.routing_input(ticket.response, manager.user)) is draft.row:
            went[str(ticket.owner or ticket.team or _("Nobody"))] += 1
    return {
        "n": len(tickets),
        "taken": went.total(),
        "went": went.most_common(10),
        "is_cut": len(tickets) == MOST_TRIED,
    }


@admin_required
def team_limits(request: StaffRequest, pk: int) -> HttpResponse:
    """How many open tickets each member of a team may have at most."""
    team = get_object_or_404(Team, pk=pk)
    members = list(User.objects.workers().filter(teams=team, is_service=False).order_by("name", "email"))
    limits: dict[int, Any] = dict(WorkShare.objects.filter(team=team).values_list("person", "open_limit"))
    faults: dict[int, str] = {}
    if request.method == "POST":
        typed = {member.pk: request.POST.get(f"limit-{member.pk}", "").strip() for member in members}
        faults = {person_id: text for person_id, text in typed.items() if text and not _LIMIT.fullmatch(text)}
        if not faults:
            given = {person_id: int(text) if text else None for person_id, text in typed.items()}
            assignment.set_limits(team=team, limits=given)
            messages.success(request, _("The limits of %(team)s are saved.") % {"team": team})
            return redirect("followup_setup:routing")
        limits = dict(typed)
    rows = [{"person": member, "limit": limits.get(member.pk), "fault": member.pk in faults} for member in members]
    title = _("%(team)s: limits") % {"team": team}
    context = {"room": "setup", "here": "routing", "title": title, "team": team, "rows": rows, "faulty": bool(faults)}
    return render(
        request, "followup/routing/limits.html", context | {"crumbs": _crumbs()}, status=422 if faults else 200
    )


@agent_required
def absences(request: StaffRequest) -> HttpResponse:
    """One's own absences; managers see and enter those that they arrange."""
    user = request.user
    form = AbsenceForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if form_submissions.is_first(request):
                    form.save()
        except InvalidAction:  # written down at the same time
            form.add_error("first_day", _("These days lie over another absence of the same person."))
        else:
            messages.success(request, _("The absence is written down."))
            return redirect("followup_setup:absences")
    coming = Absence.objects.filter(last_day__gte=timezone.localdate()).select_related("person", "stand_in")
    rows = list(coming.filter(person__in=arranged_by(user))[:ABSENCES_SHOWN])
    return render_form(
        request,
        form,
        title=_("Absences"),
        here="",
        submit=_("Write it down"),
        cancel=reverse("accounts_setup:me"),
        template="followup/routing/absences.html",
        absences=rows,
        promised=[(promise, exactly(promise.due_at)) for promise in promised_meanwhile(rows, user)],
    )


@agent_required
@require_POST
def absence_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """POST: delete one's own absence; managers may delete those that they arrange."""
    get_object_or_404(Absence, pk=pk, person__in=arranged_by(request.user)).delete()
    messages.success(request, _("The absence is removed."))
    return redirect("followup_setup:absences")

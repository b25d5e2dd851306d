"""The pages of the desk: its figures, the next call, and the queue."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from followup.desk.queue import kept_views, signs
from followup.desk.queue.figures import figures_of, in_words, questions
from followup.desk.queue.forms import QueueFilterForm
from followup.desk.queue.live_lines import lines_of
from followup.desk.queue.next_call import first_line, is_theirs, next_call
from followup.desk.queue.query import FOR_ME, LANES, TABS, Selection, filtered, first_view, in_view, select
from followup.desk.queue.rows import Row, fingerprint_of, grouped, read_rows
from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from followup.notices import reading
from followup.presentation.mail_texts import mail_url
from followup.presentation.wording import count_words
from followup.tickets.finding import search
from nps_project.accounts.models import Role, User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.paging import COUNT_LIMIT, address, bounded_count
from nps_project.common.together import ask, list_of
from nps_project.web import form_submissions
from surveys.contacts.trait_labels.filtering import trait_in_words
from surveys.models import Response

PAGE_SIZE = 30


def _tabs(request: StaffRequest, selection: Selection, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tabs with their counts, those of an agent with their own work first.

    A lane stands there while it holds something, or is looked at.
    """
    first, view = first_view(request.user, selection.chosen), selection.view
    hidden = {name for name in LANES if not counts[name]}
    if request.user.role != Role.AGENT:
        hidden.add(FOR_ME)
    return [
        {
            "label": label,
            "count": count_words(counts[name], COUNT_LIMIT) if name in counts else "",
            "href": address(request.GET, view=name if name != first else None),
            "is_current": name == view,
        }
        for name, label in TABS.items()
        if name not in hidden or name == view
    ]


def _sorts(request: StaffRequest, selection: Selection, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The heads of the columns, which sort the list; by a name only a list that is not known to be too long."""
    is_long = not set(selection.chosen) - {"sort"} and counts.get(selection.view, 0) > COUNT_LIMIT
    columns = [
        ("row-score", _("Score"), "score"), ("row-clock", _("Clock"), "queue"),
        ("row-name", _("Customer"), "" if is_long else "customer"), ("row-words", _("Words"), ""),
        ("row-owner", _("Owner"), "" if is_long else "owner"), ("row-lang", "", ""),
        ("row-why", _("Why here"), "value"),
    ]  # fmt: skip
    orders = dict(QueueFilterForm.base_fields["sort"].choices)  # type: ignore[attr-defined]
    return [
        {
            "column": column,
            "label": label,
            "order": orders.get(sort, ""),
            "href": address(request.GET, sort=sort if sort != "queue" else None) if sort else "",
            "is_current": sort == selection.order,
        }
        for column, label, sort in columns
    ]


def _offers_next_call(selection: Selection, user: User) -> bool:
    """Whether the page names the next call: to agents, on the first page of the queue in its own order.

    Not in a search, and not among tickets that wait: none of those is called, and to find that out the database would
    read them all.
    """
    is_queue = selection.is_first_page and selection.order == "queue" and "q" not in selection.chosen
    is_queue = is_queue and selection.view != "waiting"
    return is_queue and not selection.faults and user.is_at_least(Role.AGENT)


def _whose(row: Row, user: User) -> str:
    """Why this person calls: in a word or two."""
    if row.is_nobodys:
        return _("Nobody has it yet")
    owner = row.ticket.owner
    return _("Yours") if owner == user else _("You stand in for %(name)s") % {"name": owner}


def _mail_url(ticket: Ticket) -> str:
    """Where a customer without a phone number is written to: on the ticket's page, or, where no mail server is set, in
    one's own mail program, for which the mail's beginning costs a query."""
    response = ticket.response
    if response.reach_phone or not response.reach_email:
        return ""
    if not settings.MAIL_IS_STORED_ONLY:
        return reverse("followup:ticket", args=[ticket.pk]) + "#mail"
    return mail_url(Ticket.objects.select_related("play", "response__survey", "response__contact").get(pk=ticket.pk))


@viewer_required
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The desk's page; a fixed number of queries. A filter that cannot be used is named, with status 400."""
    user, at = request.user, timezone.now()
    selection = select(request.GET, user, at)
    visible, offers_next = Ticket.objects.visible_to(user), _offers_next_call(selection, user)
    asked = questions(user, visible, selection.cover) | reading.questions(user, at) | signs.questions(user)
    asked["page"] = list_of(selection.first(PAGE_SIZE + 1).values("pk"))
    if offers_next:
        asked["next"] = next_call(selection.tickets, user, selection.cover)
    answers = ask(asked)
    ids, next_id, has_more = (
        [row["pk"] for row in answers["page"]],
        answers.get("next"),
        len(answers["page"]) > PAGE_SIZE,
    )
    lines = read_rows([*ids[:PAGE_SIZE], *([next_id] if next_id else [])], at)
    rows, following = [lines[pk] for pk in ids[:PAGE_SIZE] if pk in lines], lines.get(next_id or 0)
    if following and not is_theirs(following, user, selection.cover):
        following = first_line(selection.tickets, user, selection.cover)
    figures = figures_of(answers, user, at)
    view, is_first = selection.view, selection.is_first_page
    may_act = user.is_at_least(Role.AGENT)
    context = {
        "room": "desk",
        "unread": reading.unread_of(answers),
        "figures": in_words(figures),
        "signs": signs.shown(answers),
        "tabs": _tabs(request, selection, figures.counts),
        "view": view,
        "search": selection.form["q"],
        "others": _others(request, selection),
        "filters_url": f"{reverse('followup:desk_filters')}?{request.GET.urlencode()}",
        "faults": selection.faults,
        "chosen": _marks(request, selection),
        "clear_url": f"?view={view}" if "view" in request.GET else "?",
        "rows": rows,
        "sorts": _sorts(request, selection, figures.counts),
        "groups": grouped(rows) if selection.order == "queue" and view != "resolved" else [("", rows)],
        "may_tick": may_act and bool(rows),
        "submission": form_submissions.new_submission(),
        "next": following,
        "next_mail_url": _mail_url(following.ticket) if following else "",
        "whose": _whose(following, user) if following else "",
        "nothing_yet": not rows,
        "is_new": is_first and not (rows or selection.chosen or selection.faults) and _is_new(user, visible),
        "nobody_to_call": offers_next and rows and not following,
        "first_url": "" if is_first else address(request.GET),
        "more_url": address(request.GET, after=selection.key_after(rows[-1].ticket)) if has_more else "",
        "saved": kept_views.of(user),
        "may_share": user.is_at_least(Role.MANAGER),
        "live_url": f"{reverse('followup:desk_live')}?{request.GET.urlencode()}",
        "export_url": f"{reverse('followup:desk_export')}?{request.GET.urlencode()}",
        "export_xlsx_url": f"{reverse('followup:desk_export_xlsx')}?{request.GET.urlencode()}",
        "fingerprint": fingerprint_of(row.fingerprint for row in rows),
    }
    if "q" in selection.chosen and not selection.faults:
        context |= _more_of_the_search(request, selection, visible, is_empty=not rows)
    return render(request, "followup/desk/queue/desk.html", context, status=400 if selection.faults else 200)


def _is_new(user: User, visible: TicketQuerySet) -> bool:
    """Whether this person has seen neither a ticket nor an answer yet; two queries where there is no ticket."""
    return not (visible.exists() or Response.objects.visible_to(user).exists())


def _others(request: StaffRequest, selection: Selection) -> list[tuple[str, str]]:
    """What the address says beside the search."""
    names = [name for name in ("view", *selection.chosen) if name != "q" and name in request.GET]
    return [(name, request.GET[name]) for name in names]


def _marks(request: StaffRequest, selection: Selection) -> list[dict[str, str]]:
    """The filters in use in words, each with the address without it."""
    return [
        {"words": _mark(selection, name), "off_url": address(request.GET, **{name: None})} for name in selection.chosen
    ]


def _mark(selection: Selection, name: str) -> str:
    form = selection.form
    if name == "trait":
        return trait_in_words(selection.chosen["trait"], form.labels)
    return f"{form.fields[name].label}: {_label(form, name)}"


@viewer_required
@require_safe
def filters(request: StaffRequest) -> HttpResponse:
    """The filters of the queue, which the desk opens in place."""
    selection = select(request.GET, request.user, timezone.now(), searches=False)
    context = {
        "room": "desk",
        "form": selection.form,
        "fields": [field for field in selection.form if field.name != "q"],
        "view": selection.view if "view" in request.GET else "",
        "faults": selection.faults,
        "clear_url": "?",
        "back_url": f"{reverse('followup:desk')}?{request.GET.urlencode()}",
    }
    status = 400 if selection.faults else 200
    return render(request, "followup/desk/queue/filters.html", context, status=status)


@viewer_required
@require_safe
def live(request: StaffRequest) -> HttpResponse:
    """What the queue of an address shows now, for the script that keeps it fresh; 304 while no ticket has changed since
    the minute began, and no notice came.

    {"fingerprint": …, "rows": {id: {"fingerprint": …, "clock": {"words": …, …}}}, "unread": notices}.
    The fingerprints change with the rows, not with the minutes of their clocks.
    """
    at = timezone.now()
    selection = select(request.GET, request.user, at)
    asked = {"places": list_of(selection.first(PAGE_SIZE).values("pk", "history_count", "stage"))}
    answers = ask(asked | reading.questions(request.user, at))
    places = [(place["pk"], place["history_count"], place["stage"]) for place in answers["places"]]
    unread = reading.unread_of(answers)
    tag = f'"{fingerprint_of((at.replace(second=0, microsecond=0), unread, *places))}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    lines = lines_of(places, at)
    answer = JsonResponse(
        {
            "fingerprint": fingerprint_of(line["fingerprint"] for line in lines.values()),
            "rows": {str(ticket_id): line for ticket_id, line in lines.items()},
            "unread": unread,
        }
    )
    answer["ETag"] = tag
    return answer


def _more_of_the_search(
    request: StaffRequest, selection: Selection, visible: TicketQuerySet, *, is_empty: bool
) -> dict[str, Any]:
    """What a search finds under Resolved, and whether its words are too common; at most two queries."""
    resolved = 0
    if selection.view != "resolved":
        rows = in_view(visible, "resolved", request.user, selection.cover)
        resolved = bounded_count(filtered(rows, selection.chosen, request.user, selection.cover, selection.found))
    number = count_words(resolved, COUNT_LIMIT)
    words = ngettext("%(n)s more under Resolved", "%(n)s more under Resolved", resolved) % {"n": number}
    return {
        "resolved_words": words if resolved else "",
        "resolved_url": address(request.GET, view="resolved"),
        "too_common": is_empty and search.are_common(selection.chosen["q"]),
    }


def _label(form: QueueFilterForm, name: str) -> str:
    """The chosen option of a filter in its own words."""
    choices = getattr(form.fields[name], "choices", ())
    words = {str(value): label for value, label in choices}
    return str(words.get(form.data[name], form.data[name]))

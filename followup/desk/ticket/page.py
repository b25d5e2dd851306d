"""Reads what a ticket's page shows, and puts it into words; the views choose the forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.clocks.business_time import Hours
from followup.clocks.calendars import calendar_of_team, hours_of_calendar
from followup.desk import presence
from followup.desk.forms import share_people
from followup.desk.ticket import afterwards, parts
from followup.desk.ticket.actions import ACTIONS, OF_ONE_PROMISE, OF_OPEN, OF_RESOLVED
from followup.desk.ticket.forms import STEP_RECORDS, StepForm
from followup.desk.ticket.presets import later_times, when_they_are_in
from followup.desk.ticket.said import said, said_before
from followup.models import (
    ActivityKind,
    Attempt,
    ContactBy,
    Presence,
    Promise,
    Reminder,
    Step,
    StepKind,
    TeamFollowUp,
    Ticket,
)
from followup.models.ticket import NO_DEADLINE
from followup.notices import reading
from followup.presentation import sparkline
from followup.presentation.clock_texts import explain
from followup.presentation.history_texts import Describer, Entry
from followup.presentation.mail_texts import filled, mail_url
from followup.presentation.sparkline import ScoreLine
from followup.presentation.wording import (
    Clock,
    clock_of,
    exactly,
    money,
    name_of,
    promise_clock,
    record_words,
    when,
    with_hours,
    worth,
)
from followup.reminders import services as reminders
from followup.tickets import identity
from nps_project.accounts.models import Role, User
from nps_project.common.text import in_language
from nps_project.common.together import ask
from nps_project.common.zones import zone_names, zone_of_country
from surveys.campaigns.first_steps.company import services as company
from surveys.contacts.trait_labels import labels
from surveys.contacts.trait_labels.labels import TraitLabels
from surveys.contacts.traits import as_text
from surveys.models import Answer, Contact, Response

HISTORY_PAGE = 50
EARLIER_ANSWERS = 10
PROMISES_SHOWN = 50
MOST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the page draws it, with the form that ticks it."""

    step: Step
    text: str
    record: str  # what it records, such as "Gave 20.00 EUR: flowers"
    note: str
    has_record: bool  # whether the form asks for one
    has_amount: bool
    form: StepForm


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise as the page draws it; an open one has the forms that end or move it."""

    promise: Promise
    clock: Clock
    forms: dict[str, Any]


def read(user: User, ticket_id: int) -> Ticket | None:
    """The ticket with what its page needs; None for one that this person may not see. One query.

    What few tickets have is only looked for, so that the page asks for it where it is.
    """
    rows = Ticket.objects.visible_to(user).select_related(
        "response__contact", "response__survey", "play", "owner", "team", "root_cause", "calendar"
    )
    rows = rows.annotate(
        currency=company.currency(),
        team_has_calendar=Exists(TeamFollowUp.objects.filter(team=OuterRef("team"), calendar__isnull=False)),
        has_attempt=Exists(Attempt.objects.filter(ticket=OuterRef("pk"))),
        has_promises=Exists(Promise.objects.filter(ticket=OuterRef("pk"))),
        has_extra=Exists(Answer.objects.filter(response=OuterRef("response"))),
        has_reminders=Exists(Reminder.objects.filter(contact=OuterRef("response__contact"), raised_at=None)),
        **afterwards.annotations(),
        **parts.annotations(),
        has_visitors=Exists(Presence.objects.filter(ticket=OuterRef("pk")).exclude(person=user)),
    )
    return rows.defer("response__search_vector", "response__contact__search_vector").filter(pk=ticket_id).first()


def form_of(
    action: str,
    ticket: Ticket,
    data: QueryDict | None = None,
    *,
    auto_id: str,
    initial: dict[str, Any] | None = None,
) -> Any:
    """The form of one of ACTIONS. Raises: KeyError for an action without a form."""
    made = ACTIONS[action].form
    if made is None:
        raise KeyError(action)
    if action == "resolve" and ticket.root_cause is not None:
        initial = {"root_cause": ticket.root_cause.slug, **(initial or {})}  # named before, or when it was resolved
    return made(data, auto_id=auto_id, initial=initial, **(_of_resolving(ticket) if action == "resolve" else {}))


def _of_resolving(ticket: Any) -> dict[str, Any]:
    """What the form needs to know of a ticket that `read` read; one query where something was promised."""
    promised = list(ticket.promises.open_first_due()) if ticket.has_promises else []
    return {"has_attempt": ticket.has_attempt, "promised": promised}


def blank_forms(ticket: Ticket) -> dict[str, Any]:
    """An empty form for each action that the ticket's status allows."""
    wanted = OF_RESOLVED if ticket.is_resolved else OF_OPEN
    forms = {name: form_of(name, ticket, auto_id=f"{name}_%s") for name in wanted}
    share_people([form.fields["owner"] for form in forms.values() if "owner" in form.fields])
    return forms


def context_of(user: User, ticket: Any, forms: dict[str, Any], *, before: int | None = None) -> dict[str, Any]:
    """The context of the template; a fixed number of queries. `before`: show the history older than that entry."""
    at = timezone.now()
    steps = list(ticket.steps.select_related("done_by"))
    told = ask({**reading.questions(user, at), "labels": labels.question()})
    of_team = calendar_of_team(ticket.team_id) if ticket.team_has_calendar and not ticket.calendar else None
    hours = hours_of_calendar(ticket.calendar or of_team)
    may_act = user.is_at_least(Role.AGENT)
    lines = _step_lines(ticket, steps, at, forms.get("steps"))
    earlier, line = _earlier(user, ticket, at)
    after = afterwards.shown(ticket, at)
    promised = _promises(ticket, at, forms) if ticket.has_promises else []
    added = parts.drawn(user, ticket, at)
    return {
        "room": "desk",
        "ticket": ticket,
        "response": ticket.response,
        "name": name_of(ticket.response),
        "clock": with_hours(clock_of(ticket, at), hours, at),
        "explained": explain(ticket, at),
        "others": others_here(ticket, user, at) if ticket.has_visitors else "",
        "said": said(ticket.response.comment),
        "said_before": said_before(ticket.response, at),
        "afterwards": after,
        "said_after": said(after["comment"]) if after and after["answer"] else None,
        "said_by": _said_by(ticket.response),
        "extra": ticket.response.answers.select_related("question").order_by("question__position")
        if ticket.has_extra
        else [],
        "tells": ticket.play.tells_text(),
        "script": filled(in_language(ticket.play.call_script, ticket.response.language), ticket),
        "mail_url": mail_url(ticket),
        "by_mail": ticket.play.contact_by == ContactBy.EMAIL and bool(ticket.response.reach_email),
        "play_title": _("The play for %(score)s: %(way)s")
        % {"score": ticket.score, "way": _lower(ContactBy(ticket.play.contact_by).label)},
        "steps": lines,
        "open_steps": [line.text for line in lines if line.step.done_at is None],
        "give": next((line.form["note"].auto_id for line in lines if line.has_amount), ""),
        "to_raise": list(reminders.open_for(ticket.response.contact_id, user)) if ticket.has_reminders else [],
        "promises": promised,
        "open_promises": sum(line.promise.ended_at is None for line in promised),
        "facts": _facts(ticket, TraitLabels(told["labels"])),
        "unread": reading.unread_of(told),
        "contact_url": _contact_url(user, ticket),
        "earlier": earlier,
        "score_line": line,
        "may_be": identity.known_customer(ticket.response, user) if may_act else None,
        "may_act": may_act,
        "may_decide": user.is_at_least(Role.MANAGER) and ticket.discarded_at is None,
        "may_claim": may_act and not ticket.is_resolved and not (ticket.owner and ticket.owner.is_active),
        "forms": forms if may_act else {},
        "later": _later(ticket, user, hours, at),
        "parts": added,
        "mail_panel": parts.mail_panel(added),
        **_history(ticket, steps, at, before),
    }


def _later(ticket: Ticket, user: User, hours: Hours, at: datetime) -> list[tuple[str, str]]:
    """Times to come in words, which say so after the deadline, and as a field takes them; in the reader's zone."""
    due = ticket.deadline if at < ticket.deadline < NO_DEADLINE else NO_DEADLINE
    found = [
        (when(one, at) if one <= due else _("%(time)s, after the deadline") % {"time": when(one, at)}, one)
        for one in later_times(at, user.zone, hours, due)
    ]
    theirs = _zone_of(ticket.response)
    both = when_they_are_in(at, theirs, hours) if theirs else None
    if both is not None and both.utcoffset() != at.astimezone(user.zone).utcoffset():
        words = _("when they are in: %(time)s, with them %(clock)s")
        found.append((words % {"time": when(both, at, is_inside=True), "clock": date_format(both, "CLOCK")}, both))
    return [(words, f"{one.astimezone(user.zone):%Y-%m-%dT%H:%M}") for words, one in found]


def _zone_of(response: Response) -> ZoneInfo | None:
    """The customer's zone, else that of the country in their traits; None where neither is known."""
    contact = response.contact
    if contact is not None and contact.time_zone in zone_names():
        return ZoneInfo(contact.time_zone)
    known = (contact.traits if contact else {}) | response.traits
    return zone_of_country(str(known.get("country", "")))


def _lower(label: object) -> str:
    words = str(label)
    return words[:1].lower() + words[1:]


def _said_by(response: Response) -> str:
    parts = [
        response.get_language_display(),
        _lower(response.get_channel_display()) if response.channel != "api" else response.get_channel_display(),
        exactly(response.answered_at),
        _("survey %(name)s") % {"name": response.survey.name},
    ]
    return ", ".join(str(part) for part in parts)


def _step_lines(ticket: Any, steps: list[Step], at: datetime, bound: StepForm | None) -> list[StepLine]:
    """With what was written down when they were done; one query where one of them was."""
    words: dict[int, str] = {}
    if any(step.kind in STEP_RECORDS and step.done_at for step in steps):
        words = _records(ticket)
    most = {"currency": ticket.play.compensation_currency or ticket.currency, "limit": ticket.play.compensation_limit}
    return [_step_line(step, words.get(step.pk, ""), at, bound, most) for step in steps]


def _records(ticket: Ticket) -> dict[int, str]:
    """What was written down with a step, by the step."""
    done = ticket.activities.filter(kind=ActivityKind.STEP_DONE, data__step_kind__in=list(STEP_RECORDS))
    words: dict[int, str] = {}
    for entry in done.select_related("text_row").order_by("-number")[:HISTORY_PAGE]:
        words.setdefault(entry.data["step"], entry.reason_and_words()[1])
    return words


def _step_line(step: Step, words: str, at: datetime, bound: StepForm | None, most: dict[str, Any]) -> StepLine:
    record = ""
    if step.done_at is not None:
        parts = [str(step.done_by) if step.done_by else _("automatically"), when(step.done_at, at, is_inside=True)]
        record = record_words(step.kind, money(step.amount, step.currency) if step.amount is not None else "", words)
    else:
        parts = [] if step.is_required else [_("optional")]
    is_bound = bound is not None and bound.data.get("step") == str(step.pk)
    form = bound if is_bound and bound else StepForm(auto_id=f"steps{step.pk}_%s")
    form.ask_for(step.kind, **most)
    return StepLine(
        step=step,
        text=step.text(),
        record=record,
        note=", ".join(parts),
        has_record=step.kind in STEP_RECORDS and step.done_at is None,
        has_amount=step.kind == StepKind.COMPENSATION and step.done_at is None,
        form=form,
    )


def _promises(ticket: Ticket, at: datetime, forms: dict[str, Any]) -> list[PromiseLine]:
    """Open ones first, by their time; one query."""
    rows = ticket.promises.select_related("owner").order_by("ended_at", "due_at", "pk")[:PROMISES_SHOWN]
    share = ticket.play.warn_share
    return [
        PromiseLine(
            row, promise_clock(row, at, share), _promise_forms(ticket, row, forms) if row.ended_at is None else {}
        )
        for row in sorted(rows, key=lambda row: row.ended_at is not None)
    ]


def _promise_forms(ticket: Ticket, promise: Promise, forms: dict[str, Any]) -> dict[str, Any]:
    """By action; the one that was refused, with what was typed."""
    made = {}
    for name in OF_ONE_PROMISE:
        bound = forms.get(name)
        is_its = bound is not None and bound.data.get("promise") == str(promise.pk)
        blank = form_of(name, ticket, auto_id=f"{name}{promise.pk}_%s", initial={"promise": promise.pk})
        made[name.replace("-", "_")] = bound if is_its else blank
    return made


def _contact_url(user: User, ticket: Ticket) -> str:
    """The page of the ticket's contact; "" when there is none that this person may see. At most one query."""
    contact_id = ticket.response.contact_id
    if contact_id is None or ticket.response.erased_at is not None:
        return ""
    is_visible = user.sees_all_teams or Contact.objects.visible_to(user).filter(pk=contact_id).exists()
    return reverse("contacts:contact", args=[contact_id]) if is_visible else ""


def _facts(ticket: Any, traits: TraitLabels) -> dict[str, Any]:
    response, contact = ticket.response, ticket.response.contact
    return {
        "company": contact.company_name if contact else "",
        "phone": response.reach_phone,
        "email": response.reach_email,
        "is_typed": bool(response.contact_email or response.contact_phone or response.contact_name),
        "manager": contact.account_manager if contact else "",
        "external_id": (contact.external_id or "") if contact else "",
        "value": worth(contact.value, ticket.currency) if contact and contact.value else "",
        "traits": [
            (traits.of(name), as_text(value))
            for name, value in sorted(((contact.traits if contact else {}) | response.traits).items())
            if name != "company"
        ][:30],
    }


def _earlier(user: User, ticket: Ticket, at: datetime) -> tuple[list[dict[str, Any]], ScoreLine | None]:
    """The other answers of the same customer, newest first, with the tickets that this person may see; two queries.

    And the scores of the newest of them, and of this one, as a line.
    """
    this = ticket.response
    if this.contact_id is None:
        return [], None
    rows = Response.objects.visible_to(user).filter(contact=this.contact_id).exclude(pk=this.pk)
    found = list(rows.order_by("-answered_at").only("score", "answered_at")[: sparkline.MOST - 1])
    shown = found[:EARLIER_ANSWERS]
    tickets = Ticket.objects.visible_to(user).filter(response__in=shown)
    by_answer = {found.response_id: found for found in tickets}
    own = (this.answered_at, this.score)
    return [
        {"answer": answer, "time": when(answer.answered_at, at), "ticket": by_answer.get(answer.pk)} for answer in shown
    ], sparkline.score_line([own, *((answer.answered_at, answer.score) for answer in found)], own, at)


def others_here(ticket: Ticket, user: User, at: datetime) -> str:
    """A sentence that names who else has the ticket's page open, or ""; one query."""
    names = presence.others(ticket_id=ticket.pk, person=user, at=at)
    if not names:
        return ""
    words = ngettext(
        "%(names)s is looking at this ticket, too.", "%(names)s are looking at this ticket, too.", len(names)
    )
    return words % {"names": ", ".join(names)}


def changed_since(ticket: Ticket, seen: str, user: User, at: datetime) -> list[Entry]:
    """What others, or the product, did since a page showed `seen` entries of history; newest first, at most ten."""
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10) or int(seen) >= ticket.history_count:
        return []
    rows = ticket.activities.filter(number__gt=int(seen)).exclude(actor=user).select_related("actor", "text_row")
    found = list(rows.order_by("-number")[:MOST_CHANGES])
    describer = Describer(found, ticket.steps.all(), at)
    return [describer.entry(activity) for activity in found]


def _history(ticket: Ticket, steps: list[Step], at: datetime, before: int | None) -> dict[str, Any]:
    rows = ticket.activities.select_related("actor", "text_row").order_by("-number")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: HISTORY_PAGE + 1])
    page = found[:HISTORY_PAGE]
    describer = Describer(page, steps, at)
    return {
        "history": [describer.entry(activity) for activity in page],
        "older_than": page[-1].number if len(found) > HISTORY_PAGE else None,
        "is_older": before is not None,
    }

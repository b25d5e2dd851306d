"""The page of one improvement: what it is, how far telling customers is, what they gave afterwards, its changes."""

from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.words import points
from followup.insights.improvements.comparing import Comparison, Side, compare
from followup.insights.improvements.letter import telling
from followup.insights.improvements.models import Improvement, State, Told, ToldStatus
from followup.insights.improvements.screens.listing import find
from followup.insights.improvements.services import today_of
from followup.presentation.wording import percent, when
from nps_project.accounts.models import Role, User
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.web import form_submissions
from surveys.models import AskReason

CHANGES_SHOWN = 30
REFRESH_S = 10
_BESIDE = ("told_by", "reviewed_by", "stopped_because")  # change together with what is named
_SKIPPED = (ToldStatus.SKIPPED, ToldStatus.BOUNCED)


def may_tell(user: User) -> bool:
    """Managers who see all teams, and admins."""
    return user.is_at_least(Role.MANAGER) and user.sees_all_teams


@viewer_required
@require_safe
def show(request: StaffRequest, improvement_id: int) -> HttpResponse:
    """Its page, which reloads while mails go out."""
    improvement, at = find(request, improvement_id), timezone.now()
    counts = counts_of(improvement)
    context = {
        "room": "insights",
        "here": "improvements",
        "improvement": improvement,
        "is_overdue": improvement.is_overdue(today_of(at)),
        "causes": list(improvement.root_causes.all()),
        "counts": counts,
        "listed": sum(counts.values()),
        "waiting": counts["waiting"] + counts["queued"],
        "seen_to": sum(counts.values()) - counts["waiting"] - counts["queued"],
        "sees_counts": request.user.sees_all_teams or improvement.team_id is not None,
        "reasons": reasons_of(improvement),
        "stopped": _stopped_words(improvement),
        "comparison": comparison_in_words(compare(improvement, request.user)) if improvement.told_at else None,
        "changes": changes_of(improvement, at),
        "may_change": request.user.is_at_least(Role.MANAGER),
        "may_tell": may_tell(request.user),
        "is_done": improvement.state == State.DONE,
        "submission": form_submissions.new_submission(),
    }
    page = render(request, "followup/insights/improvement.html", context)
    if improvement.is_telling and (counts["waiting"] or counts["queued"]):
        page.headers["Refresh"] = str(REFRESH_S)
    return page


def counts_of(improvement: Improvement) -> dict[str, int]:
    """How many customers are in each state; one query."""
    rows = Told.objects.filter(improvement=improvement).order_by().values_list("status").annotate(Count("pk"))
    return dict.fromkeys(ToldStatus.values, 0) | dict(rows)


def reasons_of(improvement: Improvement) -> list[tuple[str, int]]:
    """Why customers were not told, the most frequent first; one query."""
    rows = Told.objects.filter(improvement=improvement, status__in=_SKIPPED).order_by().values_list("reason")
    words = dict(AskReason.choices)
    found = rows.annotate(n=Count("pk")).order_by("-n", "reason")
    return [(str(words.get(reason, "")) or _("told under another entry"), n) for reason, n in found]


def _stopped_words(improvement: Improvement) -> str:
    if improvement.is_telling or improvement.told_at is None:
        return ""
    return {
        telling.LATE_STOP: _("Nothing looked at it for two hours, so it waits for you."),
        telling.RESTORED: _("A backup was restored. Who was told since it was made is not known, so it waits for you."),
        telling.POLICY: _("A mail server refused a mail by its policy. That is the sender’s to mend."),
    }.get(improvement.stopped_because, _("It is stopped: no further mail leaves."))


def comparison_in_words(found: Comparison) -> dict[str, Any]:
    """Both sides and their difference, each with what it rests on; a small side is called that."""
    words = ""
    if found.difference is not None:
        gap = found.difference
        figures = (("points", gap.value), ("low", gap.low), ("high", gap.high))
        between = {name: points(figure, is_noise=gap.is_noise) for name, figure in figures}
        template = (
            _("%(points)s, between %(low)s and %(high)s: within the noise")
            if gap.is_noise
            else _("%(points)s, between %(low)s and %(high)s: more than noise")
        )
        words = template % between
    sides = [(_("Named it and were told"), found.told), (_("Other unhappy customers"), found.others)]
    return {"sides": [(name, *_side(side)) for name, side in sides], "difference": words, "small": LEAST}


def _side(side: Side) -> tuple[str, str, str]:
    """How many, how many answered again, and how many of those are better."""
    if not side.is_shown:
        return _("%(n)d customers") % {"n": side.people} if side.people >= LEAST else "", "", ""
    better = side.better
    between = _("%(share)s, between %(low)s and %(high)s") % {
        "share": percent(better.share or 0), "low": percent(better.low or 0), "high": percent(better.high or 0),
    }  # fmt: skip
    return str(side.people), str(better.of), between


def changes_of(improvement: Improvement, at: datetime) -> list[dict[str, str]]:
    """Who changed what, the newest first; one query."""
    rows = LogEntry.objects.get_for_object(improvement).select_related("actor").order_by("-timestamp", "-pk")
    return [
        {
            "time": when(row.timestamp, at), "exact": date_format(timezone.localtime(row.timestamp), "c"),
            "by": str(row.actor) if row.actor else "", "what": _change_in_words(row),
        }
        for row in rows[:CHANGES_SHOWN]
    ]  # fmt: skip


def _change_in_words(row: LogEntry) -> str:
    """The fields by their names, with a state in words."""
    if row.action == LogEntry.Action.CREATE:
        return _("Made")
    fields = {field.name: str(field.verbose_name) for field in Improvement._meta.get_fields() if
              hasattr(field, "verbose_name")}  # fmt: skip
    states = dict(State.choices)
    parts = []
    for name, change in (row.changes_dict or {}).items():
        if name not in fields or name in _BESIDE:
            continue
        values = change if isinstance(change, list) else []
        is_state = name == "state" and len(values) == 2
        parts.append(f"{fields[name]}: {states.get(values[1], values[1])}" if is_state else fields[name])
    return ", ".join(parts)[:300] or _("Changed")

"""The notices of one person, in words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from followup.models import Activity, ActivityKind, Notice, NoticeKind, Promise, Ticket
from followup.models.notice import NoticeQuerySet
from followup.notices import reading, subjects
from followup.notices.subjects import Subject
from followup.presentation.wording import exactly, name_of, when
from nps_project.accounts.models import User

FIRST_WORDS = 200
_SAY_IT_ALL = (
    NoticeKind.WROTE, NoticeKind.BOOKED, NoticeKind.UNSENT, NoticeKind.PREPARED, NoticeKind.COMPLAINED,
    NoticeKind.PASSED, NoticeKind.WORSE,
)  # fmt: skip
_TICKETS = "ticket__response__contact"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in words. `words`: of the note, or of the promise; written by staff. `name`: the customer's, or of
    what it is about; `notice_id`: of one that is of no ticket."""

    ticket: Ticket | None
    url: str
    name: str
    what: str
    words: str
    time: str
    exact: str
    is_unread: bool
    notice_id: int | None = None


def _url(ticket: Ticket) -> str:
    return reverse("followup:ticket", args=[ticket.pk])


def of_promises(user: User, at: datetime) -> list[Line]:
    """The promises of the day, the first due first; two queries."""
    unread = set(reading.unread_promises(user, at).values_list("pk", flat=True))
    rows = reading.promises_of_today(user, at).select_related(_TICKETS)[: reading.MOST]
    return [_of_promise(row, at, row.pk in unread) for row in rows]


def of_notices(user: User, rows: Collection[Notice], at: datetime) -> list[Line]:
    """These notices of a person, which `with_words` read; one query where one is of no ticket."""
    known = subjects.found(user, {row.about for row in rows if row.about})
    return [_of_notice(row, known.get(row.about), at) for row in rows if not row.about or row.about in known]


def with_words(user: User) -> NoticeQuerySet:
    """A person's notices with what their lines need, the newest first."""
    handed = Activity.objects.filter(ticket=OuterRef("ticket"), kind=ActivityKind.ASSIGNED, at=OuterRef("at"))
    rows = Notice.objects.shown_to(user).select_related(_TICKETS, "by", "note__text_row")
    return rows.annotate(why=Subquery(handed.order_by("-number").values("text_row__text")[:1])).order_by("-pk")


def _of_promise(promise: Promise, at: datetime, is_unread: bool) -> Line:
    due = when(promise.due_at, at, is_inside=True)
    words = _("Your promise was due: %(time)s") if promise.due_at < at else _("Your promise is due: %(time)s")
    return Line(
        ticket=promise.ticket, url=_url(promise.ticket), name=name_of(promise.ticket.response),
        what=words % {"time": due},
        words=promise.text[:FIRST_WORDS], time="", exact=exactly(promise.due_at), is_unread=is_unread,
    )  # fmt: skip


def _of_notice(notice: Any, subject: Subject | None, at: datetime) -> Line:
    text = getattr(notice.note, "text_row", None)  # none where the words were erased
    words = text.text if text else notice.why if notice.kind == NoticeKind.GIVEN else ""
    if notice.kind == NoticeKind.MENTIONED:
        what = _("%(name)s mentioned you") % {"name": notice.by} if notice.by else _("You were mentioned")
    elif notice.kind in _SAY_IT_ALL:
        what = notice.get_kind_display()
    elif notice.kind == NoticeKind.IMPROVE:
        what = _("%(name)s gave you this improvement") % {"name": notice.by} if notice.by else notice.get_kind_display()
    else:
        what = (
            _("%(name)s gave you this ticket") % {"name": notice.by} if notice.by else _("Given to you automatically")
        )
    ticket = notice.ticket
    return Line(
        ticket=ticket,
        url=_url(ticket) if ticket else subject.url if subject else "",
        name=name_of(ticket.response) if ticket else subject.name if subject else "",
        what=what,
        words=(words or "")[:FIRST_WORDS],
        time=when(notice.at, at),
        exact=exactly(notice.at),
        is_unread=notice.read_at is None,
        notice_id=None if ticket else notice.pk,
    )

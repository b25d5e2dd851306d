"""The notices of one person, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from followup.models import Notice, NoticeKind, Promise, Ticket
from followup.models.notice import NoticeQuerySet
from followup.notices import reading
from followup.presentation.wording import exactly, when
from nps_project.accounts.models import User

FIRST_WORDS = 200
OF_CUSTOMERS = (NoticeKind.WROTE, NoticeKind.BOOKED)  # what customers did; the kind says it all
_TICKETS = "ticket__response__contact"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in words. `words`: of the note, or of the promise; written by staff."""

    ticket: Ticket
    what: str
    words: str
    time: str
    exact: str
    is_unread: bool

    @property
    def url(self) -> str:
        return reverse("followup:ticket", args=[self.ticket.pk])

    @property
    def name(self) -> str:
        """The customer's."""
        response = self.ticket.response
        return response.reach_name or response.reach_email or response.reach_phone or _("Without a name")


def of_promises(user: User, at: datetime) -> list[Line]:
    """The promises of the day, the first due first; two queries."""
    unread = set(reading.unread_promises(user, at).values_list("pk", flat=True))
    rows = reading.promises_of_today(user, at).select_related(_TICKETS)[: reading.MOST]
    return [_of_promise(row, at, row.pk in unread) for row in rows]


def of_notices(rows: Iterable[Notice], at: datetime) -> list[Line]:
    """These notices, which `with_words` read."""
    return [_of_notice(row, at) for row in rows]


def with_words(user: User) -> NoticeQuerySet:
    """A person's notices with what their lines need, the newest first."""
    return Notice.objects.shown_to(user).select_related(_TICKETS, "by", "note__text_row").order_by("-pk")


def _of_promise(promise: Promise, at: datetime, is_unread: bool) -> Line:
    due = when(promise.due_at, at, is_inside=True)
    words = _("Your promise was due: %(time)s") if promise.due_at < at else _("Your promise is due: %(time)s")
    return Line(
        ticket=promise.ticket, what=words % {"time": due}, words=promise.text[:FIRST_WORDS], time="",
        exact=exactly(promise.due_at), is_unread=is_unread,
    )  # fmt: skip


def _of_notice(notice: Notice, at: datetime) -> Line:
    text = getattr(notice.note, "text_row", None)  # none where the words were erased
    if notice.kind == NoticeKind.MENTIONED:
        what = _("%(name)s mentioned you") % {"name": notice.by} if notice.by else _("You were mentioned")
    elif notice.kind in OF_CUSTOMERS:
        what = notice.get_kind_display()
    else:
        what = (
            _("%(name)s gave you this ticket") % {"name": notice.by} if notice.by else _("Given to you automatically")
        )
    return Line(
        ticket=notice.ticket, what=what, words=text.text[:FIRST_WORDS] if text else "", time=when(notice.at, at),
        exact=exactly(notice.at), is_unread=notice.read_at is None,
    )  # fmt: skip

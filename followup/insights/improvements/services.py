"""Make and change improvements; who owns one is told by mail and by the bell."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from followup.insights.improvements.models import UNDER_WAY, Improvement, State
from followup.models import NoticeKind
from followup.notices import services as notices
from followup.notices.subjects import Subject
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common.dates import company_day
from nps_project.deliveries.queueing import queue_mail

FIELDS = ("title", "note", "owner", "team", "due_on", "state", "done_on", "since")

WORD = "improvement"


def today_of(at: datetime) -> date:
    """The day in the company's zone."""
    return company_day(at)


@transaction.atomic
def save_improvement(improvement: Improvement, changes: Mapping[str, Any], *, by: User, at: datetime) -> Improvement:
    """Make or change one; what is left out stays. Done without a day is done today, and what is not done has none.

    Raises: ValidationError. A new owner who is not who acts gets a mail.
    """
    is_new = improvement.pk is None
    if not is_new:
        improvement = Improvement.objects.select_for_update(no_key=True).get(pk=improvement.pk)
    owner_before = None if is_new else improvement.owner_id
    for name in FIELDS:
        if name in changes:
            setattr(improvement, name, changes[name])
    if improvement.state != State.DONE:
        if changes.get("done_on") is not None:
            raise ValidationError({"done_on": _("Only what is done has a day on which it was done.")})
        improvement.done_on = None
    elif improvement.done_on is None:
        improvement.done_on = today_of(at)
    if improvement.done_on is not None and improvement.done_on > today_of(at):
        raise ValidationError({"done_on": _("Allowed: today, or a day before.")})
    _check_may_leave_done(improvement)
    _check_owner(improvement, owner_before)
    if is_new:
        improvement.created_by, improvement.created_at = by, at
    improvement.full_clean(exclude=["created_by"])
    causes = changes.get("root_causes")
    if (is_new or causes is not None) and not causes:
        raise ValidationError({"root_causes": _("Choose at least one root cause.")})
    improvement.save()
    _take_back(improvement, owner_before)
    if causes is not None:
        improvement.root_causes.set(causes)
    if improvement.owner_id not in (owner_before, by.pk):
        _tell(improvement, "improvement_given", f"given:{at.isoformat()}")
        _ring(improvement, NoticeKind.IMPROVE, at, by)
    return improvement


def _check_may_leave_done(improvement: Improvement) -> None:
    if improvement.is_telling and improvement.state != State.DONE:
        raise ValidationError({"state": _("Customers are being told that it is done. Stop that first.")})


def _check_owner(improvement: Improvement, before: int | None) -> None:
    """A new owner works here; an old one who left may stay named."""
    owner = improvement.owner if improvement.owner_id else None
    if owner is not None and owner.pk != before and (not owner.is_active or owner.is_service):
        raise ValidationError({"owner": _("Allowed: a person who works here.")})


def under_way(user: User, cause_ids: Collection[int]) -> dict[int, list[Improvement]]:
    """The improvements that are open or under way, by the ids of these causes; those that this user may see."""
    rows = Improvement.objects.visible_to(user).under_way().filter(root_causes__in=list(cause_ids))
    found: dict[int, list[Improvement]] = defaultdict(list)
    for row in rows.annotate(cause=F("root_causes")).order_by("pk"):
        found[row.cause].append(row)  # type: ignore[attr-defined]  # annotated above
    return found


def _tell(improvement: Improvement, template: str, key: str) -> None:
    """Queue the mail to its owner."""
    owner = improvement.owner
    if not owner.is_active or owner.is_service:
        return
    url = f"{settings.SITE_URL}/insights/improvements/{improvement.pk}/"
    queue_mail(
        template=template, to=owner.email, language=owner.language,
        context={"improvement": improvement, "url": url}, about=f"improvement:{improvement.pk}",
        dedupe_key=f"improvement:{improvement.pk}:{key}:{owner.pk}",
    )  # fmt: skip


def _ring(improvement: Improvement, kind: NoticeKind, at: datetime, by: User | None = None) -> None:
    """Ring its owner's bell."""
    owner = improvement.owner
    if owner.is_active and not owner.is_service:
        notices.tell_about(owner, kind, about=about(improvement.pk), at=at, by=by)


def _take_back(improvement: Improvement, owner_before: int | None) -> None:
    """What the bell says holds no more: it is another's now, or has ended, or its day has moved."""
    if improvement.owner_id != owner_before or improvement.state not in UNDER_WAY:
        notices.take_back_about(about(improvement.pk), NoticeKind.IMPROVE, NoticeKind.PASSED)
    elif improvement.due_on != improvement.told_overdue_on:
        notices.take_back_about(about(improvement.pk), NoticeKind.PASSED)


def about(improvement_id: int) -> str:
    """What a notice of an improvement is about, as `subjects_of` reads it."""
    return f"{WORD}:{improvement_id}"


def subjects_of(user: User, ids: Collection[int]) -> dict[int, Subject]:
    """What notices call these improvements, and where they lead; one query."""
    rows = Improvement.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "title")
    return {pk: Subject(title, f"/insights/improvements/{pk}/") for pk, title in rows.distinct()}


def _overdue(at: datetime) -> QuerySet[Improvement]:
    """Those whose day has passed, of which the owner was not told."""
    rows = Improvement.objects.filter(state__in=UNDER_WAY, due_on__lt=today_of(at))
    return rows.filter(Q(told_overdue_on=None) | ~Q(told_overdue_on=F("due_on"))).order_by("due_on", "pk")


@transaction.atomic
def tell_overdue(improvement_id: int, at: datetime) -> bool:
    """Tell the owner of one improvement that its day has passed; once for each day that it was to be done on."""
    claimed = _overdue(at).filter(pk=improvement_id)
    if not claimed.update(told_overdue_on=F("due_on")):
        return False
    improvement = Improvement.objects.select_related("owner").get(pk=improvement_id)
    _tell(improvement, "improvement_overdue", f"overdue:{improvement.due_on}")
    _ring(improvement, NoticeKind.PASSED, at)
    return True


OVERDUE = sweep.add(Sweep("improvements.overdue", _overdue, tell_overdue))


def people_to_choose(also: Sequence[int] = ()) -> QuerySet[User]:
    """Who may own one: people who work here, and those by id who own it already."""
    return User.objects.filter(Q(is_active=True, is_service=False) | Q(pk__in=also)).order_by("name", "email")

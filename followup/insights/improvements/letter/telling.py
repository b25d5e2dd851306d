"""Tell the customers: write down who they are, decide about each by the one rule of asking, and queue one mail each.

A person approves the words, starts it, and may stop it; started again, it goes on with who was not told. What nobody
looked at for LATE, and all that waits when a backup is restored, stops until a person starts it again.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from followup.insights.improvements.errors import CannotTell
from followup.insights.improvements.letter import whom
from followup.insights.improvements.letter.keys import TEMPLATE, about, dedupe_key
from followup.insights.improvements.letter.texts import letters_of, version_of
from followup.insights.improvements.models import Improvement, State, Told, ToldStatus
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.models import Audience
from nps_project.deliveries.queueing import ToCompose, cancel_unsent, queue_again, queue_composed
from surveys.campaigns import rules
from surveys.campaigns.pacing.late import LATE
from surveys.models import AskReason

BATCH = 2000
LATE_STOP, RESTORED, POLICY = "late", "restored", "policy"  # Improvement.stopped_because


@transaction.atomic
def approve(*, improvement_id: int, by: User, at: datetime, version: str | None = None) -> Improvement:
    """A person has read the words and approves them. `version`: of those that they read; None: those there are.

    Raises: CannotTell where there are none, or others by now.
    """
    improvement = _locked(improvement_id)
    letters = letters_of(improvement)
    if not letters:
        raise CannotTell("no_words", "letters", "none", "words in at least one language")
    if version is not None and version != version_of(letters):
        raise CannotTell("words_changed", "letters", "changed meanwhile", "the words that were read")
    improvement.reviewed_at, improvement.reviewed_by = at, by
    improvement.save(update_fields=["reviewed_at", "reviewed_by"])
    return improvement


@transaction.atomic
def tell(*, improvement_id: int, by: User, at: datetime) -> Improvement:
    """Begin to tell, or go on: also those whom something held the last time, and who named a cause since.

    Nobody gets the letter twice. Raises: CannotTell.
    """
    improvement = _locked(improvement_id)
    if improvement.is_telling:
        return improvement
    _check(improvement, by, at)
    _list(improvement)
    skipped = Told.objects.filter(improvement=improvement, status=ToldStatus.SKIPPED)
    skipped.update(status=ToldStatus.WAITING, reason="")
    improvement.is_telling, improvement.stopped_because, improvement.looked_at = True, "", at
    if improvement.told_at is None:
        improvement.told_at, improvement.told_by = at, by
    improvement.save(update_fields=["is_telling", "stopped_because", "looked_at", "told_at", "told_by"])
    return improvement


def _locked(improvement_id: int) -> Improvement:
    return Improvement.objects.select_for_update(no_key=True).get(pk=improvement_id)


def _check(improvement: Improvement, by: User, at: datetime) -> None:
    if settings.MAIL_IS_STORED_ONLY:
        raise CannotTell("no_mail_server", "EMAIL_URL", "unset", "a mail server")
    if improvement.state != State.DONE:
        raise CannotTell("wrong_state", "state", improvement.state, "done")
    if improvement.reviewed_at is None:
        raise CannotTell("not_reviewed", "letters", "not approved", "words that a person has read and approved")
    found = whom.audience(improvement, by, at)
    if missing := sorted(set(found.languages) - set(letters_of(improvement))):
        raise CannotTell("no_words", "letters", ", ".join(missing), "words in each language that the customers read")
    if not found.mailed and not Told.objects.filter(improvement=improvement, status=ToldStatus.WAITING).exists():
        raise CannotTell("nobody", "customers", 0, "at least one who may be told")


def _list(improvement: Improvement) -> None:
    """Write down who is not on the list yet."""
    newest = whom.newest_of_each(improvement)
    rows = [Told(improvement=improvement, contact_id=contact, ticket_id=ticket, survey_id=survey)
            for contact, (ticket, survey) in newest.items()]  # fmt: skip
    Told.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


@transaction.atomic
def stop(*, improvement_id: int, because: str = "") -> Improvement:
    """No further mail leaves; who was not mailed waits. A second time changes nothing. `because`: empty, a person."""
    improvement = _locked(improvement_id)
    if not improvement.is_telling:
        return improvement
    improvement.is_telling, improvement.stopped_because = False, because
    improvement.save(update_fields=["is_telling", "stopped_because"])
    queued = Told.objects.filter(improvement=improvement, status=ToldStatus.QUEUED).order_by("pk")
    ids = list(queued.select_for_update(no_key=True).values_list("pk", flat=True))
    cancel_unsent([about(pk) for pk in ids])
    Told.objects.filter(pk__in=ids).update(status=ToldStatus.WAITING)
    return improvement


def _due(at: datetime) -> QuerySet[Told]:
    return Told.objects.filter(status=ToldStatus.WAITING, improvement__is_telling=True).order_by("pk")


def decide(told_id: int, at: datetime) -> bool:
    """Decide about one customer; False when there is nothing to decide any more."""
    return bool(_decide([told_id], at))


@transaction.atomic
def _decide(told_ids: Sequence[int], at: datetime) -> set[int]:
    """Returns: the ids about which it is decided. Locks improvements, then rows, then people."""
    rows = Told.objects.filter(pk__in=told_ids, status=ToldStatus.WAITING)
    improvements = Improvement.objects.filter(pk__in=rows.values("improvement"), is_telling=True)
    at_work = list(improvements.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    found = list(
        rows.filter(improvement__in=at_work)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("contact", "survey")
        .defer("contact__search_vector")
        .order_by("pk")
    )
    if not found:
        return set()
    for group in _one_person_each(found):
        _decide_for(group, at)
    return {row.pk for row in found}


def _one_person_each(rows: Sequence[Told]) -> list[list[Told]]:
    """The rows in groups in which no contact comes twice: of several improvements at once."""
    groups: list[list[Told]] = []
    for row in rows:
        group = next((one for one in groups if all(other.contact_id != row.contact_id for other in one)), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    return groups


def _decide_for(rows: Sequence[Told], at: datetime) -> None:
    surveys = {row.contact_id: row.survey for row in rows}
    decided = whom.verdicts([row.contact for row in rows], surveys, at, is_locking=True)
    mails = []
    for row in rows:
        decision = decided[row.contact_id]
        row.address = (row.contact.email or "") if isinstance(decision, rules.Ask) else ""
        if isinstance(decision, rules.Ask) and _has_another_row(row):
            row.address, row.status, row.reason = "", ToldStatus.SKIPPED, ""  # told by the other row
        elif isinstance(decision, rules.Ask):
            row.status, row.reason, row.queued_at = ToldStatus.QUEUED, "", at
            row.language = whom.language_for(row.contact, row.survey)
            mails.append(ToCompose(row.address, row.language, dedupe_key(row.pk), about(row.pk)))
        else:
            row.status, row.reason = ToldStatus.SKIPPED, decision.reason
    Told.objects.bulk_update(rows, ["status", "reason", "queued_at", "address", "language"])
    queue_composed(mails, template=TEMPLATE, audience=Audience.CUSTOMER, at=at)
    queue_again([mail.about for mail in mails], at)  # of those that wait again: their mail never left


def _has_another_row(row: Told) -> bool:
    """Whether another row of this improvement has the address: the contact got it since the list was written."""
    same = Told.objects.filter(improvement=row.improvement_id, address__iexact=row.address)
    return same.exclude(pk=row.pk).exists()


def _together(told_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """What another worker has in hand is left for a later run."""
    _decide(told_ids, at)
    return []


TELL = sweep.add(Sweep("improvements.tell", _due, decide, together=_together))


def tell_due(at: datetime) -> int:
    """One sweep: first stop what nobody looked at for too long, then decide. Returns: how many were decided."""
    telling = Improvement.objects.filter(is_telling=True)
    for pk in list(telling.filter(looked_at__lt=at - LATE).values_list("pk", flat=True)):
        stop(improvement_id=pk, because=LATE_STOP)
    telling.filter(Q(looked_at=None) | Q(looked_at__lt=at)).update(looked_at=at)
    return sweep.run(TELL, at)


def hold_all(at: datetime) -> int:
    """After a restore: who was told since the backup is not known, so all of it waits for a person.

    Returns: how many improvements were stopped.
    """
    ids = list(Improvement.objects.filter(is_telling=True).values_list("pk", flat=True))
    for pk in ids:
        stop(improvement_id=pk, because=RESTORED)
    return len(ids)


def mark_skipped(told: QuerySet[Told], reason: str) -> None:
    """Their mail will not go out: say why, where that is one of AskReason."""
    told.update(status=ToldStatus.SKIPPED, reason=reason if reason in AskReason.values else "", address="")

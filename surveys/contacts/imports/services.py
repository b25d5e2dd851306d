"""Start, stop and undo imports of contacts; a worker does them part by part, each in its own transaction.

A worker that is killed loses one part, and the next one does it again.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.db import connection, transaction
from django.utils import timezone

from nps_project.accounts.models import Role, Team, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.contacts.imports.checking import CheckedAhead, CheckedPart
from surveys.contacts.imports.models import (
    AT_WORK,
    ContactImport,
    ImportedCompany,
    ImportedContact,
    ImportFault,
    ImportPart,
    ImportState,
    RememberedMatching,
)
from surveys.contacts.imports.rules import columns
from surveys.contacts.imports.rules.cells import Fault
from surveys.contacts.imports.writing import parts as writing
from surveys.contacts.imports.writing import undoing
from surveys.contacts.imports.writing.rehearsed import Rehearsed
from surveys.errors import NotNow

COUNTS = ("made", "changed", "unchanged", "bad")
BUDGET_S = 15.0
KEPT_FOR = timedelta(days=30)  # the file, the faults, and what an undo needs
SORTED_WITHIN = timedelta(minutes=5)
WAITS_FOR = timedelta(days=1)  # a file whose import nobody starts


def matching_of(run: ContactImport) -> dict[str, str]:
    """The matching that was last chosen for such a header line, else the one by the columns' names."""
    remembered = RememberedMatching.objects.filter(fingerprint=columns.fingerprint(run.header)).first()
    guessed = columns.guess(run.header)
    if remembered is None:
        return guessed
    return {name: remembered.columns.get(name, "") for name in guessed}


@transaction.atomic
def start(*, run_id: int, chosen: Mapping[str, str], team: Team | None = None) -> ContactImport:
    """Have a worker import the file with this matching, and remember that. `team`: whose contacts the new ones become;
    None: as the file says since it was stored.

    Raises: WrongMatching; NotNow when it was started before.
    """
    run = ContactImport.objects.select_for_update(no_key=True, of=("self",)).select_related("by").get(pk=run_id)
    if run.state != ImportState.NEW:
        raise NotNow("state", run.state, "an import that was not started")
    run.columns = columns.checked(run.header, chosen)
    run.state, run.started_at = ImportState.RUNNING, timezone.now()
    run.team = team or run.team
    run.save(update_fields=["columns", "state", "started_at", "team"])
    RememberedMatching.objects.update_or_create(
        fingerprint=columns.fingerprint(run.header),
        defaults={"columns": run.columns, "changed_at": run.started_at},
    )
    matched = {name: target for name, target in run.columns.items() if target}
    _log(run, LogEntry.Action.CREATE, run.by, file=run.name, rows=run.total, columns=matched)
    return run


def _log(run: ContactImport, action: int, by: User | None, **changes: Any) -> None:
    told = {name: ["", value] for name, value in changes.items()}
    LogEntry.objects.log_create(run, action=action, changes=told, actor=by)


@transaction.atomic
def stop(*, run_id: int) -> bool:
    """Stop an import after the present part. Returns: False when it does not run."""
    return bool(ContactImport.objects.filter(pk=run_id, state=ImportState.RUNNING).update(state=ImportState.STOPPED))


@transaction.atomic
def go_on(*, run_id: int) -> bool:
    """Resume a stopped import. Returns: False when it is not stopped, or its file is gone."""
    stopped = ContactImport.objects.filter(pk=run_id, state=ImportState.STOPPED, forgotten_at=None)
    return bool(stopped.update(state=ImportState.RUNNING))


@transaction.atomic
def undo(*, run_id: int, by: User | None) -> ContactImport:
    """Have a worker take the import back; asked twice, it is done once. Raises: NotNow while it runs, or when what it
    needs is not kept any more."""
    run = ContactImport.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state in (ImportState.UNDOING, ImportState.UNDONE):
        return run
    if not run.can_be_undone:
        raise NotNow("state", run.state, "an import that is over, changed something, and is younger than 30 days")
    run.state, run.undone_by, run.undone_at = ImportState.UNDOING, by, timezone.now()
    run.save(update_fields=["state", "undone_by", "undone_at"])
    _log(run, LogEntry.Action.UPDATE, by, undo=run.made + run.changed)
    return run


@transaction.atomic
def discard(*, run_id: int) -> bool:
    """Delete a file whose import was not started. Returns: False when it was."""
    run = ContactImport.objects.select_for_update().filter(pk=run_id, state=ImportState.NEW).first()
    if run is not None:
        run.delete()
    return run is not None


def work(run_id: int, at: datetime) -> bool:
    """Work on an import until it is done, stopped, or out of time. Returns: False when another worker has it."""
    ends = time.monotonic() + BUDGET_S
    with CheckedAhead() as ahead:
        while (found := do_next_part(run_id, ahead)) and time.monotonic() < ends:
            pass
    return found is not None


IMPORTS = sweep.add(
    Sweep("imports.work", lambda at: ContactImport.objects.filter(state__in=AT_WORK).order_by("pk"), work)
)


@transaction.atomic
def do_next_part(run_id: int, ahead: CheckedAhead | None = None) -> bool | None:
    """One part of the import, or of its undo; False when it was the last, None when there is nothing to do or another
    worker is at it. `ahead` checks the part after it meanwhile."""
    rows = ContactImport.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    run = rows.select_related("by", "undone_by").filter(pk=run_id, state__in=AT_WORK).first()
    if run is None:
        return None
    is_undo = run.state == ImportState.UNDOING
    by = run.undone_by if is_undo else run.by
    if by is not None and not by.is_at_least(Role.MANAGER):  # not any more
        run.state = ImportState.STOPPED
        run.save(update_fields=["state"])
        return False
    return _undo_next(run) if is_undo else _import_next(run, ahead or CheckedAhead())


def _import_next(run: ContactImport, ahead: CheckedAhead) -> bool:
    checked = ahead.take(run)
    if checked is None:
        run.state, run.finished_at = ImportState.FINISHED, timezone.now()
        run.save(update_fields=["state", "finished_at"])
        _log(run, LogEntry.Action.UPDATE, run.by, **{name: getattr(run, name) for name in COUNTS})
        return False
    _wait_for_no_disk()
    faults = _count(run, checked, timezone.now())
    _keep(run, faults)
    run.next_part += 1
    run.save(update_fields=[*COUNTS, "warned", "next_part"])
    return True


def sort_words(at: datetime) -> bool:
    """Sort what imports left for later into the indexes by which customers are searched. Returns: False when none was
    finished lately: the server does it by itself in time."""
    is_due = ContactImport.objects.filter(finished_at__gte=at - SORTED_WITHIN).exists()
    if is_due:
        writing.sort_words()
    return is_due


def _wait_for_no_disk() -> None:
    """The commit of this part does not wait for the disk: a server that dies loses the part whole, with the note that
    it is done, and it is done again. The commit of the end waits for all."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _count(run: ContactImport, checked: CheckedPart, at: datetime) -> list[Fault]:
    """Write these rows to the contacts, and count on the import what came of them. Returns: what is wrong."""
    written = writing.write(run, checked.good, checked.said, at)
    faults = checked.faults + written.faults
    run.made += written.made
    run.changed += written.changed
    run.unchanged += written.unchanged
    run.bad += checked.rows - written.made - written.changed - written.unchanged
    run.warned += sum(fault.is_warning for fault in faults)
    return faults


def rehearse(*, run_id: int, chosen: Mapping[str, str]) -> Iterator[ContactImport]:
    """Go through an import that is not started, part by part, and change no contact: its counts after each.

    Raises: WrongMatching.
    """
    run = ContactImport.objects.select_related("by").get(pk=run_id)
    run.columns = columns.checked(run.header, chosen)
    with CheckedAhead() as ahead, Rehearsed() as met:
        while (checked := ahead.take(run)) is not None:
            good, twice = met.once(checked.good)
            if twice:
                checked = replace(checked, good=good, said=writing.as_copied(good), faults=checked.faults + twice)
            with transaction.atomic():
                faults = _count(run, checked, timezone.now())
                if good:
                    met.remember(run.pk)
                transaction.set_rollback(True)
            _keep(run, faults)
            run.next_part += 1
            yield run


def _keep(run: ContactImport, faults: Iterable[Fault]) -> None:
    ImportFault.objects.bulk_create(
        [
            ImportFault(run=run, line=fault.line, field=fault.field[:60], value=fault.value[:200], code=fault.code,
                        detail=fault.detail[:200], is_warning=fault.is_warning)
            for fault in sorted(faults, key=lambda one: one.line)
        ],
        batch_size=1_000,
    )  # fmt: skip


def _undo_next(run: ContactImport) -> bool:
    found = undoing.undo_some(run.pk, run.undone_by)
    if found is None:
        undoing.delete_companies(run.pk)
        run.state = ImportState.UNDONE
        _log(run, LogEntry.Action.UPDATE, run.undone_by, undone=run.undone, left=run.left)
    else:
        run.undone += found[0]
        run.left += found[1]
    run.save(update_fields=["state", "undone", "left"])
    return found is not None


def forget(at: datetime) -> None:
    """Delete the files that nobody imported for a day, and of old imports the file, the faults and what undoes them."""
    for run_id in ContactImport.objects.filter(state=ImportState.NEW, uploaded_at__lt=at - WAITS_FOR).values_list("pk"):
        discard(run_id=run_id[0])
    over = (ImportState.STOPPED, ImportState.FINISHED, ImportState.UNDONE)
    old = ContactImport.objects.filter(state__in=over, started_at__lt=at - KEPT_FOR, forgotten_at=None)
    for run_id in old.order_by("pk").values_list("pk"):
        _forget(run_id[0], at)


@transaction.atomic
def _forget(run_id: int, at: datetime) -> None:
    ContactImport.objects.filter(pk=run_id).update(forgotten_at=at)
    for model in (ImportPart, ImportFault, ImportedContact, ImportedCompany):
        model.objects.filter(run=run_id).delete()

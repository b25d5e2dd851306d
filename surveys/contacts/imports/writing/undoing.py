"""Take back what an import did, some contacts at a time, in the caller's transaction.

Whoever was asked, answered, was changed, or chose something since is left alone, and whom the undoer may not see now.
"""

from collections.abc import Sequence
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from nps_project.accounts.models import User
from surveys import hooks
from surveys.contacts.imports.models import ImportedCompany, ImportedContact
from surveys.contacts.imports.writing.statements import COLUMNS
from surveys.models import Company, Contact

ROWS = 2_000

_RESTORED = ("traits", "company_id", "changed_at", *COLUMNS)
_LOCK = "SELECT id FROM surveys_contact WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"
_UNTOUCHED = """
    c.changed_at = met.at
    AND NOT coalesce(
        greatest(c.last_asked_at, c.last_answered_at, c.unsubscribed_at, c.bounced_at) >= met.at, false)
"""
_RESTORE = f"""
UPDATE surveys_contact c SET {", ".join(f"{name} = old.{name}" for name in _RESTORED)}
FROM imports_importedcontact met, jsonb_populate_record(NULL::surveys_contact, met.before) old, surveys_contact now
WHERE met.run_id = %(run)s AND met.contact_id = ANY(%(ids)s) AND met.before IS NOT NULL
    AND c.id = met.contact_id AND now.id = c.id AND {_UNTOUCHED}
    AND NOT EXISTS (SELECT FROM surveys_invitation i WHERE i.contact_id = c.id AND i.created_at >= met.at)
    AND NOT EXISTS (SELECT FROM surveys_response r WHERE r.contact_id = c.id AND r.recorded_at >= met.at)
RETURNING c.id, now.value IS DISTINCT FROM c.value
"""  # noqa: S608  (names of ours)
_DELETE = """
DELETE FROM surveys_contact c USING imports_importedcontact met
WHERE met.run_id = %(run)s AND met.contact_id = ANY(%(ids)s) AND met.is_made AND c.id = met.contact_id
    AND {untouched} AND {alone}
RETURNING c.id
"""


def undo_some(run_id: int, by: User | None) -> tuple[int, int] | None:
    """Undo the next contacts of an import, of those that `by` may see or of all, and forget them. Returns: how many,
    and how many are left alone; None when none was left to do."""
    met = list(ImportedContact.objects.filter(run=run_id).order_by("contact_id").values_list("contact_id")[:ROWS])
    if not met:
        return None
    ids = [contact_id for (contact_id,) in met]
    rows = ImportedContact.objects.filter(run=run_id, contact__in=ids)
    due = rows.exclude(before=None, is_made=False).count()
    undone = _undo_or_halve(run_id, ids, by)
    rows.delete()
    return undone, due - undone


def _undo_or_halve(run_id: int, ids: Sequence[int], by: User | None) -> int:
    """How many were undone; an address that somebody else has since cannot come back, and its contact stays."""
    try:
        with transaction.atomic():
            return _undo(run_id, ids, by)
    except (IntegrityError, DataError):
        if len(ids) == 1:
            return 0
    half = len(ids) // 2
    return _undo_or_halve(run_id, ids[:half], by) + _undo_or_halve(run_id, ids[half:], by)


def _undo(run_id: int, ids: Sequence[int], by: User | None) -> int:
    given: dict[str, Any] = {"run": run_id, "ids": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, given)
        if by is not None:
            given["ids"] = list(Contact.objects.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True))
        cursor.execute(_DELETE.format(untouched=_UNTOUCHED, alone=_named_nowhere(Contact, "c.id")), given)
        deleted: int = cursor.rowcount
        cursor.execute(_RESTORE, given)
        restored = cursor.fetchall()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for contact_id, is_other_value in restored:
            if is_other_value:
                hooks.tell_value_changed(contact_id)
    return deleted + len(restored)


def delete_companies(run_id: int) -> None:
    """Delete the companies that the import made and that nobody is of, nor gave a value or a time zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM surveys_company c USING imports_importedcompany made"  # noqa: S608
            " WHERE made.run_id = %(run)s AND c.id = made.company_id AND c.value IS NULL AND c.time_zone = ''"
            f" AND {_named_nowhere(Company, 'c.id')}",
            {"run": run_id},
        )
    ImportedCompany.objects.filter(run=run_id).delete()


def _named_nowhere(model: type[Contact] | type[Company], row: str) -> str:
    """The condition that no row of another table names this one."""
    parts = ["true"]
    for relation in model._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        if relation.auto_created and not relation.concrete and field is not None:
            other: Any = relation.related_model
            if other not in (ImportedContact, ImportedCompany) and not field.many_to_many:
                table, column = other._meta.db_table, field.column
                parts.append(f"NOT EXISTS (SELECT FROM {table} other WHERE other.{column} = {row})")  # noqa: S608
    return " AND ".join(parts)

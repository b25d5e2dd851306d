"""Open tickets get the warning of their first contact; tickets of changed answers, the last change that they saw."""

from typing import Any

from django.db import migrations

_BATCH = 10_000
_WARNINGS = """
UPDATE followup_ticket ticket SET first_contact_warn_at = CASE
    WHEN ticket.deadline = ticket.first_contact_due_at THEN ticket.warn_at
    ELSE ticket.first_contact_due_at
        - greatest(ticket.first_contact_due_at - ticket.clock_from, interval '0') * play.warn_share
END
FROM followup_play play
WHERE play.id = ticket.play_id AND ticket.id > %s AND ticket.id <= %s
    AND ticket.first_contact_due_at IS NOT NULL AND ticket.first_contact_at IS NULL AND ticket.resolved_at IS NULL
"""
# An answer whose follow-up is still to be decided has a change that nobody saw: it is found by its scores.
_SEEN = """
UPDATE followup_ticket ticket SET last_seen_change = change.last
FROM (
    SELECT made.response_id, max(made.id) AS last
    FROM surveys_responsechange made
    JOIN followup_ticket its ON its.response_id = made.response_id AND its.id > %s AND its.id <= %s
    GROUP BY made.response_id
) change
JOIN surveys_response response ON response.id = change.response_id AND response.processed_at IS NOT NULL
WHERE ticket.response_id = change.response_id
"""


def fill_in(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM followup_ticket")
        (last,) = cursor.fetchone()
        for after in range(0, last, _BATCH):
            for statement in (_WARNINGS, _SEEN):
                cursor.execute(statement, [after, after + _BATCH])


class Migration(migrations.Migration):
    atomic = False  # each batch by itself
    dependencies = [
        ("followup", "0011_a_warning_for_each_clock"),
        ("surveys", "0008_reach_before_a_change"),
    ]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]

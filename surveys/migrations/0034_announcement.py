"""Announcements in place of a mark in each answer's row. The column stays for the release before, which may run yet."""

import django.db.models.deletion
from django.db import migrations, models

OURS = "ALTER TABLE surveys_response ALTER COLUMN processed_at SET DEFAULT now()"
THEIRS = """
UPDATE surveys_response SET processed_at = NULL WHERE id IN (SELECT response_id FROM surveys_announcement);
ALTER TABLE surveys_response ALTER COLUMN processed_at DROP DEFAULT
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0033_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "response",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="announcement",
                        serialize=False,
                        to="surveys.response",
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="response", name="response_unprocessed"),
                migrations.RemoveField(model_name="response", name="processed_at"),
            ],
            database_operations=[migrations.RunSQL(OURS, THEIRS)],
        ),
    ]

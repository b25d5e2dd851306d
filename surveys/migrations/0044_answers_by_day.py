"""Where in the table the answers of a day lie: for figures that read the answers of a period."""

import django.contrib.postgres.indexes
from django.db import migrations

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0043_erased_answers")]

    operations = [
        AddIndexWhileInUse(
            model_name="response",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["answered_at"], name="response_by_day"
            ),
        ),
    ]

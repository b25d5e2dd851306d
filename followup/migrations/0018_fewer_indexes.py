"""The index of a step's ticket, for which step_position_once stands in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0017_outcome_in_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="followup.ticket"
            ),
        ),
    ]

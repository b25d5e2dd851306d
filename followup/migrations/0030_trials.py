"""A playbook says whether a trial may draw on it; plays that a trial tries stand in a version without a playbook."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0029_detractors_of_a_period"),
    ]

    operations = [
        migrations.AddField(
            model_name="playbook",
            name="has_trial",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="playbookversion",
            name="playbook",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="followup.playbook",
            ),
        ),
    ]

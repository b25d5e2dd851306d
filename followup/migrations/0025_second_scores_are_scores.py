"""Every second score and every number of days is within its range."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0024_second_scores")]

    operations = [
        ValidateConstraint(model_name="play", name="play_ask_again_days_range"),
        ValidateConstraint(model_name="ticket", name="ticket_score_after_range"),
    ]

"""Look at the rows that were there before the constraint of 0026."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0026_answers_by_phone")]

    operations = [ValidateConstraint(model_name="response", name="response_channel_is_known")]

"""Every notice keeps to the kinds that the migration before names."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0040_notices_of_worse_answers")]

    operations = [ValidateConstraint(model_name="notice", name="notice_kind_known")]

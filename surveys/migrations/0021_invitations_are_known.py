"""Look at the rows that were there before the constraints of 0019."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0020_find_who_is_to_be_asked")]

    operations = [
        ValidateConstraint(model_name="invitation", name="invitation_status_is_known"),
        ValidateConstraint(model_name="invitation", name="invitation_channel_known"),
    ]

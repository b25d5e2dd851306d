"""Every notice keeps to what the release before says of it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0032_notices_beyond_tickets")]

    operations = [
        ValidateConstraint(model_name="notice", name="notice_kind_known"),
        ValidateConstraint(model_name="notice", name="notice_of_a_ticket_or_about_else"),
    ]

"""Every row keeps to what the loop says of it."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0026_the_loop")]

    operations = [
        ValidateConstraint(model_name="notice", name="notice_kind_known"),
        ValidateConstraint(model_name="notice", name="notice_of_a_mention_has_its_note"),
        ValidateConstraint(model_name="play", name="play_reply_hours_range"),
        ValidateConstraint(model_name="ticket", name="ticket_said_known"),
    ]

"""Every check of a sender is a known one, and of a mail that came in."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_senders_are_checked")]

    operations = [ValidateConstraint(model_name="message", name="message_sender_check_known")]

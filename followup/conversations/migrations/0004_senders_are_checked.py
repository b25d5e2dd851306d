"""What a mail server found of the sender of a mail that came in."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0003_reported_as_spam")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sender_check",
            field=models.CharField(
                blank=True,
                choices=[("passed", "passed"), ("failed", "failed"), ("unchecked", "unchecked")],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sender_check", ""),
                    models.Q(("direction", "in"), ("sender_check__in", ["passed", "failed", "unchecked"])),
                    _connector="OR",
                ),
                name="message_sender_check_known",
            ),
        ),
    ]

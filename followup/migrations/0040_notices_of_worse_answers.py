"""Owners are told that the answer behind their ticket became worse."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KINDS = ["mentioned", "given", "wrote", "booked", "worse", "unsent", "prepared", "spam", "improve", "passed"]


class Migration(migrations.Migration):
    dependencies = [("followup", "0039_promise_tallies")]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="notice_kind_known"),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "Mentioned in a note"),
                    ("given", "Given a ticket"),
                    ("wrote", "The customer wrote"),
                    ("booked", "A call was booked"),
                    ("worse", "The customer’s answer became worse"),
                    ("unsent", "Your mail did not reach the customer"),
                    ("prepared", "Your mail leaves after one click"),
                    ("spam", "The customer reported your mail as spam"),
                    ("improve", "An improvement is yours"),
                    ("passed", "The day of your improvement has passed"),
                ],
                max_length=9,
            ),
        ),
        AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="notice_kind_known"),
        ),
    ]

"""When a person gets the weekly mail: Mondays at half past seven of their zone, unless they choose otherwise."""

import datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_mail_about_tickets")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="weekly_day",
            field=models.PositiveSmallIntegerField(
                blank=True, db_default=0, default=0, null=True, verbose_name="weekly mail"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="weekly_time",
            field=models.TimeField(
                db_default=datetime.time(7, 30), default=datetime.time(7, 30), verbose_name="time of the weekly mail"
            ),
        ),
        AddConstraintNotValid(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly_day", None), ("weekly_day__range", (0, 6)), _connector="OR"),
                name="user_weekly_day_is_one",
            ),
        ),
    ]

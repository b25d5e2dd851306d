"""Every day of a weekly mail is one of the seven."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_weekly_mail")]

    operations = [ValidateConstraint(model_name="user", name="user_weekly_day_is_one")]

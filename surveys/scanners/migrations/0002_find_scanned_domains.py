"""An index for the page of domains, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("scanners", "0001_initial")]

    operations = [
        AddIndexWhileInUse(
            model_name="openedmail",
            index=models.Index(
                condition=models.Q(("burst_at__isnull", False)), fields=["domain"], name="opened_mail_burst"
            ),
        )
    ]

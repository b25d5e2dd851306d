"""After a ticket a customer is asked again by one mail."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddUniqueWhileInUse


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0037_trait_labels")]

    operations = [
        AddUniqueWhileInUse(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(channel="email", follows__isnull=False),
                fields=["follows"],
                name="invitation_again_once",
            ),
        ),
    ]

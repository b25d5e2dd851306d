"""Indexes of contacts by company and by the team that imported them, made while the product goes on."""

from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0014_companies_segments_and_asking")]

    operations = [
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("company__isnull", False)), fields=["company", "id"], name="contact_company"
            ),
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(condition=models.Q(("team__isnull", False)), fields=["team", "id"], name="contact_team"),
        ),
    ]
